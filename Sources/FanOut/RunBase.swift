package import Glibc
import SystemPackage

/// The folder in which runs are kept, as root sees it: whoever can rename or replace what is in it decides what root's
/// jobs run.
package enum RunBase {
    /// Why root must not keep runs in a folder; nil where nothing is known against it, and for other users.
    ///
    /// - Parameters:
    ///   - path: The folder, which need not be there yet.
    ///   - user: Who keeps runs in it.
    ///   - harm: What another user could do there.
    /// - Returns: A clause.
    package static func distrust(
        _ path: String, user: uid_t, harm: String = "replace what root's jobs run"
    ) -> String? {
        guard user == 0 else { return nil }
        var place = FilePath(path)
        var last: Stat?
        // Every link on the way, and the folder itself, or else the one in which it will be made.
        while true {
            if let facts = try? Stat(place, followTargetSymlink: false) {
                if facts.type == .symbolicLink, facts.userID.rawValue != 0 {
                    return
                        "\(place) is a link of user \(facts.userID.rawValue), who could point it elsewhere"
                }
                if last == nil, let folder = try? Stat(place), folder.type == .directory {
                    last = folder
                    if folder.userID.rawValue != 0 {
                        return
                            "\(place) belongs to user \(folder.userID.rawValue), who could \(harm)"
                    }
                    if folder.permissions.contains(.otherWrite),
                        !folder.permissions.contains(.saveText)
                    {
                        return
                            "anybody may write to \(place), and \(harm) (mode without the sticky bit)"
                    }
                }
            }
            let parent = place.removingLastComponent()
            guard parent != place, !parent.isEmpty else { return nil }
            place = parent
        }
    }
}

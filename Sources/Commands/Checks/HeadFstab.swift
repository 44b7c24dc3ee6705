import FoundationEssentials
import LustreCheck
import Terminal

/// The fstab of the machine that fleet runs on, for `--from-head`.
enum HeadFstab {
    /// Its Lustre lines.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - mountPoints: Those that are asked for; empty for all.
    /// - Returns: At least one entry.
    /// - Throws: A ``UsageError`` where there is none.
    static func entries(
        path: String = "/etc/fstab", mountPoints: [String]
    ) throws(UsageError) -> [RepairEntry] {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw UsageError("--from-head: \(path) of this machine cannot be read.")
        }
        let entries = RepairEntry.lines(ofTable: text).filter {
            mountPoints.isEmpty || mountPoints.contains($0.mountPoint)
        }
        guard !entries.isEmpty else {
            let place = mountPoints.isEmpty ? "" : " for \(mountPoints.joined(separator: ", "))"
            throw UsageError(
                "--from-head: \(path) of this machine has no lustre line\(place): give --source.")
        }
        return entries
    }
}

/// A node's answer about one mount.
struct MountSection: Hashable, Sendable {
    /// The mount point.
    let path: String
    private var values: [String: String] = [:]
    /// Milliseconds that operations took, by their names.
    private(set) var took: [String: Int] = [:]
    /// The figures of object targets.
    private(set) var osts: [MountOST] = []
    /// The errors of object targets that gave no numbers.
    private(set) var ostErrors: [String] = []
    /// The states of expected folders.
    private(set) var folders: [MountFolder] = []
    /// The results of trial files.
    private(set) var canaries: [MountTrial] = []
    /// Errors of the first look that the second look did not have.
    private(set) var firstErrors: [String] = []

    init(path: String) {
        self.path = path
    }

    private static let keys: Set<String> = [
        "types", "fstab_source", "fstab_type", "fstab_options", "mount_type", "mount_source",
        "mount_options", "expected_source", "source_matches", "unit_load", "unit_state",
        "unit_result", "unit_status", "unit_said", "untouched", "no_scratch", "statfs",
        "statfs_error", "ost", "ost_error", "osts_told", "folder", "canary", "canary_untried",
        "canaries_wanted", "touching", "touched", "hung", "unanswered", "first_error",
        "mounted_part",
    ]

    /// Whether a line with this key is about a mount, and not about the node.
    static func has(_ key: String) -> Bool { keys.contains(key) || key.hasPrefix("took_") }

    /// Adds a line; false when it cannot be read or contradicts an earlier line.
    mutating func add(_ key: String, _ value: String) -> Bool {
        func take<Value>(_ read: Value?, _ list: inout [Value]) -> Bool {
            if let read { list.append(read) }
            return read != nil
        }
        switch key {
        case "ost": return take(MountOST(value), &osts)
        case "ost_error": return take(value, &ostErrors)
        case "first_error": return take(value, &firstErrors)
        case "folder": return take(MountFolder(value), &folders)
        case "canary": return take(MountTrial(value), &canaries)
        case _ where key.hasPrefix("took_"):
            took[String(key.dropFirst(5))] = Int(value).flatMap { $0 >= 0 ? $0 : nil }
            return true
        default:
            guard let old = values.updateValue(value, forKey: key) else { return true }
            return old == value
        }
    }

    /// Sorts everything, so that no result depends on the order in which a node's tools print their lines.
    mutating func sort() {
        osts.sort { ($0.index, $0.usedKiB) < ($1.index, $1.usedKiB) }
        ostErrors.sort()
        firstErrors.sort()
    }

    /// Whether there is a line with this key, with any value.
    func tells(_ key: String) -> Bool { values[key] != nil }

    /// Whether fewer lines of a kind arrived than the node says it sent.
    ///
    /// - Parameters:
    ///   - key: The key of the line with the number.
    ///   - count: How many lines arrived.
    /// - Returns: Whether some are missing; also where their number cannot be read.
    func lacks(_ key: String, _ count: Int) -> Bool {
        guard tells(key) else { return false }
        return self[key].flatMap { Int($0) }.map { count < $0 } ?? true
    }

    /// Whether a folder of a file system is mounted and not its root, by the inode number; false when that is not
    /// known, as with the option 32bitapi.
    var isFolder: Bool {
        self["mounted_part"] == "folder"
            && !(self["mount_options"]?.contains("32bitapi") ?? false)
    }

    /// A value; nil where it is missing or empty.
    subscript(key: String) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The type of the mounted file system; nil when nothing is mounted.
    var type: String? { self["mount_type"] }
    /// The source of the mounted file system.
    var source: String? { self["mount_source"] }

    /// The name of the mounted Lustre file system: `czrc3amv` in `10.1.30.23@tcp:/czrc3amv`.
    var fileSystem: String? {
        guard let source, let mark = source.firstRange(of: ":/") else { return nil }
        let name = source[mark.upperBound...].prefix { $0 != "/" }
        return name.isEmpty ? nil : String(name)
    }

    /// Whether a target, such as `czrc3amv-OST0000`, is of the mounted file system, and not of one whose name only begins
    /// like it (`fs` and `fs-old`).
    func owns(_ target: String) -> Bool {
        guard let fileSystem, target.hasPrefix(fileSystem + "-") else { return false }
        return ["OST", "MDT"].contains(target.dropFirst(fileSystem.count + 1).prefix(3))
    }

    /// The step at which the mount stopped answering, and how many seconds the check waited.
    var hung: (seconds: Int, step: String)? {
        waited("hung")
    }

    /// The step at which the check's own time ended, and how many seconds the step had taken by then.
    var unanswered: (seconds: Int, step: String)? {
        waited("unanswered")
    }

    private func waited(_ key: String) -> (seconds: Int, step: String)? {
        guard let words = self[key]?.split(separator: " ", maxSplits: 1), words.count == 2,
            let seconds = Int(words[0])
        else { return nil }
        return (seconds, String(words[1]))
    }

    /// Its sizes; nil when they are missing or cannot be read.
    var space: MountSpace? { self["statfs"].flatMap(MountSpace.init) }

    /// The file system's magic number in the answer of statfs, in hexadecimal digits.
    var magic: String? {
        let words = self["statfs"]?.split(separator: " ") ?? []
        return words.count == 7 ? String(words[6]) : nil
    }
}

/// What a node said of one mount.
struct MountSection: Hashable, Sendable {
    /// The mount point.
    let path: String
    private var values: [String: String] = [:]
    /// Milliseconds that operations took, by their names.
    private(set) var took: [String: Int] = [:]
    /// The figures of object targets.
    private(set) var osts: [MountOST] = []
    /// What object targets said instead of figures.
    private(set) var ostErrors: [String] = []
    /// What was found of expected folders.
    private(set) var folders: [MountFolder] = []
    /// What came of trial files.
    private(set) var canaries: [MountTrial] = []

    init(path: String) {
        self.path = path
    }

    private static let keys: Set<String> = [
        "types", "fstab_source", "fstab_type", "fstab_options", "mount_type", "mount_source",
        "mount_options", "expected_source", "source_matches", "unit_load", "unit_state",
        "unit_result", "unit_status", "unit_said", "untouched", "no_scratch", "statfs",
        "statfs_error", "ost", "ost_error", "folder", "canary", "canary_untried", "touched", "hung",
        "unanswered",
    ]

    /// Whether a line is about a mount, and not about the node.
    static func has(_ key: String) -> Bool { keys.contains(key) || key.hasPrefix("took_") }

    /// Takes a line.
    mutating func add(_ key: String, _ value: String) {
        switch key {
        case "ost": osts += MountOST(value).map { [$0] } ?? []
        case "ost_error": ostErrors.append(value)
        case "folder": folders += MountFolder(value).map { [$0] } ?? []
        case "canary": canaries += MountTrial(value).map { [$0] } ?? []
        case _ where key.hasPrefix("took_"):
            took[String(key.dropFirst(5))] = Int(value).flatMap { $0 >= 0 ? $0 : nil }
        default: values[key] = value
        }
    }

    /// A value; nil where it is missing or empty.
    subscript(key: String) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The type of what is mounted; nil for nothing.
    var type: String? { self["mount_type"] }
    /// The source of what is mounted.
    var source: String? { self["mount_source"] }

    /// What is mounted, as Lustre names it: `czrc3amv` of `10.1.30.23@tcp:/czrc3amv`.
    var fileSystem: String? {
        guard let source, let mark = source.firstRange(of: ":/") else { return nil }
        let name = source[mark.upperBound...].prefix { $0 != "/" }
        return name.isEmpty ? nil : String(name)
    }

    /// The step at which the mount stopped answering, and the seconds it was waited for.
    var hung: (seconds: Int, step: String)? {
        waited("hung")
    }

    /// The step at which the check's own time was over, and the seconds it had lasted by then.
    var unanswered: (seconds: Int, step: String)? {
        waited("unanswered")
    }

    private func waited(_ key: String) -> (seconds: Int, step: String)? {
        guard let words = self[key]?.split(separator: " ", maxSplits: 1), words.count == 2,
            let seconds = Int(words[0])
        else { return nil }
        return (seconds, String(words[1]))
    }

    /// The figures; nil where they are missing or cannot be read.
    var space: MountSpace? { self["statfs"].flatMap(MountSpace.init) }

    /// The file system's own number in what statfs answered, in hexadecimal digits.
    var magic: String? {
        let words = self["statfs"]?.split(separator: " ") ?? []
        return words.count == 7 ? String(words[6]) : nil
    }
}

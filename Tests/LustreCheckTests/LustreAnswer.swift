import FanOut
import LustreCheck
import SlurmModel
import Verdicts

/// Writes a node's answers for tests: a healthy one, to be spoiled line by line.
struct LustreAnswer {
    private var lines: [(key: String, value: String)] = [
        ("kernel", "6.8.0-1021-aws"), ("uptime", "90000.5"), ("mount_table", "yes"),
        ("filesystem_registered", "yes"), ("log", "read"),
        ("tasks", "read"),
        ("module_installed", "yes"), ("module_loaded", "yes"), ("client_version", "2.15.6"),
        ("next_kernel", "6.8.0-1021-aws"), ("mount", "/lustre"), ("types", "lustre"),
        ("fstab_source", source), ("fstab_type", "lustre"),
        ("fstab_options", "noatime,flock,_netdev"), ("expected_source", source),
        ("mount_type", "lustre"), ("mount_source", source),
        ("mount_options", "rw,noatime,rw,flock,lazystatfs"),
        ("statfs", "4096 1000 400 300 5000 4000 bd00bd0"), ("took_statfs", "10"),
        ("touched", "1"), ("end", "1"),
    ]

    /// What is mounted on a healthy node.
    static let source = "10.1.30.23@tcp:/czrc3amv"

    /// The same with a value changed, put before the end where it is new, or removed by nil.
    func with(_ key: String, _ value: String?) -> LustreAnswer {
        var copy = self
        copy.lines.removeAll { $0.key == key }
        guard let value else { return copy }
        let index = lines.firstIndex { $0.key == key } ?? max(0, copy.lines.count - 1)
        copy.lines.insert((key, value), at: index)
        return copy
    }

    /// The same with lines about the node, which may come more than once.
    func telling(_ lines: String...) -> LustreAnswer {
        var copy = self
        copy.lines =
            lines.map { line in
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            } + self.lines
        return copy
    }

    /// The same with further lines about its mount.
    func adding(_ lines: String...) -> LustreAnswer {
        var copy = self
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            copy.lines.insert((parts[0], parts[1]), at: copy.lines.count - 1)
        }
        return copy
    }

    /// The same after these steps of mount-lustre.
    func after(_ steps: String...) -> LustreAnswer {
        var copy = self
        copy.lines = steps.map { ("step", $0) } + lines
        return copy
    }

    /// Nothing mounted.
    static let unmounted = LustreAnswer().with("mount_type", "").with("mount_source", "")
        .with("mount_options", "").with("statfs", nil)

    /// The text.
    var text: String { lines.map { "\($0.key)=\($0.value)\n" }.joined() }

    /// What check-mount concludes.
    func checked(_ settings: LustreSettings = LustreSettings()) -> Judgement {
        Self.checked(Array(text.utf8), settings)
    }

    /// What check-mount concludes from these bytes.
    static func checked(
        _ bytes: [UInt8], _ settings: LustreSettings = LustreSettings()
    ) -> Judgement {
        CheckMountProbe(settings: settings, timeout: 30).judge(result(bytes), node: nil)
    }

    /// What mount-lustre concludes.
    func repaired(_ settings: LustreSettings = LustreSettings()) -> Judgement {
        Self.repaired(Self.result(Array(text.utf8)), settings)
    }

    /// What mount-lustre concludes from this end.
    static func repaired(
        _ result: NodeResult, _ settings: LustreSettings = LustreSettings()
    ) -> Judgement {
        MountLustreProbe(settings: settings, timeout: 600).judge(result, node: nil)
    }

    private static func result(_ bytes: [UInt8]) -> NodeResult {
        NodeResult(node: "n", outcome: .finished, exit: .exited(0), stdout: bytes)
    }
}

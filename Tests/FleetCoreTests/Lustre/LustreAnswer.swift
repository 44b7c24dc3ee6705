import FleetCore
import SlurmModel

/// Writes a node's answers for tests: a healthy one, to be spoiled line by line.
struct LustreAnswer {
    private var lines: [(key: String, value: String)] = [
        ("kernel", "6.8.0-1021-aws"), ("module_installed", "yes"), ("module_loaded", "yes"),
        ("filesystem_registered", "yes"), ("fstab_source", source),
        ("fstab_options", "noatime,flock,_netdev"), ("expected_source", source),
        ("mount_type", "lustre"), ("mount_source", source), ("mount_options", "rw,noatime"),
        ("statfs", "4096 1000 400 300 5000 4000"), ("end", "1"),
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

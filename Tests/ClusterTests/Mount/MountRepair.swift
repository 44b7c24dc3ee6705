import Testing

/// A node that mount-lustre repairs by itself, and the steps it takes.
struct MountRepair: Sendable, CustomStringConvertible {
    /// A scenario of the demo cluster.
    var scenario: String
    /// The steps of the row, in order.
    var steps: [String]

    init(_ scenario: String, _ steps: String...) {
        self.scenario = scenario
        self.steps = steps
    }

    var description: String { scenario }

    static let all = [
        MountRepair("lustre-module", "module-package", "module-load", "mount"),
        // dpkg -l still shows a removed package, as `rc`.
        MountRepair("lustre-removed", "module-package", "module-load", "mount"),
        MountRepair(
            "lustre-stale-index", "package-index", "module-package", "module-load", "mount"),
        // Another package manager holds a lock for 20 s: waited for.
        MountRepair("lustre-dpkg-lock", "module-package", "module-load", "mount"),
        MountRepair(
            "lustre-lists-lock", "package-index", "module-package", "module-load", "mount"),
        MountRepair("lustre-no-helper", "module-package", "mount"),
        MountRepair("lustre-no-directory", "directory", "mount"),
        MountRepair("lustre-unmounted", "mount"),
    ]

    /// The same behind an automount trigger.
    static let automounts = [
        MountRepair("lustre-automount", "module-package", "module-load", "mount"),
        MountRepair("lustre-armed", "mount"),
        MountRepair("lustre-automount-hang", "mount"),
    ]

    /// Whether the row tells of a repair with these steps.
    func expect(in node: RunDocument.Node?) {
        #expect(node?.verdict == "ok", "\(self): \(node?.findings ?? [])")
        let steps = steps.map { "mount.step.\($0)" }
        #expect(node?.findings.map(\.code) == steps, "\(self)")
    }
}

import Verdicts

/// One step that mount-lustre means to take on a node.
struct RepairPlanStep: Hashable, Sendable {
    /// Its name, such as `module-load`.
    package var name: String
    /// The command, as it will be run.
    var command: String
    /// The mount it is about; nil for the whole node.
    var mountPoint: String?

    /// For JSON.
    var fact: FactValue {
        .object([
            "name": .string(name), "command": .string(command),
            "mount_point": FactValue(mountPoint),
        ])
    }
}

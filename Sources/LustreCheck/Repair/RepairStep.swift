import Verdicts

/// One step of mount-lustre that is over.
struct RepairStep: Hashable, Sendable {
    /// Its name, such as `module-load`.
    package var name: String
    /// Whether it did what it should.
    var succeeded: Bool
    /// What was done, or what the tool said.
    var message: String
    /// The mount it was about; nil for the whole node.
    var mountPoint: String?

    /// For JSON.
    var fact: FactValue {
        .object([
            "name": .string(name), "succeeded": .bool(succeeded), "message": .string(message),
            "mount_point": FactValue(mountPoint),
        ])
    }
}

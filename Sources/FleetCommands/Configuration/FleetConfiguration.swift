/// What sites and users set once: from files, then the environment; flags come after both.
package struct FleetConfiguration: Hashable, Sendable {
    /// Where runs are kept; `{user}` stands for the user's name, a leading `~` for the home.
    package var runDirectory: String?
    /// The mount point of Lustre.
    package var mountPoint: String?
    /// The file system types that count as Lustre.
    package var fileSystemTypes: [String]?

    /// Makes a configuration that sets nothing.
    package init() {}

    /// Everything the other sets wins.
    package func overridden(by other: FleetConfiguration) -> FleetConfiguration {
        var result = self
        result.runDirectory = other.runDirectory ?? runDirectory
        result.mountPoint = other.mountPoint ?? mountPoint
        result.fileSystemTypes = other.fileSystemTypes ?? fileSystemTypes
        return result
    }
}

/// How mount-lustre repairs; ``LustreSettings`` says which mounts.
package struct RepairSettings: Codable, Hashable, Sendable {
    /// The mounts, when they are not taken from the node's fstab.
    package var entries: [RepairEntry] = []
    /// Whether to mount every Lustre line of the node's fstab, or only the one for the mount point.
    package var everyLine = false
    /// Whether an entry that is missing in the node's fstab is added to it.
    package var persists = false
    /// Whether it may mount over a folder that holds files.
    package var hidesFiles = false
    /// Whether to finish an installation that another run of dpkg left unfinished.
    package var repairsPackages = false
    /// The shared folder through which all nodes get the package; with nil, each node downloads it.
    package var fetchDirectory: String?
    /// The user ID of the user who runs fleet, who may own that folder as root may; nil allows only root.
    package var fetchOwner: UInt32?
    /// The mark for this run's own failures in that folder.
    package var fetchToken = ""
    /// The number of seconds over which downloads are spread; nil takes it from the number of nodes.
    package var jitterSeconds: Int?
    /// Package names by distribution.
    package var families = PackageFamily.table
    /// The kernel for which commands are printed; nil for a repair.
    package var toKernel: String?
    /// Whether only the plan is printed, and nothing is changed.
    package var isRehearsal = false

    /// Seconds to wait for another package manager or another mount-lustre on the node.
    private static let lockSeconds = 300
    /// How long a node waits for the node that downloads the package for all: enough for 25 MB from a slow mirror,
    /// after a claim of a dead node has expired.
    private static let fetchSeconds = 420

    /// Makes the settings of a plain repair.
    package init() {}

    /// How many seconds the starts of this many nodes are spread over by default: a mirror can serve about 16 nodes a
    /// second.
    ///
    /// - Parameter nodes: How many are dispatched to.
    /// - Returns: Seconds; 0 up to 32 nodes, 60 at most.
    package static func jitter(nodes: Int) -> Int {
        nodes <= 32 ? 0 : min(60, nodes / 16)
    }

    /// The variables that the script reads in addition to those of ``LustreSettings``.
    ///
    /// - Parameter timeout: Seconds the whole payload may take.
    /// - Returns: Each as `NAME=VALUE`.
    func environment(timeout: Int) -> [String] {
        [
            "FLEET_ENTRIES=\(entries.map(\.words).joined(separator: ";"))",
            "FLEET_EVERY_LINE=\(Self.flag(everyLine))", "FLEET_PERSIST=\(Self.flag(persists))",
            "FLEET_HIDE_FILES=\(Self.flag(hidesFiles))",
            "FLEET_REPAIR_DPKG=\(Self.flag(repairsPackages))",
            "FLEET_FETCH_DIR=\(fetchDirectory ?? "")", "FLEET_FETCH_TOKEN=\(fetchToken)",
            "FLEET_FETCH_OWNER=\(fetchOwner ?? 0)",
            "FLEET_FETCH_SECONDS=\(Self.fetchSeconds)", "FLEET_JITTER=\(jitterSeconds ?? 0)",
            "FLEET_PACKAGES=\(families.map(\.words).joined(separator: ";"))",
            "FLEET_TO_KERNEL=\(toKernel ?? "")", "FLEET_REHEARSAL=\(Self.flag(isRehearsal))",
            "FLEET_LOCK_SECONDS=\(Self.lockSeconds)", "FLEET_TIMEOUT=\(timeout)",
        ]
    }

    private static func flag(_ value: Bool) -> String { value ? "1" : "" }
}

/// How mount-lustre goes about its repair; which mount is meant is in ``LustreSettings``.
package struct RepairSettings: Codable, Hashable, Sendable {
    /// The mounts where they are not taken from the node's fstab.
    package var entries: [RepairEntry] = []
    /// Whether every Lustre line of the node's fstab is meant, or the one of the mount point alone.
    package var everyLine = false
    /// Whether an entry that the node's fstab lacks is written there.
    package var persists = false
    /// Whether it may mount over a folder that holds files.
    package var hidesFiles = false
    /// Whether an installation that somebody else's dpkg left unfinished is finished.
    package var repairsPackages = false
    /// The shared folder through which the package comes to all nodes; nil lets each fetch it.
    package var fetchDirectory: String?
    /// The user ID of who runs fleet: beside root, the only one who may own that folder; nil for root alone.
    package var fetchOwner: UInt32?
    /// What marks this run's own failures in that folder.
    package var fetchToken = ""
    /// Over how many seconds the nodes that fetch something are spread; nil where their number decides.
    package var jitterSeconds: Int?
    /// Package names by distribution.
    package var families = PackageFamily.table
    /// A kernel to which the commands are printed; nil for a repair.
    package var toKernel: String?
    /// Whether only the plan is made: nothing is changed.
    package var isRehearsal = false

    /// Seconds to wait for another package manager or another mount-lustre on the node.
    private static let lockSeconds = 300
    /// Seconds a node waits for the one that fetches the package for all: 25 MB, a slow mirror and a dead one's claim.
    private static let fetchSeconds = 420

    /// Makes the settings of a plain repair.
    package init() {}

    /// How the starts of so many nodes are spread where nobody says otherwise: a mirror stands some 16 nodes a second.
    ///
    /// - Parameter nodes: How many are dispatched to.
    /// - Returns: Seconds; 0 up to 32 nodes, 60 at most.
    package static func jitter(nodes: Int) -> Int {
        nodes <= 32 ? 0 : min(60, nodes / 16)
    }

    /// The variables the script reads beside those of ``LustreSettings``.
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

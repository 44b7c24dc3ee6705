package import History
package import SlurmModel

/// What a node is looked at with: the clock, what is usual in the cluster, and the jobs where they were loaded.
package struct AttentionContext: Sendable {
    /// The present, in seconds since 1970.
    package var now: Int
    /// The slurmd release that most nodes of the cluster have; nil where none does.
    package var usualVersion: String?
    /// The jobs that hold each node, ended ones that still clean up included; nil where no job was asked about.
    package var jobs: [String: [Job]]?
    /// Whether these are all jobs there are, and not only those this user may see.
    package var seesAllJobs: Bool

    /// What every check said last, by node.
    package var verdicts: [String: [LastVerdict]]
    /// Who replaces instances, on a head node of ParallelCluster's; nil elsewhere.
    package var manager: Clustermgtd?
    /// Whether slurm.conf names a RebootProgram: without one no command reboots a node.
    package var canReboot: Bool

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - now: The present, in seconds since 1970.
    ///   - nodes: All nodes of the cluster, selected or not.
    ///   - jobs: The jobs by node; nil where they were not loaded.
    ///   - seesAllJobs: Whether no job is hidden from this user.
    ///   - verdicts: What the checks said last, by node.
    ///   - manager: Who replaces instances; nil for nobody.
    ///   - canReboot: Whether slurm.conf names a RebootProgram.
    package init(
        now: Int, nodes: [Node] = [], jobs: [String: [Job]]? = nil, seesAllJobs: Bool = true,
        verdicts: [String: [LastVerdict]] = [:], manager: Clustermgtd? = nil,
        canReboot: Bool = false
    ) {
        self.canReboot = canReboot
        self.manager = manager
        self.verdicts = verdicts
        self.now = now
        self.jobs = jobs
        self.seesAllJobs = seesAllJobs
        usualVersion = Self.usual(nodes)
    }

    /// The release of more than half of the nodes that have one: of two halves either may be the odd one.
    private static func usual(_ nodes: [Node]) -> String? {
        var counts: [String: Int] = [:]
        var total = 0
        for node in nodes {
            guard let version = node.version, !version.isEmpty else { continue }
            total += 1
            counts[version, default: 0] += 1
        }
        return counts.first { $0.value * 2 > total }?.key
    }
}

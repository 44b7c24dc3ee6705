package import Acting
package import History
package import Platform
package import SlurmKit
package import SlurmModel

/// What `fleet status` shows: the selected nodes, the partitions they are in, and what needs attention.
package struct ClusterStatus: Hashable, Sendable {
    /// ClusterName.
    package let cluster: String
    /// The partitions that hold a selected node, or all where nothing was selected.
    package let partitions: [Partition]
    /// What all nodes of each of these partitions have and give, selected or not, in the same order.
    package let usage: [PartitionUsage]
    /// The selected nodes.
    package var nodes: [Node]
    /// Whether these are all nodes that slurmctld shows.
    package let isWhole: Bool
    /// The jobs of each node, those included that ended lately; nil where none was asked about.
    package let jobs: [String: [Job]]?
    /// What every check said last, by node, worst first; nothing where no check ever ran.
    package let verdicts: [String: [LastVerdict]]
    /// What could not be found out beside the nodes, a line each: what is shown may be better than what is.
    package let warnings: [String]
    /// When slurmctld was asked, in seconds since 1970.
    package let generated: Int
    /// Which of the selected nodes were checked, and how long ago; nil where that was not to be found out.
    package let coverage: FleetCoverage?
    /// What is the matter with which node; healthy nodes are not in it.
    package let matters: [String: [Attention]]
    /// The same with the partitions, grouped, what weighs most first.
    package let attention: [AttentionGroup]
    /// How commands are printed for whoever reads them.
    package let rights: CommandRights

    /// Makes a status.
    ///
    /// - Parameters:
    ///   - cluster: What slurmctld said.
    ///   - nodes: The selected nodes.
    ///   - partitionNames: The partitions that were asked for; empty for all.
    ///   - jobs: The jobs, with their nodes; nil where none was asked about.
    ///   - seesAllJobs: Whether no job is hidden from this user.
    ///   - verdicts: What the checks said last, by node.
    ///   - needsAttention: Whether it is to be found out what is the matter, which a document of fields does not need.
    ///   - warnings: What could not be found out, a line each.
    ///   - generated: When slurmctld was asked.
    ///   - manager: Who replaces instances, on a head node of ParallelCluster's.
    ///   - canReboot: Whether slurm.conf names a RebootProgram.
    ///   - rights: How commands are printed for whoever reads them.
    package init(
        cluster: Cluster, nodes: [Node], partitionNames: [String], jobs: [Job]? = nil,
        seesAllJobs: Bool = false, verdicts: [String: [LastVerdict]] = [:],
        needsAttention: Bool = true, warnings: [String] = [], generated: Int,
        manager: Clustermgtd? = nil, canReboot: Bool = false, rights: CommandRights = .whole
    ) {
        self.rights = rights
        self.verdicts = verdicts
        self.warnings = warnings
        self.cluster = cluster.name
        self.nodes = nodes
        self.generated = generated
        isWhole = nodes.count == cluster.nodes.count
        let usages = Self.usages(of: cluster)
        let holding = isWhole ? [] : Set(nodes.flatMap(\.partitions))
        let everything = isWhole
        partitions = cluster.partitions.filter {
            partitionNames.isEmpty
                ? everything || holding.contains($0.name) : partitionNames.contains($0.name)
        }
        usage = partitions.map { usages[$0.name] ?? PartitionUsage() }
        let byNode = jobs.map(Self.byNode)
        self.jobs = byNode
        let rules = AttentionRules(
            AttentionContext(
                now: generated, nodes: cluster.nodes, jobs: byNode, seesAllJobs: seesAllJobs,
                verdicts: verdicts, manager: manager, canReboot: canReboot))
        var matters: [String: [Attention]] = [:]
        var pairs: [(node: String, attention: Attention)] = []
        let census = DrainLimit.Census(needsAttention ? cluster.nodes : [])
        var sick: [String: Node] = [:]
        for node in nodes where needsAttention {
            let found = rules.attentions(for: node)
            guard !found.isEmpty else { continue }
            matters[node.name] = found.map { $0.withLimit(for: [node], of: census) }
            sick[node.name] = node
            pairs += found.map { (node.name, $0) }
        }
        self.matters = matters
        coverage =
            needsAttention ? FleetCoverage(nodes, verdicts: verdicts, now: generated) : nil
        pairs += partitions.compactMap { partition in
            rules.attention(for: partition).map { (partition.name, $0) }
        }
        attention = AttentionGroup.groups(of: pairs).map { group in
            var group = group
            group.attention = group.attention.withLimit(
                for: group.nodes.lazy.compactMap { sick[$0] }, of: census)
            return group
        }
    }

    /// The jobs that hold a node now, or have not left it yet.
    package func holders(of node: String) -> [Job] {
        (jobs?[node] ?? []).filter { $0.holdsNodes || $0.isCompleting }
    }

    /// Adds up every partition in one pass: a cluster has tens of thousands of nodes.
    private static func usages(of cluster: Cluster) -> [String: PartitionUsage] {
        let places = Dictionary(
            cluster.partitions.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var usages = cluster.partitions.map { _ in PartitionUsage() }
        // Neighbours are in the same partitions.
        var names: [String] = []
        var indexes: [Int] = []
        for node in cluster.nodes {
            if node.partitions != names {
                names = node.partitions
                indexes = names.compactMap { places[$0] }
            }
            for index in indexes { usages[index].add(node) }
        }
        return Dictionary(
            zip(cluster.partitions.map(\.name), usages), uniquingKeysWith: { first, _ in first })
    }

    private static func byNode(_ jobs: [Job]) -> [String: [Job]] {
        var result: [String: [Job]] = [:]
        for job in jobs {
            for node in job.nodes { result[node, default: []].append(job) }
        }
        return result
    }
}

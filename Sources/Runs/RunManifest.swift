package import FanOut
package import Verdicts

/// What a run directory says about its run: all that another process needs to make sense of it.
package struct RunManifest: Codable, Hashable, Sendable {
    /// The document's name and version.
    package var schema = Self.currentSchema
    /// The run's name.
    package var id: String
    private var kept: KeptSpecification
    /// How it was sent; with the nonce and without the nodes.
    package var plan: RunPlan
    /// The command line, for people.
    package var command: [String]
    /// The user who began it.
    package var user: String
    /// The cluster it was begun on, by its ClusterName: job numbers mean nothing on another one.
    package var cluster: String
    /// When it began, in seconds since 1970.
    package var started: Int
    /// How many nodes were selected.
    package var nodeCount: Int
    /// The selected nodes, folded.
    package var nodes: String
    /// The head node's name where it was a target too.
    package var head: String?
    /// Whether a warning counts as a failure in the exit code.
    package var isStrict: Bool
    /// Whether nodes that were not run are left out of the exit code.
    package var ignoresNotRun: Bool

    /// What was asked of the nodes.
    package var specification: any ProbeSpecification { kept.value }

    private enum CodingKeys: String, CodingKey {
        case kept = "specification"
        case schema, id, plan, command, user, cluster, started, nodeCount, nodes, head, isStrict
        case ignoresNotRun
    }

    /// The version that this fleet writes and reads.
    package static let currentSchema = "fleet.manifest/1"

    /// Makes a manifest.
    package init(
        plan: RunPlan, specification: any ProbeSpecification, command: [String], user: String,
        cluster: String, started: Int, nodeCount: Int, nodes: String, head: String?, isStrict: Bool,
        ignoresNotRun: Bool
    ) {
        id = plan.id.description
        kept = KeptSpecification(specification)
        self.plan = plan
        self.command = command
        self.user = user
        self.cluster = cluster
        self.started = started
        self.nodeCount = nodeCount
        self.nodes = nodes
        self.head = head
        self.isStrict = isStrict
        self.ignoresNotRun = ignoresNotRun
    }
}

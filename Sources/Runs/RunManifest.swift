package import FanOut
package import Verdicts

/// What a run directory says about its run: all that another process needs to read it.
package struct RunManifest: Codable, Hashable, Sendable {
    /// The document's name and version.
    package var schema = Self.currentSchema
    /// The run's name.
    package var id: String
    private var asked: KeptSpecification
    /// How it was sent; contains the nonce but not the nodes.
    package var plan: RunPlan
    /// The command line, for people.
    package var command: [String]
    /// The user who began it.
    package var user: String
    /// The ClusterName of the cluster it was begun on: job numbers are not valid on another cluster.
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
    package var specification: any ProbeSpecification { asked.value }

    /// The times and counts that are reckoned with.
    var numbers: [Int] {
        [started, nodeCount, plan.wait, plan.payload.timeout, plan.options.memoryMiB ?? 0]
    }

    private enum CodingKeys: String, CodingKey {
        case asked = "specification"
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
        asked = KeptSpecification(specification)
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

    /// The manifest as it is stored: with only the names of the variables of `--env`.
    package var kept: RunManifest {
        var kept = self
        kept.command = Self.withoutValues(command)
        kept.plan.payload = plan.payload.withoutValues
        kept.asked = KeptSpecification(specification.kept)
        return kept
    }

    /// A command line without the values of `--env NAME=VALUE`: they may be secrets, and other users may read the
    /// output.
    package static func withoutValues(_ command: [String]) -> [String] {
        func name(_ text: Substring) -> String { String(text.prefix { $0 != "=" }) }
        var words: [String] = []
        var isValue = false
        for (index, word) in command.enumerated() {
            // After `--` comes the command to run, which may have flags of its own.
            if word == "--" { return words + command[index...] }
            if isValue {
                words.append(name(word[...]))
            } else if word.hasPrefix("--env=") {
                words.append("--env=" + name(word.dropFirst("--env=".count)))
            } else {
                words.append(word)
            }
            isValue = !isValue && word == "--env"
        }
        return words
    }
}

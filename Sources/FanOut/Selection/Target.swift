package import SlurmModel

/// A selected node, with the decision about it.
package struct Target: Codable, Hashable, Sendable {
    /// The node.
    package var node: Node
    /// Whether something is sent, and if not, why.
    package var decision: Decision

    /// Makes a target.
    package init(node: Node, decision: Decision) {
        self.node = node
        self.decision = decision
    }

    /// The decision about a target.
    package enum Decision: Codable, Hashable, Sendable {
        /// The payload is sent.
        case dispatch(Dispatch)
        /// Nothing is sent.
        case notRun(Refusal)
    }

    /// How a payload is sent.
    package struct Dispatch: Codable, Hashable, Sendable {
        /// The launcher that will run the payload.
        package var launcher: Launcher
        /// The partition of its job; nil for the direct launcher, which needs none.
        package var partition: String?
        /// Whether its job takes the whole node, so that no other job runs beside it.
        package var isExclusive: Bool
        /// Why another launcher is used than for other targets; nil when the launcher is the usual one.
        package var note: String?
        /// The longest time its partition lets a job run, in minutes; nil without a partition or a limit.
        package var maxMinutes: Int?

        /// Makes a way to a node.
        package init(
            _ launcher: Launcher, partition: String? = nil, isExclusive: Bool = false,
            note: String? = nil, maxMinutes: Int? = nil
        ) {
            self.launcher = launcher
            self.partition = partition
            self.isExclusive = isExclusive
            self.note = note
            self.maxMinutes = maxMinutes
        }
    }

    /// Why nothing is sent, and what to do about it.
    package struct Refusal: Codable, Hashable, Sendable {
        /// Its kind, for programs.
        package var code: ReasonCode
        /// The reason in words.
        package var reason: String
        /// What to do; nil when no action is needed.
        package var remedy: String?

        /// Makes a refusal.
        package init(_ code: ReasonCode, _ reason: String, remedy: String? = nil) {
            self.code = code
            self.reason = reason
            self.remedy = remedy
        }
    }
}

/// How a payload reaches a node.
package enum Launcher: String, CaseIterable, Codable, Hashable, Sendable {
    /// A single-node batch job.
    case job
    /// An `srun` with its own allocation: for a run directory that the nodes do not share.
    case srun
    /// `srun -Z` without an allocation, for root and SlurmUser: reaches busy and drained nodes.
    case direct
    /// Without Slurm, on the machine that fleet runs on.
    case local
}

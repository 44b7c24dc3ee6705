package import SlurmModel

/// What will be done to one node's state, or why nothing will.
package struct NodePlan: Hashable, Sendable {
    /// The node, as it was when this was decided.
    package var node: Node
    /// What is done, or why nothing is.
    package var decision: Decision

    /// Makes a plan.
    package init(node: Node, decision: Decision) {
        self.node = node
        self.decision = decision
    }

    /// What happens to a node.
    package enum Decision: Hashable, Sendable {
        /// Slurm is asked to do it.
        case act(Action)
        /// The node is left as it is.
        case keep(Refusal)
    }

    /// What Slurm is asked for.
    package struct Action: Hashable, Sendable {
        /// The reason to set; nil for a resume, which takes the reason away.
        package var reason: String?
        /// What there is to know about it, such as whose jobs run on; nil where there is nothing.
        package var note: String?

        /// Makes an action.
        package init(reason: String? = nil, note: String? = nil) {
            self.reason = reason
            self.note = note
        }
    }

    /// Why a node is left as it is.
    package struct Refusal: Hashable, Sendable {
        /// Its kind, for programs.
        package var code: KeptCode
        /// The reason in words.
        package var reason: String
        /// What to do; nil where nothing is to be done.
        package var remedy: String?

        /// Makes a refusal.
        package init(_ code: KeptCode, _ reason: String, remedy: String? = nil) {
            self.code = code
            self.reason = reason
            self.remedy = remedy
        }
    }

    /// What Slurm is asked for; nil where the node is left as it is.
    package var action: Action? {
        if case .act(let action) = decision { action } else { nil }
    }

    /// The plan with something more to know about what is done; as it is where nothing is done.
    package func noting(_ words: String) -> NodePlan {
        guard case .act(var action) = decision else { return self }
        action.note = action.note.map { "\(words); \($0)" } ?? words
        return NodePlan(node: node, decision: .act(action))
    }

    /// Why the node is left as it is; nil where it is not.
    package var refusal: Refusal? {
        if case .keep(let refusal) = decision { refusal } else { nil }
    }
}

/// Why a node was left as it is, for programs.
package enum KeptCode: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is so already: nothing was to be done.
    case already
    /// Its reason is not one of fleet's.
    case foreign
    /// Its state does not allow it.
    case state
    /// It booted since the run that found something wrong with it.
    case rebooted
    /// A newer run of the same check found it well.
    case superseded
    /// The fresh check did not pass, or could not be made.
    case check
    /// What it could tell of itself was to be kept first, and could not be.
    case evidence
    /// More nodes would be out of service than the limit allows.
    case limit
    /// It changed between the plan and the action.
    case changed
    /// It was not reached: an interruption, or a failure that would be every further node's too.
    case stopped
}

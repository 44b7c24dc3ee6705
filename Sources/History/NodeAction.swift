import FanOut

/// What fleet did to one node, or meant to do, and how the node was before.
package struct NodeAction: Codable, Hashable, Sendable {
    /// When, in seconds since 1970.
    package var time: Int
    /// Who: SUDO_USER where root acts for somebody, else the user.
    package var user: String
    /// What.
    package var verb: Verb
    /// The node's name.
    package var node: String
    /// The reason that was given to Slurm; nil where there is none to give.
    package var reason: String?
    /// The node's state right before, as Slurm writes it whole, such as `IDLE+DRAIN`.
    package var stateBefore: String
    /// The reason the node had right before; nil where it had none.
    package var reasonBefore: String?
    /// The run whose verdicts led to it; nil where none did.
    package var run: String?
    /// How it ended.
    package var outcome: Outcome
    /// Why it was not done; nil where it was.
    package var detail: String?

    /// What can be done to a node.
    package enum Verb: String, CaseIterable, Codable, Hashable, Sendable {
        case drain, resume, reboot
    }

    /// How an action ended.
    package enum Outcome: String, CaseIterable, Codable, Hashable, Sendable {
        /// Slurm took it.
        case done
        /// Not sent: the node had changed since the plan, or a limit was reached.
        case skipped
        /// Slurm refused it, or did not answer.
        case failed
    }

    /// Makes an action.
    package init(
        time: Int, user: String, verb: Verb, node: String, reason: String? = nil,
        stateBefore: String, reasonBefore: String? = nil, run: String? = nil, outcome: Outcome,
        detail: String? = nil
    ) {
        self.time = time
        self.user = user
        self.verb = verb
        self.node = node
        self.reason = reason
        self.stateBefore = stateBefore
        self.reasonBefore = reasonBefore
        self.run = run
        self.outcome = outcome
        self.detail = detail
    }
}

/// How the action on one node ended.
package struct NodeOutcome: Hashable, Sendable {
    /// What was planned, with the node as it was just before the action.
    package var plan: NodePlan
    /// How it ended.
    package var end: End
    /// Why, where it is not as was asked; a note where it is.
    package var detail: String?
    /// What to do; nil where nothing is to be done.
    package var remedy: String?

    /// Whether every further node would end in the same way.
    package var stopsAll = false
    /// Whether a look at the node may tell more: Slurm took the request, or its answer was lost.
    package var wantsLook: Bool

    /// How an action ends.
    package enum End: Hashable, Sendable {
        /// Nothing was done yet: the plan, as it is shown before the action.
        case planned
        /// Slurm did what it was asked for.
        case done
        /// The node was left as it is.
        case kept(KeptCode)
        /// Slurm refused, or what it did is not to be seen.
        case failed
    }

    /// Makes an outcome.
    package init(plan: NodePlan, end: End, detail: String? = nil, remedy: String? = nil) {
        self.plan = plan
        self.end = end
        self.detail = detail
        self.remedy = remedy
        wantsLook = end == .done
    }

    /// The outcome of a node that is left as it is.
    package init(kept plan: NodePlan, _ refusal: NodePlan.Refusal) {
        self.init(
            plan: plan, end: .kept(refusal.code), detail: refusal.reason, remedy: refusal.remedy)
    }

    /// The exit code of an action: 0 where all is as was asked, 1 where one failed, 2 where one was left as it is.
    package static func exitCode(_ outcomes: [NodeOutcome]) -> Int32 {
        if outcomes.contains(where: { $0.end == .failed }) { return 1 }
        return outcomes.allSatisfy { $0.end == .done || $0.end == .kept(.already) } ? 0 : 2
    }
}

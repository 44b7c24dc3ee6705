import Acting
import SlurmKit
import SlurmModel

extension NodePlan {
    /// The same where nothing is done after all; one that is left as it is anyway keeps its own reason.
    func held(_ refusal: Refusal) -> NodePlan {
        action == nil ? self : NodePlan(node: node, decision: .keep(refusal))
    }
}

extension NodeOutcome {
    /// What would come of a plan: nothing was done yet.
    init(planned plan: NodePlan) {
        if let refusal = plan.refusal {
            self.init(kept: plan, refusal)
        } else {
            self.init(plan: plan, end: .planned, detail: plan.action?.note)
        }
    }

    /// A failure of Slurm's.
    init(plan: NodePlan, end: End, detail: String?, remedy: String?, error: SlurmError) {
        self.init(plan: plan, end: end, detail: detail, remedy: remedy)
        // Without the right, or without slurmctld, every further node would end the same way.
        stopsAll = error.kind == .permission || error.kind == .controller
        wantsLook = error.mayHaveSucceeded
    }
}

import SlurmModel

/// The engine of a run: performs what ``FanOutMachine`` decides, and tells it what happened.
///
/// The loop itself never waits for slurmctld: submissions, looks and cancellations go on beside it, so that
/// records are read while slurmctld is slow or gone.
package struct FanOut<Scheduler: JobScheduler, Store: RecordStore>: Sendable {
    /// slurmctld.
    package let scheduler: Scheduler
    /// The run directory.
    package let store: Store
    /// What is run, and where its record goes.
    package let plan: RunPlan
    /// The limits of each target.
    package let limits: FanOutLimits
    /// How the run is stopped from outside.
    package let control: FanOutControl

    /// Makes an engine.
    package init(
        scheduler: Scheduler, store: Store, plan: RunPlan, limits: FanOutLimits,
        control: FanOutControl
    ) {
        self.scheduler = scheduler
        self.store = store
        self.plan = plan
        self.limits = limits
        self.control = control
    }

    /// Runs the payload on the targets until each has its row.
    ///
    /// - Parameters:
    ///   - targets: The nodes; those that are not to be run get their row at once.
    ///   - onEvent: Called for every event, in order, from one task.
    package func run(
        _ targets: [Target], onEvent: @Sendable (FanOutEvent) async -> Void
    ) async {
        var dispatched: [(node: Node, partition: String)] = []
        for target in targets {
            switch target.decision {
            case .dispatch(let partition): dispatched.append((target.node, partition))
            case .notRun(let reason):
                await onEvent(
                    .result(NodeResult(node: target.node.name, outcome: .notRun, reason: reason)))
            }
        }
        guard !dispatched.isEmpty else { return }
        let jobs = dispatched.map { plan.job(for: $0.node, partition: $0.partition) }
        var loop = FanOutLoop(engine: self, jobs: jobs)
        await loop.run(onEvent: onEvent)
    }
}

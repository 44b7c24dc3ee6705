package import SlurmModel

/// The engine of a run: performs what ``FanOutMachine`` decides, and tells it what happened.
///
/// The loop itself never waits for slurmctld: submissions, looks and cancellations go on beside it, so that
/// records are read while slurmctld is slow or gone.
package struct FanOut<Scheduler: JobScheduler, Store: RecordStore, Steps: StepLauncher>: Sendable {
    /// slurmctld.
    package let scheduler: Scheduler
    /// The run directory.
    package let store: Store
    /// Starts `srun` processes.
    package let steps: Steps
    /// What is run, and where its record goes.
    package let plan: RunPlan
    /// The limits of each target.
    package let limits: FanOutLimits
    /// How the run is stopped from outside.
    package let control: FanOutControl
    /// Whether the run passes on what the payloads write while they still run.
    package let followsOutput: Bool
    /// The time that its limits and pauses are measured in.
    package let clock: FanOutClock

    /// Makes an engine.
    package init(
        scheduler: Scheduler, store: Store, steps: Steps, plan: RunPlan, limits: FanOutLimits,
        control: FanOutControl, followsOutput: Bool = false, clock: FanOutClock = .system
    ) {
        self.scheduler = scheduler
        self.store = store
        self.steps = steps
        self.plan = plan
        self.limits = limits
        self.control = control
        self.followsOutput = followsOutput
        self.clock = clock
    }

    /// Runs the payload on the targets until each has its row.
    ///
    /// - Parameters:
    ///   - targets: The nodes; those that are not to be run get their row at once.
    ///   - earlier: The jobs that a fleet which is gone had submitted for some of them.
    ///   - onEvent: Called for every event; may be called from several tasks at once.
    package func run(
        _ targets: [Target], earlier: [String: SubmittedJob] = [:],
        onEvent: @escaping @Sendable (FanOutEvent) -> Void
    ) async {
        var jobs: [DispatchedTarget] = []
        var stepTargets: [DispatchedTarget] = []
        for target in targets {
            switch target.decision {
            case .notRun(let refusal):
                onEvent(.result(NodeResult(node: target.node.name, refusal: refusal)))
            case .dispatch(let dispatch) where dispatch.launcher == .job:
                jobs.append(DispatchedTarget(node: target.node, dispatch: dispatch))
            case .dispatch(let dispatch):
                stepTargets.append(DispatchedTarget(node: target.node, dispatch: dispatch))
            }
        }
        let board = ProgressBoard()
        await withTaskGroup { group in
            if !jobs.isEmpty {
                group.addTask { [jobs] in
                    var loop = FanOutLoop(engine: self, targets: jobs, earlier: earlier)
                    await loop.run { onEvent(Self.summed($0, .job, board)) }
                }
            }
            if !stepTargets.isEmpty {
                group.addTask { [stepTargets] in
                    let fanOut = StepFanOut(engine: self, targets: stepTargets) {
                        onEvent(Self.summed($0, .srun, board))
                    }
                    await fanOut.run()
                }
            }
        }
    }

    private static func summed(
        _ event: FanOutEvent, _ launcher: Launcher, _ board: ProgressBoard
    ) -> FanOutEvent {
        guard case .progress(let progress) = event else { return event }
        return .progress(board.update(launcher, progress))
    }
}

extension NodeResult {
    /// The row of a target that nothing is sent to.
    package init(node: String, refusal: Target.Refusal) {
        self.init(
            node: node, outcome: .notRun, reason: refusal.reason, code: refusal.code,
            remedy: refusal.remedy)
        attempts = 0
    }
}

/// A target that a job or a step is sent to.
struct DispatchedTarget: Hashable, Sendable {
    /// The node.
    var node: Node
    /// How it is reached.
    var dispatch: Target.Dispatch
}

/// An event of a run.
package enum FanOutEvent: Hashable, Sendable {
    /// A target is done; exactly one per target.
    case result(NodeResult)
    /// A job was submitted for a target.
    case submitted(node: String, job: UInt32, attempt: Int)
    /// A `srun` was started for a target.
    case started(node: String, launcher: Launcher, attempt: Int)
    /// A payload wrote something; sent only if the run follows its output.
    case output(node: String, OutputPiece)
    /// Targets moved from one phase to another.
    case progress(FanOutProgress)
    /// The run was asked to stop and is ending the jobs on these nodes.
    case cancelling(nodes: [String])
    /// A job could not be ended; it ends by itself, at its own limit.
    case cancelFailed(job: UInt32, cause: String)
    /// slurmctld did not answer; the run continues with the records in the run directory.
    case controllerSilent(String)
}

/// The requests to Slurm that the fan-out needs.
package protocol JobScheduler: Sendable {
    /// Submits a job and returns its number.
    func submit(_ job: BatchJob) async throws(SlurmError) -> UInt32
    /// The calling user's jobs, recently ended ones included.
    func jobs() async throws(SlurmError) -> [Job]
    /// Ends a job; one that has already ended is no error.
    func cancel(job: UInt32) async throws(SlurmError)
}

import FoundationEssentials
import SlurmModel

/// Runs the launchers `srun` and `direct`: one `srun` process per node, or per group of nodes, several at a time.
///
/// A slow node does not hold up the others.
struct StepFanOut<Scheduler: JobScheduler, Store: RecordStore, Steps: StepLauncher>: Sendable {
    let engine: FanOut<Scheduler, Store, Steps>
    let targets: [DispatchedTarget]
    let onEvent: @Sendable (FanOutEvent) -> Void
    let tally: StepTally
    /// The files that travel with the payload, in base 64, by name.
    let files: Result<[String: String], any Error>

    init(
        engine: FanOut<Scheduler, Store, Steps>, targets: [DispatchedTarget],
        onEvent: @escaping @Sendable (FanOutEvent) -> Void
    ) {
        self.engine = engine
        self.targets = targets
        self.onEvent = onEvent
        tally = StepTally(total: targets.count)
        files = Result { try Self.contents(of: engine.plan.payload.files, in: engine.store) }
    }

    /// What ends in the task group of a run.
    private enum Report: Sendable {
        /// The run was asked to stop.
        case cancelled
        /// Nothing is left to be told of stages.
        case told
        /// A `srun` has ended.
        case free
        /// A group gives up some of its nodes, or has started; it goes on with the rest, if there is one.
        case split([DispatchedTarget], rest: GroupWatch?, hasStarted: Bool)
    }

    /// Runs the payload on every target, and gives out one row each.
    func run() async {
        await withTaskGroup(of: Report.self) { group in
            // A request to stop the run cancels the tasks, and so ends their processes.
            group.addTask {
                while !Task.isCancelled, !engine.control.isCancelled {
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return .cancelled
            }
            if engine.plan.payload.tellsStages {
                group.addTask {
                    await tellStages()
                    return .told
                }
            }
            var queue = StepQueue(
                StepGroup.units(of: targets, size: groupSize, plan: engine.plan))
            var (running, watches, starting) = (0, 0, 0)
            func start() {
                while running < max(1, engine.limits.window),
                    let unit = queue.next(
                        withGroups: starting < max(1, engine.limits.startingGroups))
                {
                    running += 1
                    switch unit {
                    case .alone(let target, let attempt):
                        group.addTask {
                            await alone(target, attempt: attempt)
                            return .free
                        }
                    case .group(let nodes):
                        watches += 1
                        starting += 1
                        let watch = begin(nodes)
                        group.addTask {
                            await carry(watch)
                            return .free
                        }
                        group.addTask { await judged(watch) }
                    }
                }
            }
            start()
            var wasCancelled = false
            while running > 0 || watches > 0 || !queue.isEmpty, let report = await group.next() {
                switch report {
                case .free: running -= 1
                case .split(let again, let rest, let hasStarted):
                    watches -= 1
                    if hasStarted { starting -= 1 }
                    queue.add(again.map { .alone($0, attempt: 2) })
                    if let rest {
                        watches += 1
                        group.addTask { await judged(rest) }
                    }
                case .cancelled where !wasCancelled:
                    wasCancelled = true
                    onEvent(.cancelling(nodes: []))
                    group.cancelAll()
                case .cancelled, .told: break
                }
                start()
            }
            group.cancelAll()
        }
    }

    private func judged(_ watch: GroupWatch) async -> Report {
        let (again, rest) = await follow(watch)
        return .split(
            again, rest: rest, hasStarted: watch.isStarting && rest?.isStarting != true)
    }

    /// Files that cannot travel end every row alone; stages are read from a node's own output.
    private var groupSize: Int {
        if case .failure = files { return 1 }
        return engine.plan.payload.tellsStages ? 1 : engine.limits.group
    }

    /// Reads the stages of the steps once a second until it is cancelled; the output is on this machine, so nobody is
    /// asked.
    private func tellStages() async {
        var shown: [String: Int] = [:]
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let stages = tally.keys.compactMap(engine.store.stage(of:))
            let counts = stages.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            guard counts != shown, !Task.isCancelled else { continue }
            shown = counts
            onEvent(.progress(tally.change { $0.stages = counts }))
        }
    }

    /// The step that takes a payload to one node.
    func step(
        for target: DispatchedTarget, key: RecordKey, attempt: Int, carrier: JobScript.Carrier
    ) -> Step {
        let plan = engine.plan
        let isDirect = target.dispatch.launcher == .direct
        return Step(
            node: target.node.name, launcher: target.dispatch.launcher, jobName: plan.jobName,
            partition: target.dispatch.partition, options: plan.options,
            isExclusive: plan.options.isExclusive || target.dispatch.isExclusive,
            memoryMiB: plan.memory(of: target.node), gres: plan.gres(of: target.node),
            timeLimitMinutes: plan.timeLimitMinutes(target.dispatch), wait: plan.wait,
            limit: (isDirect ? 0 : plan.wait) + Int(engine.limits.recordDue.components.seconds)
                + 30,
            environment: plan.environment,
            script: JobScript.text(
                payload: plan.payload, key: key, attempt: attempt, carrier: carrier),
            output: engine.store.streamPath(for: key))
    }

    /// The record of an attempt at a node.
    func key(_ target: DispatchedTarget, attempt: Int) -> RecordKey {
        engine.plan.key(
            node: target.node.name, job: "\(target.dispatch.launcher.rawValue)-\(attempt)")
    }

    /// The row of a target that nothing was sent to when the run was asked to stop.
    func interrupted(_ target: DispatchedTarget) -> NodeResult {
        NodeResult(
            node: target.node.name, outcome: .cancelled, launcher: nil,
            reason: "interrupted before it was started", code: .interrupted)
    }

    /// Files that travel with a step go through Slurm's own connection, in base 64: larger files need shared storage.
    private static var largestFiles: Int { 32 << 20 }

    private static func contents(
        of files: [PayloadFile], in store: Store
    ) throws -> [String: String] {
        let total = files.reduce(0) { $0 + $1.size }
        guard total <= largestFiles else {
            throw FilesTooLarge(bytes: total, most: largestFiles)
        }
        var contents: [String: String] = [:]
        for file in files {
            let data = Data(try store.file(file.name))
            contents[file.name] = data.base64EncodedString(options: [
                .lineLength76Characters, .endLineWithLineFeed,
            ])
        }
        return contents
    }
}

/// The files of a payload are too large for a launcher that has no shared storage.
struct FilesTooLarge: Error, CustomStringConvertible {
    let bytes: Int
    let most: Int

    var description: String { "they have \(bytes) bytes, and \(most) is the most" }
}

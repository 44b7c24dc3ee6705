import FoundationEssentials
import SlurmModel
import Synchronization

/// Runs the launchers `srun` and `direct`: one `srun` process per node, several at a time.
///
/// A slow node does not hold up the others.
struct StepFanOut<Scheduler: JobScheduler, Store: RecordStore, Steps: StepLauncher>: Sendable {
    let engine: FanOut<Scheduler, Store, Steps>
    let targets: [DispatchedTarget]

    /// Files that travel with a step go through Slurm's own connection, in base 64: larger files need shared storage.
    static var largestFiles: Int { 32 << 20 }

    /// The phase of each target, as the tasks report it.
    private final class Tally: Sendable {
        private let state: Mutex<(progress: FanOutProgress, keys: Set<RecordKey>)>

        init(total: Int) {
            var progress = FanOutProgress(total: total)
            progress.queued = total
            state = Mutex((progress, []))
        }

        /// The steps that are under way.
        var keys: Set<RecordKey> { state.withLock { $0.keys } }

        func change(_ body: (inout FanOutProgress) -> Void) -> FanOutProgress {
            state.withLock {
                body(&$0.progress)
                return $0.progress
            }
        }

        func begin(_ key: RecordKey) { state.withLock { _ = $0.keys.insert(key) } }
        func end(_ key: RecordKey) { state.withLock { _ = $0.keys.remove(key) } }
    }

    func run(onEvent: @escaping @Sendable (FanOutEvent) -> Void) async {
        let tally = Tally(total: targets.count)
        let contents = Result { try fileContents() }
        let cancelled = Mutex(false)
        await withTaskGroup { group in
            // A request to stop the run cancels the tasks, and so ends their processes.
            group.addTask {
                while !Task.isCancelled, !engine.control.isCancelled {
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return false
            }
            if engine.plan.payload.tellsStages {
                group.addTask {
                    await tellStages(tally, onEvent)
                    return false
                }
            }
            var next = targets.makeIterator()
            var running = 0
            func start() {
                guard let target = next.next() else { return }
                running += 1
                group.addTask {
                    onEvent(
                        .progress(
                            tally.change {
                                ($0.queued, $0.running) = ($0.queued - 1, $0.running + 1)
                            }))
                    let row = await row(of: target, contents: contents, tally, onEvent)
                    onEvent(.result(row))
                    onEvent(
                        .progress(
                            tally.change { ($0.running, $0.done) = ($0.running - 1, $0.done + 1) }))
                    return true
                }
            }
            for _ in 0..<max(1, engine.limits.window) { start() }
            while running > 0, let isRow = await group.next() {
                if isRow {
                    running -= 1
                    start()
                } else if cancelled.withLock({ $0 ? false : ($0 = true, true).1 }) {
                    onEvent(.cancelling(nodes: []))
                    group.cancelAll()
                }
            }
            group.cancelAll()
        }
    }

    /// Reads the stages of the steps once a second until it is cancelled; the output is on this machine, so nobody is
    /// asked.
    private func tellStages(
        _ tally: Tally, _ onEvent: @Sendable (FanOutEvent) -> Void
    ) async {
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

    // MARK: - One target

    private func row(
        of target: DispatchedTarget, contents: Result<[String: String], any Error>, _ tally: Tally,
        _ onEvent: @Sendable (FanOutEvent) -> Void
    ) async -> NodeResult {
        let files: [String: String]
        switch contents {
        case .success(let contents): files = contents
        case .failure(let error):
            return NodeResult(
                node: target.node.name, outcome: .launchFailed, launcher: target.dispatch.launcher,
                reason: "its files cannot travel with it: \(error)", code: .files,
                remedy: "use --via job and shared storage")
        }
        var attempt = 1
        while true {
            guard !engine.control.isCancelled else { return interrupted(target) }
            onEvent(
                .started(
                    node: target.node.name, launcher: target.dispatch.launcher, attempt: attempt))
            var row = await tryOnce(target, attempt: attempt, files: files, tally)
            row.attempts = attempt
            row.note = target.dispatch.note
            guard row.mayBeRetried, attempt <= engine.limits.retries, !engine.control.isCancelled
            else { return row }
            attempt += 1
            try? await Task.sleep(for: engine.limits.retryDelay)
        }
    }

    private func tryOnce(
        _ target: DispatchedTarget, attempt: Int, files: [String: String], _ tally: Tally
    ) async -> NodeResult {
        let key = engine.plan.key(
            node: target.node.name, job: "\(target.dispatch.launcher.rawValue)-\(attempt)")
        let step = step(for: target, key: key, attempt: attempt, files: files)
        tally.begin(key)
        var end = await engine.steps.run(step)
        tally.end(key)
        let hasBegun = engine.store.keepStream(for: key)
        let record = Result { () throws(RecordProblem) in try engine.store.record(for: key) }
        // Where the answer is missing or cut off, this machine may be to blame.
        if case .failure = record, end.fault == nil { end.fault = engine.store.fault() }
        let judge = StepJudge(
            step: step, limits: engine.limits, isCancelled: engine.control.isCancelled)
        return judge.result(end, record: record, hasBegun: hasBegun)
    }

    private func step(
        for target: DispatchedTarget, key: RecordKey, attempt: Int, files: [String: String]
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
                payload: plan.payload, key: key, attempt: attempt, carrier: .stream(files: files)),
            output: engine.store.streamPath(for: key))
    }

    private func interrupted(_ target: DispatchedTarget) -> NodeResult {
        NodeResult(
            node: target.node.name, outcome: .cancelled, launcher: nil,
            reason: "interrupted before it was started", code: .interrupted)
    }

    /// The files that travel with the payload, in base 64, by name.
    private func fileContents() throws -> [String: String] {
        let files = engine.plan.payload.files
        let total = files.reduce(0) { $0 + $1.size }
        guard total <= Self.largestFiles else {
            throw FilesTooLarge(bytes: total, most: Self.largestFiles)
        }
        var contents: [String: String] = [:]
        for file in files {
            let data = Data(try engine.store.file(file.name))
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

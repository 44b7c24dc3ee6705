package import FanOut
import FoundationEssentials
import History
import Platform
package import Reports
package import Runs
import SlurmKit
import SlurmModel
import Terminal
import Verdicts

/// Watches one run to its end: sends the payloads, judges the results, and stores and prints every row.
package struct RunDriver {
    let session: Session
    let run: StoredRun
    let manifest: RunManifest
    let limits: FanOutLimits
    let output: RunOutput
    /// Held as long as the run is watched.
    let lock: RunLock?
    /// How the run is ended from outside.
    package let control = FanOutControl()

    /// A driver for a run whose fleet process has ended.
    package static func resuming(
        session: Session, run: StoredRun, manifest: RunManifest, output: RunOutput, lock: RunLock
    ) -> RunDriver {
        var limits = FanOutLimits()
        limits.wait = .seconds(manifest.plan.wait)
        limits.timeout = .seconds(manifest.plan.payload.timeout)
        return RunDriver(
            session: session, run: run, manifest: manifest, limits: limits, output: output,
            lock: lock)
    }

    private var probe: any Probe { manifest.specification.probe }

    /// Drives a run from its beginning.
    ///
    /// - Parameters:
    ///   - targets: The nodes, and what was decided for each.
    ///   - head: The head node, if it is a target too.
    ///   - waves: The sizes of the waves; nil for everything at once.
    ///   - stopAfter: After this many failures no further wave is started.
    /// - Returns: How the run ended.
    /// - Throws: An ``OutputError`` when rows could not be written.
    func drive(
        _ targets: [Target], head: HeadNode?, waves: BatchSizes?, stopAfter: Int?
    ) async throws -> RunEnd {
        let sent = targets.filter { if case .dispatch = $0.decision { true } else { false } }
        let kept = targets.filter { if case .notRun = $0.decision { true } else { false } }
        let plan = RunWaves(
            waves: waves?.waves(of: sent) ?? (sent.isEmpty ? [] : [sent]), stopAfter: stopAfter)
        return try await watch(targets: targets, head: head, known: []) { engine, rows, emit in
            await engine.run(kept, onEvent: emit)
            // The head node starts together with the first wave.
            async let here = head?.run(plan: engine.plan, store: engine.store, control: control)
            await plan.run(rows: rows, control: control, emit: emit) {
                await engine.run($0, onEvent: $1)
            }
            if let result = await here { emit(.result(result)) }
        }
    }

    /// Continues a run whose fleet process has ended, without sending anything new.
    ///
    /// - Parameters:
    ///   - targets: All its nodes.
    ///   - entries: Its journal.
    /// - Returns: The exit code.
    /// - Throws: An ``OutputError`` when rows could not be written.
    package func goOn(_ targets: [Target], entries: [JournalEntry]) async throws -> Int32 {
        let resumption = try await RunResumption(
            session: session, run: run, manifest: manifest, targets: targets, entries: entries)
        return try await watch(targets: targets, head: nil, known: resumption.rows) {
            engine, _, emit in
            for result in resumption.lost { emit(.result(result)) }
            async let steps: Void = resumption.steps.rows(
                limits: limits, control: control, emit)
            await engine.run(resumption.underWay, earlier: resumption.jobs, onEvent: emit)
            await steps
        }.exitCode
    }

    // MARK: - Watching

    private func watch(
        targets: [Target], head: HeadNode?, known: [NodeReport],
        _ body:
            @escaping @Sendable (
                FanOut<UserJobs, RunDirectory, SrunLauncher>, RunRows,
                @escaping @Sendable (FanOutEvent) -> Void
            ) async -> Void
    ) async throws -> RunEnd {
        try run.directory.hold()
        let (events, continuation) = AsyncStream.makeStream(of: FanOutEvent.self)
        let engine = FanOut(
            scheduler: UserJobs(controller: session.controller), store: run.directory,
            steps: SrunLauncher(
                slurmConfiguration: session.slurm.path,
                program: SrunProgram.find(environment: session.environment),
                store: run.directory), plan: manifest.plan,
            limits: limits, control: control, followsOutput: output.followsOutput)
        let rows = RunRows(
            output.needsStreams
                ? known.map { run.withStreams($0, plan: manifest.plan) } : known,
            keepsStreams: output.needsStreams)
        var collector = RunCollector(
            journal: try run.journal(), judge: RowJudge(probe), rows: rows,
            nodes: Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first },
            slurm: SlurmLookup(controller: session.controller),
            printer: RunPrinter(
                console: session.console, output: output,
                names: (manifest.head.map { [$0] } ?? []) + targets.map(\.node.name)))
        for report in known { collector.printer.kept(run.withStreams(report, plan: manifest.plan)) }

        // Leaving this scope cancels the watch, and so ends it.
        async let _ = SignalWatch(console: session.console, control: control).run()
        async let _ = CancelWatch(run: run, control: control).watch()
        async let finished: Void = {
            await body(engine, rows) { continuation.yield($0) }
            continuation.finish()
        }()
        await collector.collect(events)
        await finished
        return try end(collector, targets: targets)
    }

    /// Closes the run: its files are written first, so that nothing is lost when the reader of the output has gone.
    private func end(_ collector: RunCollector, targets: [Target]) throws -> RunEnd {
        let ended = Int(Date().timeIntervalSince1970)
        let report = RunReport(
            manifest: manifest, ended: ended,
            reports: probe.review(
                collector.rows.ordered(targets: targets, head: manifest.head)))
        let code =
            control.isCancelled
            ? ExitCodes.interrupted
            : report.summary.exitCode(
                strict: manifest.isStrict, ignoreNotRun: manifest.ignoresNotRun)
        do {
            try run.finish(
                RunSummaryFile(
                    ended: ended, wasInterrupted: control.isCancelled, exitCode: code,
                    counts: report.summary))
        } catch {
            session.console.say(
                "fleet: the run's end could not be kept in \(run.directory.path): \(FileProblem.words(error))"
            )
        }
        if let problem = collector.journal.problem {
            session.console.say(
                "fleet: the run's journal in \(run.directory.path) is not whole: \(problem)")
        }
        // The history is written last, because another process that holds it must not delay the output.
        defer { record(report) }
        var printer = collector.printer
        try printer.finish(report)
        return RunEnd(exitCode: code, report: report)
    }

    private func record(_ report: RunReport) {
        session.site.history(runs: run.base).record(
            HistoryRecord(
                manifest: manifest, reports: report.reports, ended: report.ended,
                wasInterrupted: control.isCancelled))
    }
}

/// How a run ended.
package struct RunEnd {
    /// The exit code.
    package var exitCode: Int32
    /// Its rows; nil where nothing was sent.
    package var report: RunReport?

    /// Makes a value of its parts.
    package init(exitCode: Int32, report: RunReport? = nil) {
        self.exitCode = exitCode
        self.report = report
    }
}

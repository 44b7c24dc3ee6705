import FleetCore
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
import UnixSignals

/// Carries one probe to the selected nodes and prints what comes back: the body of every fan-out command.
struct FanOutRunner<SomeProbe: Probe> {
    let session: Session
    let probe: SomeProbe
    let table: any ReportTable
    let options: FanOutOptions
    var includesHead = false

    /// Runs and prints.
    ///
    /// - Parameters:
    ///   - selection: The nodes asked for.
    ///   - filter: Which of them the probe is for.
    ///   - none: What to say when no node is left.
    /// - Returns: The exit code.
    /// - Throws: An error when nothing could be run at all.
    func run(
        selection: NodeSelection, filter: (Node) -> Bool = { _ in true },
        none: String = "no node matches the selection"
    ) async throws -> Int32 {
        let selected = try await session.select(
            selection, failed: session.failedNodes, filter: filter)
        let (cluster, nodes) = (selected.cluster, selected.nodes)
        let head = includesHead ? HeadNode() : nil
        guard !nodes.isEmpty || head != nil else { throw UsageError("\(none).") }

        let planner = TargetPlanner(
            partitions: cluster.partitions, preferred: selection.partitions,
            isRoot: geteuid() == 0, now: Self.now)
        let targets = nodes.map(planner.plan)
        let (plan, store) = try prepare(targets: targets, head: head)
        let started = Self.now
        let names = (head.map { [$0.name] } ?? []) + targets.map(\.node.name)
        var printer = RunPrinter(
            console: session.console, format: options.format, table: table, names: names)
        let (reports, interrupted) = try await gather(
            targets: targets, plan: plan, store: store, head: head, printer: &printer)
        let report = RunReport(
            id: plan.id.description, probe: probe.name, launcher: "job", started: started,
            ended: Self.now, reports: reports)
        try printer.finish(report)
        if interrupted { return ExitCodes.interrupted }
        return report.summary.exitCode(
            strict: options.strict, ignoreNotRun: options.ignoreNotRun)
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    private func prepare(
        targets: [Target], head: HeadNode?
    ) throws -> (plan: RunPlan, store: RunDirectory) {
        let base = try RunDirectoryBase.path(
            setting: options.runDir ?? session.configuration.runDirectory, user: geteuid(),
            home: session.home, workingDirectory: FileManager.default.currentDirectoryPath)
        let id = RunID(timestamp: RunTimestamp.text(secondsSince1970: Self.now))
        let nonce = Self.nonce()
        let manifest = RunManifest(
            id: id, probe: probe, targets: targets, head: head?.name, started: Self.now)
        let store = try RunDirectory.create(
            base: base, id: id, nonce: nonce, manifest: try manifest.bytes())
        let plan = RunPlan(
            id: id, nonce: nonce, directory: store.path, payload: probe.payload,
            environment: JobEnvironment.variables(home: session.home),
            gpuRequest: probe.gpuRequest,
            // Some slack for clocks that differ and for the submission of thousands.
            lastStart: Self.now + options.wait.count + 120 + targets.count / 50)
        return (plan, store)
    }

    /// 128 random bits as 32 hexadecimal digits.
    private static func nonce() -> String {
        (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// Runs everything and collects one report per target.
    private func gather(
        targets: [Target], plan: RunPlan, store: RunDirectory, head: HeadNode?,
        printer: inout RunPrinter
    ) async throws -> (reports: [NodeReport], interrupted: Bool) {
        let control = FanOutControl()
        let (events, continuation) = AsyncStream.makeStream(of: FanOutEvent.self)
        var limits = FanOutLimits()
        limits.wait = .seconds(options.wait.count)
        limits.timeout = .seconds(probe.payload.timeout)
        let engine = FanOut(
            scheduler: UserJobs(controller: session.controller), store: store, plan: plan,
            limits: limits, control: control)

        // Cancelled, and so ended, when this scope is left.
        async let _ = SignalWatch(console: session.console, control: control).run()
        async let finished: Void = {
            async let here = head?.run(plan: plan, store: store, control: control)
            await engine.run(targets) { continuation.yield($0) }
            if let result = await here { continuation.yield(.result(result)) }
            continuation.finish()
        }()
        let reports = await collect(events, targets: targets, head: head, printer: &printer)
        await finished
        if let failure = printer.failure { throw OutputError(cause: failure) }
        return (reports, control.isCancelled)
    }

    private func collect(
        _ events: AsyncStream<FanOutEvent>, targets: [Target], head: HeadNode?,
        printer: inout RunPrinter
    ) async -> [NodeReport] {
        let nodes = Dictionary(targets.map { ($0.node.name, $0.node) }) { first, _ in first }
        var reports: [String: NodeReport] = [:]
        for await event in events {
            switch event {
            case .result(let result):
                let isHead = result.launcher == HeadNode.launcher
                let report = NodeReport(
                    result: result, node: isHead ? nil : nodes[result.node], probe: probe)
                reports[Self.key(result.node, isHead: isHead)] = report
                printer.row(report)
            case .progress(let progress): printer.progress(progress)
            case .cancelling(let pending): printer.cancelling(pending)
            case .controllerSilent(let cause): printer.silent(cause)
            case .cancelFailed(let job, let cause): printer.cancelFailed(job, cause)
            }
        }
        printer.end()
        let ordered =
            (head.map { [Self.key($0.name, isHead: true)] } ?? [])
            + targets.map { Self.key($0.node.name, isHead: false) }
        return ordered.compactMap { reports[$0] }
    }

    /// The head may bear the name of a node.
    private static func key(_ name: String, isHead: Bool) -> String {
        isHead ? "/\(name)" : name
    }
}

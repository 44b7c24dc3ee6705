package import FanOut
import FoundationEssentials
import Glibc
import Platform
package import Reports
import Runs
import SlurmKit
package import SlurmModel
import Terminal
package import Verdicts

/// Runs one probe on the selected nodes and prints the results; every fan-out command uses it.
package struct FanOutRunner {
    let session: Session
    /// Describes the probe, which is made once the payload's files are in the run directory.
    let specification: any ProbeSpecification
    let output: RunOutput
    let options: FanOutOptions
    let jobFlags: JobFlags
    var includesHead = false
    /// Adds to the decisions what the command knows of the nodes; nil for nothing.
    package var noted: (@Sendable ([Target]) async -> [Target])?

    /// Makes a value of its parts.
    package init(
        session: Session, specification: any ProbeSpecification, output: RunOutput,
        options: FanOutOptions, jobFlags: JobFlags, includesHead: Bool = false
    ) {
        self.session = session
        self.specification = specification
        self.output = output
        self.options = options
        self.jobFlags = jobFlags
        self.includesHead = includesHead
    }

    /// Runs and prints.
    ///
    /// - Parameters:
    ///   - selection: The nodes asked for.
    ///   - filter: Which of them the probe is for.
    ///   - none: The message when no node is selected.
    /// - Returns: The exit code.
    /// - Throws: An error when nothing could be run at all.
    package func run(
        selection: NodeSelection, filter: ((Node) -> Bool)? = nil,
        none: String = "no node matches the selection"
    ) async throws -> Int32 {
        try await end(selection: selection, filter: filter, none: none).exitCode
    }

    /// Runs and prints, for a command that continues with the result.
    ///
    /// - Returns: How the run ended; without a report when nothing was sent.
    /// - Throws: An error when nothing could be run at all.
    package func end(
        selection: NodeSelection, filter: ((Node) -> Bool)? = nil,
        none: String = "no node matches the selection"
    ) async throws -> RunEnd {
        guard options.format != .prometheus || output.metrics != nil else {
            throw UsageError("--format prometheus is for gpu-check and check.")
        }
        guard options.format != .html || output.page != nil else {
            throw UsageError("--format html is for health.")
        }
        let settings = try RunSettings(
            options: options, jobFlags: jobFlags, selection: selection,
            use: specification.probe.use, isBrief: specification.probe.isBrief,
            configuration: session.configuration)
        let selected = try await session.select(
            selection, failed: { try session.unfinishedNodes(of: $0, runDir: options.runDir) },
            filter: filter)
        let head = includesHead ? HeadNode() : nil
        guard !selected.nodes.isEmpty || head != nil else {
            return try await nothing(selection, hasFilter: filter != nil, none: none)
        }
        let targets = try await plan(selected, settings)
        // If only the nodes know what would be done, they are asked, and their rows are the plan.
        if options.dryRun, !specification.isRehearsal {
            try DryRun(targets: targets, head: head?.name).print(
                on: session.console, format: options.format)
            return RunEnd(exitCode: 0)
        }
        guard
            try specification.isRehearsal
                || Confirmation(options: options, console: session.console)
                    .isGiven(
                        targets: targets, head: head != nil,
                        what: specification.title)
        else { return RunEnd(exitCode: ExitCodes.interrupted) }
        var output = output.shown(for: targets.count + (head == nil ? 0 : 1))
        output.clusterNodes = selected.cluster.nodes
        if specification.isRehearsal {
            // A rehearsal may run where a change would have to wait, so the plan shows how the change would reach the
            // nodes.
            let change = try RunSettings(
                options: options, jobFlags: jobFlags, selection: selection, use: .changes,
                configuration: session.configuration)
            let dryRun = DryRun(targets: try await plan(selected, change), head: head?.name)
            output.json = { dryRun.json(with: $0.reports) }
            output.table = RunTables.table(
                for: specification, view: ReportView(plan: dryRun))
        }
        let end = try await drive(
            targets, head: head, settings, spread(over: targets), output: output)
        if specification.isRehearsal {
            session.console.say("fleet: nothing was changed (--dry-run)")
        }
        return end
    }

    /// What is said where no node is left: those that are to be done again may all be well, and a check that looks at none
    /// of the selected nodes is another thing than a selection without nodes.
    private func nothing(
        _ selection: NodeSelection, hasFilter: Bool, none: String
    ) async throws -> RunEnd {
        if let words = try selection.allWell({
            try session.unfinishedNodes(of: $0, runDir: options.runDir)
        }) {
            session.console.say(words)
            return RunEnd(exitCode: 0)
        }
        let all = try await session.select(
            selection, failed: { try session.unfinishedNodes(of: $0, runDir: options.runDir) })
        let isEmpty = !hasFilter || all.nodes.isEmpty
        throw UsageError(
            (isEmpty ? "no node matches the selection" : none)
                + "; 'fleet status' shows the nodes and their states.")
    }

    /// The specification adapted to the number of nodes that begin at once.
    private func spread(over targets: [Target]) -> any ProbeSpecification {
        let sent = targets.filter { if case .dispatch = $0.decision { true } else { false } }
        return specification.spread(
            over: options.waves?.waves(of: sent).map(\.count).max() ?? sent.count)
    }

    /// Decides about every node.
    private func plan(
        _ selected: SelectedNodes, _ settings: RunSettings
    ) async throws -> [Target] {
        let isRoot = geteuid() == 0
        let via = settings.plan.via
        try SrunProgram.check(via: via, environment: session.environment)
        let mayGoDirect: Bool
        switch via {
        case .auto, .direct:
            mayGoDirect = isRoot ? true : try await session.controller.slurmUser() == geteuid()
        case .job, .srun: mayGoDirect = false
        }
        if via == .direct, !mayGoDirect {
            throw SlurmError(
                kind: .permission, attempt: "reach nodes without an allocation (--via direct)",
                cause: "slurmd takes that from root and SlurmUser only",
                remedy: "Run fleet as root, or use --via job.")
        }
        var jobs = selected.jobs
        if jobs == nil, selected.nodes.contains(where: TargetPlanner.needsHolders) {
            jobs = try await session.controller.allJobs()
        }
        let planner = TargetPlanner(
            partitions: selected.cluster.partitions,
            options: facts(settings.plan, nodes: selected.nodes.count), isRoot: isRoot,
            mayGoDirect: mayGoDirect, holders: jobs.map { Holders($0, clock: ClockTime.text) },
            now: Self.now)
        let targets = planner.plan(selected.nodes)
        return await noted?(targets) ?? targets
    }

    /// The options with what is known of this machine, the cluster and the payload.
    private func facts(_ options: PlanOptions, nodes: Int) -> PlanOptions {
        guard options.via == .auto else { return options }
        let probe = specification.probe
        var options = options
        options.hasSteps = SrunProgram.find(environment: session.environment) != nil
        options.needsDevices =
            probe.gpuRequest != .none && DeviceConfinement.isSet(in: session.slurm.folder)
        // Through a step the output comes only once the command has ended.
        options.isShort =
            probe.use == .unknown && probe.payload.isOpenEnded != true
            && probe.payload.timeout <= Self.shortSeconds
            && !output.shown(for: nodes).followsOutput
        return options
    }

    /// Up to this limit, in seconds, a command is short: it need not outlive this machine.
    private static let shortSeconds = 60

    private func drive(
        _ targets: [Target], head: HeadNode?, _ settings: RunSettings,
        _ specification: any ProbeSpecification, output: RunOutput
    ) async throws -> RunEnd {
        let probe = specification.probe
        let nonce = Self.nonce()
        let (id, directory) = try makeDirectory(nonce: nonce)
        // Locked before the run becomes visible, because another fleet would take over an unlocked run.
        let lock = try takeLock(of: StoredRun(directory, kinds: .ofProgram))
        try PayloadFiles.copy(probe.payload.files, into: directory)
        let plan = RunPlan(
            id: id, nonce: nonce, directory: directory.path, payload: probe.payload,
            environment: JobEnvironment.variables(home: session.site.home), options: settings.job,
            gpuRequest: probe.gpuRequest, wait: settings.wait)
        let manifest = RunManifest(
            plan: plan, specification: specification,
            command: RunManifest.withoutValues(CommandLine.arguments),
            user: Users.name(of: geteuid()), cluster: session.slurm.clusterName, started: Self.now,
            nodeCount: targets.count + (head == nil ? 0 : 1),
            nodes: Hostlist.fold(targets.map(\.node.name)), head: head?.name,
            isStrict: options.strict, ignoresNotRun: options.ignoreNotRun)
        let run = StoredRun(directory, kinds: .ofProgram)
        try run.begin(manifest, targets: targets)
        let driver = RunDriver(
            session: session, run: run, manifest: manifest, limits: settings.limits(of: probe),
            output: output, lock: lock)
        return try await driver.drive(
            targets, head: head, waves: options.waves, stopAfter: options.stopAfter)
    }

    /// Makes a run directory with a unique name: two fleets may begin in the same moment.
    private func makeDirectory(nonce: String) throws -> (RunID, RunDirectory) {
        let base = try session.site.runDirectoryBase(options.runDir)
        var tries = 0
        while true {
            let id = RunTimestamp.newID()
            do throws(RunDirectoryError) {
                return (id, try RunDirectory.create(base: base, id: id, nonce: nonce))
            } catch {
                tries += 1
                guard error.isTaken, tries < 10 else { throw error }
            }
        }
    }

    /// The run's lock; nil, with a warning, when its file system has no locks.
    private func takeLock(of run: StoredRun) throws -> RunLock? {
        do {
            guard let lock = try RunLock.take(run) else {
                throw RunStoreError(
                    .file, attempt: "watch run \(run.id)", cause: "another fleet holds its lock")
            }
            return lock
        } catch let error as RunStoreError {
            throw error
        } catch {
            session.console.say(
                "fleet: \(run.directory.path) cannot be locked (\(FileProblem.words(error))): 'fleet attach' will not work on this run"
            )
            return nil
        }
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    /// 128 random bits as 32 hexadecimal digits.
    private static func nonce() -> String {
        (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

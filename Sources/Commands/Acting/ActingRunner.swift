import Configuration
import Acting
import FanOut
import FoundationEssentials
import Glibc
import History
import Platform
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// Carries an action to the selected nodes: plan, limit, right, question, check, and one node after the other.
struct ActingRunner {
    let session: Session
    let verb: NodeAction.Verb
    /// The reason of all nodes; nil takes each one's finding from ``failures``.
    var reason: String?
    /// The nodes of a run, and what it found; nil without one.
    var failures: RunFailures?
    /// How many nodes may be out of service.
    var limit = DrainLimit.standard
    /// Seconds after which slurmctld resumes a drained node; nil for never.
    var resumeAfter: Int?
    /// What is done with the nodes after the question and before the action; nil for nothing.
    var preparation: (any NodePreparation)?
    /// Whether nodes that are as asked for have no row.
    var leavesOutWhatIsDone = false
    /// Whether other people's reasons may be replaced.
    var isForced = false
    /// Whether the question is left out (`--yes`).
    var isYes = false
    /// Whether only the plan is shown (`--dry-run`).
    var isDryRun = false
    /// How the outcome is printed.
    var format = ActionFormat.table
    /// Whether the outcome goes to standard error, because standard output is somebody else's.
    var printsAsTalk = false

    /// A runner that asks, and prints on standard output only where it is a dry run.
    init(session: Session, verb: NodeAction.Verb) {
        self.session = session
        self.verb = verb
    }

    /// A runner as the flags have it.
    ///
    /// - Throws: A ``RunStoreError`` for a run that is not there.
    init(session: Session, verb: NodeAction.Verb, options: ActingOptions) throws {
        self.init(session: session, verb: verb)
        failures = try options.failures(session, to: verb)
        isForced = options.force
        isYes = options.yes
        isDryRun = options.dryRun
        format = options.format
    }

    /// Selects, and acts.
    ///
    /// - Returns: The exit code.
    /// - Throws: An error where nothing could be done at all.
    func act(selection: NodeSelection, _ options: ActingOptions) async throws -> Int32 {
        let failed = failures.map { Set($0.nodes.names) }
        let selected = try await session.select(
            selection,
            failed: { try session.unfinishedNodes(of: $0, runDir: options.runDir) },
            withJobs: true, filter: { failed?.contains($0.name) ?? true })
        if let failures, failures.nodes.names.isEmpty {
            session.console.say("fleet: no node failed in run \(failures.run): nothing to do")
            return 0
        }
        guard !selected.nodes.isEmpty else {
            session.console.say("fleet: no node matches the selection: nothing to do")
            return 0
        }
        return try await act(on: selected)
    }

    /// Acts on selected nodes.
    ///
    /// - Returns: The exit code.
    /// - Throws: An error where nothing could be done at all.
    func act(on selected: SelectedNodes) async throws -> Int32 {
        sayWhatIsGone(selected)
        var plans = plan(selected)
        if leavesOutWhatIsDone {
            plans.removeAll { $0.refusal?.code == .already }
            guard !plans.isEmpty else {
                session.console.say("fleet: no selected node is out of service: nothing to do")
                return 0
            }
        }
        try checkReasons(plans)
        let problem = verb == .resume ? nil : overLimit(plans, selected)
        if verb == .reboot, plans.contains(where: { $0.action != nil }) {
            try await checkReboot()
        }
        if isDryRun {
            try print(ActionReport(action, outcomes: plans.map(NodeOutcome.init(planned:))))
            if let problem { session.console.say("fleet: \(problem)") }
            adviseOnReplacement(plans)
            return 0
        }
        let chosen = plans.filter { $0.action != nil }.map(\.node.name)
        guard let first = chosen.first else {
            return try finish(plans.map(NodeOutcome.init(planned:)))
        }
        try await checkWhatIsNeeded(onNode: first)
        if let problem {
            plans = plans.map { $0.held(.init(.limit, "too many nodes at once (--max)")) }
            let outcomes = plans.map(NodeOutcome.init(planned:))
            record(outcomes)
            let code = try finish(outcomes)
            session.console.say("fleet: nothing was done: \(problem)")
            return code
        }
        adviseOnReplacement(plans)
        guard isYes || ask(plans, chosen) else { return ExitCodes.interrupted }
        if let preparation {
            let refusals = try await preparation.refusals(of: chosen)
            plans = plans.map { plan in refusals[plan.node.name].map(plan.held) ?? plan }
        }
        return try await carryOut(plans)
    }

    // MARK: - Before

    private var action: ActionReport.Action {
        ActionReport.Action(
            verb: verb, user: Caller.name(environment: session.environment), run: failures?.run,
            isDryRun: isDryRun)
    }

    /// Says which nodes of the run are no longer in the cluster, so that nobody thinks that they were handled.
    private func sayWhatIsGone(_ selected: SelectedNodes) {
        guard let failures else { return }
        let there = Set(selected.cluster.nodes.map(\.name))
        let gone = failures.nodes.names.filter { !there.contains($0) }
        guard !gone.isEmpty else { return }
        session.console.say(
            TerminalText.visible(
                "fleet: of run \(failures.run), the cluster no longer has \(Hostlist.fold(gone))"))
    }

    private func plan(_ selected: SelectedNodes) -> [NodePlan] {
        let who = Caller.name(environment: session.environment)
        let reasons = (failures?.nodes.findings ?? [:]).compactMapValues {
            FleetReason(reason ?? $0, who: who)?.text
        }
        let planner = ActingPlanner(
            verb, reason: reason.flatMap { FleetReason($0, who: who)?.text }, reasons: reasons,
            isForced: isForced, runStart: failures?.started,
            holders: selected.jobs.map { Holders($0, clock: ClockTime.text) }, now: Self.now,
            manager: manager)
        let superseded = superseded()
        let sick = sick(selected.nodes)
        return selected.nodes.map { node in
            var plan = planner.plan(node)
            if let words = sick[node.name] { plan = plan.noting(words) }
            if let words = superseded[node.name] {
                plan = plan.held(
                    .init(.superseded, words, remedy: "nothing; or --force"))
            }
            guard plan.action != nil, let refusal = preparation?.obstacle(node) else { return plan }
            return plan.held(refusal)
        }
    }

    /// The nodes that a newer run found well, in words; none with --force, and where nothing is remembered.
    private func superseded() -> [String: String] {
        guard let failures, !isForced, verb != .resume else { return [:] }
        let store = session.history.all(patience: HistoryAccess.readPatience)
        let known = try? store?.standings(cluster: session.slurm.clusterName)
        return failures.superseded(by: known ?? [], now: Self.now)
    }

    /// ParallelCluster's daemon, where this is its head node.
    private var manager: Clustermgtd? {
        verb == .resume ? nil : Clustermgtd.read(session.configuration.clustermgtd)
    }

    /// Says what to do before instances go: afterwards nobody can.
    private func adviseOnReplacement(_ plans: [NodePlan]) {
        let names = plans.filter { $0.action != nil }.map(\.node.name)
            .filter(Clustermgtd.manages)
        guard !names.isEmpty, let manager, verb == .reboot || manager.endsDrained else { return }
        session.console.say(
            "fleet: ParallelCluster manages these nodes (\(manager.path)):")
        let list = ShellQuote.readable([Hostlist.fold(names)])
        for line in manager.advice(list, ofRun: printsAsTalk ? failures?.run : nil) {
            session.console.say(TerminalText.visible("  -> \(line)"))
        }
    }

    private func overLimit(_ plans: [NodePlan], _ selected: SelectedNodes) -> String? {
        limit.problem(
            taking: plans.filter { $0.action != nil }.map(\.node), of: selected.cluster.nodes)
    }

    /// Refuses a reboot of nodes for which nobody said why; those that fleet drained keep the reason they have.
    private func checkReasons(_ plans: [NodePlan]) throws(UsageError) {
        guard verb == .reboot else { return }
        let bare = plans.filter { $0.action != nil && $0.action?.reason == nil }.map(\.node.name)
        guard !bare.isEmpty else { return }
        throw UsageError(
            "--reason is needed for \(TerminalText.visible(Hostlist.fold(bare))): say what is wrong, so that the next administrator knows. Only nodes that fleet drained have a reason already."
        )
    }

    /// Refuses before the question what slurmctld would refuse after it.
    private func checkWhatIsNeeded(onNode name: String) async throws {
        do {
            try await session.controller.checkRight(onNode: name)
        } catch let error where error.kind == .permission {
            throw Self.withRight(error, verb)
        }
    }

    /// Refuses a reboot that Slurm cannot make, a rehearsal of it too: its plan would be untrue.
    private func checkReboot() async throws {
        guard try await session.controller.rebootProgram() != nil else {
            throw SlurmError(
                kind: .configuration, attempt: "reboot nodes",
                cause: "slurm.conf names no RebootProgram",
                remedy: "Set RebootProgram=/usr/sbin/reboot there, and 'scontrol reconfigure'.")
        }
        try SlurmProgram.check("scontrol", attempt: "reboot nodes", session.environment)
    }

    /// The error of a right that lacks, with the rights that would do.
    private static func withRight(_ error: SlurmError, _ verb: NodeAction.Verb) -> SlurmError {
        var error = error
        error.attempt = "\(verb.rawValue) nodes"
        error.remedy =
            "That takes root, SlurmUser, or AdminLevel Administrator in slurmdbd (Operator is not enough): "
            + "run it with sudo, or 'sacctmgr modify user \(Users.name(of: geteuid())) set adminlevel=Administrator'."
        return error
    }

    private func ask(_ plans: [NodePlan], _ chosen: [String]) -> Bool {
        let report = ActionReport(
            ActionReport.Action(verb: verb, user: action.user, run: action.run, isDryRun: true),
            outcomes: plans.map(NodeOutcome.init(planned:)))
        for line in report.lines(width: session.console.columns ?? 80) { session.console.say(line) }
        let first = preparation?.question(verb.rawValue) ?? verb.rawValue
        let nodes = chosen.count == 1 ? "node" : "nodes"
        let list = TerminalText.visible(Hostlist.fold(chosen))
        let failed = sick(plans.filter { $0.action != nil }.map(\.node)).count
        let sick =
            failed == 0
            ? "" : "; the last check of \(chosen.count == 1 ? "it" : "\(failed)") failed"
        return Confirmation.ask(
            "\(first) \(chosen.count) \(nodes) (\(list)\(sick))",
            declined: "nothing was done", console: session.console)
    }

    // MARK: - Acting

    private func carryOut(_ plans: [NodePlan]) async throws -> Int32 {
        let control = FanOutControl()
        // Cancelled, and so ended, when this scope is left.
        async let _ = SignalWatch(console: session.console, control: control).run()
        let actor = NodeActor(
            controller: session.controller, verb: verb, resumeAfter: resumeAfter,
            environment: session.environment)
        var outcomes: [NodeOutcome] = []
        var stop: String?
        var rest = plans[...]
        // The look after some nodes is the one before the next.
        var seen: Cluster?
        while !rest.isEmpty {
            var some: [NodeOutcome] = []
            if stop == nil, let problem = await overLimitNow(rest, in: seen) {
                session.console.say("fleet: stopped: \(problem)")
                stop = "not tried: too many nodes are out of service by now (--max)"
            }
            for plan in rest.prefix(Self.atOnce) {
                if control.isCancelled { stop = stop ?? "interrupted before it" }
                let outcome = await actor.act(plan, stop: stop)
                if outcome.stopsAll { stop = "not tried: \(outcome.detail ?? "Slurm refuses")" }
                some.append(outcome)
            }
            seen = nil
            if some.contains(where: \.wantsLook) {
                seen = try? await session.controller.cluster()
                if let seen { some = actor.confirmed(some, in: seen) }
            }
            record(some)
            outcomes += some
            rest = rest.dropFirst(Self.atOnce)
        }
        let code = try finish(outcomes)
        return control.isCancelled ? ExitCodes.interrupted : code
    }

    /// The limit once more, for what is left to do: others drain nodes too, while a question stands or beside this fleet.
    private func overLimitNow(
        _ rest: ArraySlice<NodePlan>, in seen: Cluster?
    ) async -> String? {
        let taken = rest.filter { $0.action != nil }.map(\.node)
        // Who cannot be asked now refuses the action as well, and that is told of each node.
        guard verb != .resume, !taken.isEmpty else { return nil }
        var cluster = seen
        if cluster == nil { cluster = try? await session.controller.cluster() }
        guard let cluster else { return nil }
        let names = Set(taken.map(\.name))
        return limit.problem(
            taking: cluster.nodes.filter { names.contains($0.name) }, of: cluster.nodes)
    }

    /// Nodes between two looks at slurmctld and two entries in the history: what a killed fleet may leave untold.
    private static let atOnce = 16

    /// Keeps what was done, and meant to be.
    private func record(_ outcomes: [NodeOutcome]) {
        let actions = outcomes.compactMap {
            NodeAction($0, verb: verb, user: action.user, run: action.run, time: Self.now)
        }
        if !actions.isEmpty { session.history.record(actions, cluster: session.slurm.clusterName) }
    }

    /// Prints what came of it.
    private func finish(_ outcomes: [NodeOutcome]) throws -> Int32 {
        let report = ActionReport(action, outcomes: outcomes)
        try print(report)
        session.console.say(report.closing)
        return NodeOutcome.exitCode(outcomes)
    }

    private func print(_ report: ActionReport) throws {
        let console = session.console
        if printsAsTalk {
            for line in report.lines(width: console.columns) { console.say(line) }
            return
        }
        switch format {
        case .table:
            for line in report.lines(width: console.columns) { try console.print(line) }
        case .json: try console.print(JSONOutput.pretty(report.json))
        case .jsonl: for row in report.rows { try console.print(JSONOutput.line(row)) }
        case .csv: try console.write(report.csv(isTerminal: console.outputIsTerminal))
        }
        if isDryRun { console.say(report.closing) }
    }

    static var now: Int { Int(Date().timeIntervalSince1970) }
}

/// What nodes must go through before they are acted on: a fresh check, or the keeping of evidence.
protocol NodePreparation: Sendable {
    /// What is done, in words for the question.
    ///
    /// - Parameter verb: What is done to the nodes that came through.
    /// - Returns: The words.
    func question(_ verb: String) -> String
    /// Why a node cannot go through it at all; nil where it can.
    func obstacle(_ node: Node) -> NodePlan.Refusal?
    /// Takes nodes through it now.
    ///
    /// - Parameter nodes: Their names.
    /// - Returns: Why a node is not to be acted on, by its name; the others passed.
    /// - Throws: An error when nothing could be done at all.
    func refusals(of nodes: [String]) async throws -> [String: NodePlan.Refusal]
}

/// Who asks: a person's name, also where that person became root for it.
enum Caller {
    /// The name: SUDO_USER where root acts for somebody, else the user's own.
    static func name(environment: [String: String]) -> String {
        let user = geteuid()
        if user == 0, let sudo = environment["SUDO_USER"], !sudo.isEmpty { return sudo }
        return Users.name(of: user)
    }
}

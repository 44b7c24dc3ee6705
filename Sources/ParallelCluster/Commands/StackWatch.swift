import FoundationEssentials
import Terminal

/// Follows an operation on a stack to its end, and reports its progress.
///
/// It changes nothing: the watcher may stop and start again, on any machine, and several may watch at once.
struct StackWatch {
    /// The options of a watch.
    struct Plan {
        /// Seconds between two looks at the stack's events.
        var interval = 15.0
        /// Seconds between two requests to pcluster and the logs, because each takes some seconds.
        var slowInterval = 60.0
        /// Ends after this many seconds with what is known by then; nil for no limit.
        var limit: Double?
        /// Whether the first warning ends it.
        var failsFast = false
    }

    private let session: ClusterSession
    private let name: String
    private let plan: Plan
    private let aws: AWSCommand
    private let pcluster: Pcluster
    private var history: StackHistory
    private var facts: CreationFacts
    private var description: ClusterDescription?
    private var told: Set<String> = []
    private var screen: WatchScreen
    private var folder: ClusterFolder?
    /// The ARN once it is known, because CloudFormation does not find a deleted stack by its name.
    private var stack: String
    private var pause: Double
    private var nextSlow = 0.0
    private var unansweredSince: Double?
    /// Nested stacks that were read after their end: they have no more events.
    private var finishedNested: Set<String> = []

    /// How many seconds AWS may be unreachable before a watch gives up.
    private static let patience = 600.0
    private static let longestPause = 120.0

    /// Prepares the watch.
    ///
    /// - Parameters:
    ///   - session: Where the programs are.
    ///   - name: The cluster.
    ///   - stack: Its stack's ARN, where that is known.
    ///   - plan: What to do.
    /// - Throws: A ``ClusterError`` without a region.
    init(
        _ session: ClusterSession, name: String, stack: String? = nil, plan: Plan
    ) throws(ClusterError) {
        self.session = session
        self.name = name
        self.plan = plan
        self.stack = stack ?? name
        aws = try session.aws()
        pcluster = try session.pcluster()
        history = StackHistory(name: name)
        facts = CreationFacts(now: Self.now, started: Self.now)
        pause = plan.interval
        screen = WatchScreen(session)
        facts.usualMinutes = (try? session.home()).flatMap { ClusterFolder.usualMinutes(home: $0) }
    }

    private static var now: Double { Date().timeIntervalSince1970 }

    /// Follows to the end.
    ///
    /// - Returns: The exit code.
    /// - Throws: A ``ClusterError``, or what the output throws.
    mutating func run() async throws -> Int32 {
        let begun = Self.now
        defer { screen.clear() }
        while true {
            if let code = try await look() { return code }
            if let limit = plan.limit, Self.now - begun >= limit {
                screen.clear()
                session.console.say(
                    "fleet: \(name): \(history.status ?? "no answer") after \(words(since: begun)) of watching"
                        + " -> fleet cluster watch -n \(name)")
                return 2
            }
            try await Task.sleep(for: .seconds(pause))
        }
    }

    /// One look.
    ///
    /// - Returns: The exit code once it is over.
    private mutating func look() async throws -> Int32? {
        do {
            let new = try await newEvents()
            pause = plan.interval
            unansweredSince = nil
            try screen.show(new, name: name)
        } catch {
            return try await unanswered(error)
        }
        folder = (try? session.home()).map {
            ClusterFolder(home: $0, name: name, stackID: history.stackID)
        }
        let isOver = history.isEnded
        if Self.now >= nextSlow || isOver
            || history.rootFailure != nil && told.insert("failed").inserted
        {
            nextSlow = Self.now + plan.slowInterval
            await lookCloser()
        }
        if isOver { return try await ended() }
        update()
        if history.operation == "CREATE", !history.isRollingBack, try warn() { return 1 }
        try screen.paint(progress())
        return nil
    }

    private mutating func newEvents() async throws(ClusterError) -> [StackEvent] {
        let isFirst = history.events.isEmpty
        let some = 100
        var found = try await aws.events(ofStack: stack, most: isFirst ? nil : some)
        var new = history.take(found)
        if !isFirst, new.count == some {
            found = try await aws.events(ofStack: stack, most: nil)
            new += history.take(found)
        }
        if let identity = history.stackID { stack = identity }
        for nested in history.nested.filter({ !finishedNested.contains($0) }).prefix(4) {
            // Asked before the events are, so that none is missed.
            let isOver = history.hasEnded(nested)
            // A nested stack may be deleted before its parent reports it.
            guard let found = try? await aws.events(ofStack: nested, most: some) else { continue }
            new += history.take(found)
            if isOver { finishedNested.insert(nested) }
        }
        // Whoever watches an update or a deletion does not want the creation's events, too.
        let begun = isFirst ? history.started ?? 0 : 0
        return new.filter { $0.time >= begun }.sorted { $0.time < $1.time }
    }

    private mutating func unanswered(_ error: any Error) async throws -> Int32? {
        guard let error = error as? ClusterError else { throw error }
        if error.kind == .notThere {
            screen.clear()
            if history.operation == "DELETE" {
                session.console.say("fleet: \(name): deleted")
                return 0
            }
            guard !history.events.isEmpty else { throw error }
            session.console.say(
                "fleet: \(name): the stack is not there any more: somebody deleted it")
            return 1
        }
        guard error.kind == .throttled || error.kind == .unclear else { throw error }
        let since = unansweredSince ?? Self.now
        unansweredSince = since
        if Self.now - since > Self.patience { throw error }
        pause = min(pause * 2, Self.longestPause)
        if told.insert("unanswered \(error.kind)").inserted {
            session.console.say(
                TerminalText.visible("fleet: warning: \(error); asking again"))
        }
        return nil
    }

    /// Requests that take pcluster seconds: its view of the cluster, and the head node's logs.
    private mutating func lookCloser() async {
        do {
            description = try await pcluster.describe(name)
        } catch {
            tellOfPcluster(error)
        }
        facts.fleet = description?.computeFleetStatus
        guard history.operation == "CREATE", CreationPhase.headRuns(history) != nil,
            !(history.isEnded && told.contains("logs of the failure"))
        else { return }
        if let found = try? await HeadNodeLogs(pcluster: pcluster, name: name).lines() {
            facts.headStreams = found.streams
            // The lines are fetched repeatedly and kept, because a rollback deletes the head node with them.
            if !found.lines.isEmpty { facts.lines = found.lines }
            if found.streams == 0 { await readConsole() }
            if history.rootFailure != nil, !found.lines.isEmpty {
                told.insert("logs of the failure")
            }
            keepLogs()
        }
        if facts.blockStart == nil,
            let id = configuration?.compute.compactMap(\.reservationID).first,
            let found = try? await aws.reservation(id), found.isBlock
        {
            facts.blockStart = found.StartDate.flatMap(CloudTime.seconds)
            facts.blockEnd = found.EndDate.flatMap(CloudTime.seconds)
        }
        if CreationPhase.current(history, chef: chef)?.phase ?? .resources >= .staticNodes,
            let nodes = try? await pcluster.instances(name)
        {
            facts.have = ClusterInstance.staticNodes(among: nodes, of: configuration?.compute)
        }
    }

    /// Says once that pcluster cannot be asked: without it an answer lacks its code and the log lines.
    ///
    /// The real one does not start where it cannot write ~/.parallelcluster.
    private mutating func tellOfPcluster(_ error: ClusterError) {
        guard error.kind != .notThere, error.kind != .throttled, told.insert("pcluster").inserted
        else { return }
        screen.clear()
        session.console.say(
            TerminalText.visible(
                "fleet: warning: \(error); without pcluster there are no log lines"))
    }

    /// Reads the console of a head node that sends no log, once it is silent for long or its creation failed.
    private mutating func readConsole() async {
        update()
        guard facts.isSilent || history.rootFailure != nil,
            let instance = description?.headNode?.instanceId,
            let found = try? await aws.console(of: instance, most: Self.consoleLines),
            !found.isEmpty
        else { return }
        facts.console = found
        facts.lines = found.map {
            LogLine(stream: LogLine.console, time: facts.now, text: $0)
        }
    }

    /// How many lines of a console are kept.
    private static let consoleLines = 20

    /// The configuration that was kept; nil when the cluster was created elsewhere.
    private var configuration: ClusterDocument? {
        folder?.kept("config.yaml").flatMap { try? ClusterDocument(text: $0) }
    }

    private var chef: [LogLine] { facts.lines.filter { $0.stream == "chef-client" } }

    private func keepLogs() {
        for stream in HeadNodeLogs.telling + [LogLine.console] {
            let lines = facts.lines.filter { $0.stream == stream }
            if !lines.isEmpty {
                folder?.keep(
                    lines.map { "\(UTCTime.text(Int($0.time))) \($0.text)\n" }.joined(),
                    as: "\(stream).log")
            }
        }
    }

    private mutating func update() {
        facts.now = Self.now
        facts.started = history.started ?? facts.started
        let phase = CreationPhase.current(history, chef: chef)
        facts.phase = phase?.phase
        facts.phaseSince = phase?.since ?? facts.started
        facts.headRunsSince = CreationPhase.headRuns(history)
        let configuration = configuration
        facts.want = configuration.map { $0.compute.reduce(0) { $0 + $1.minimum } }
        if let configuration, let waits = CreationPhase.waits(history) {
            facts.givesUp = waits + Double(configuration.headNodeTimeout)
        }
    }

    /// Reports each fault that keeps the creation from finishing, once.
    ///
    /// - Returns: Whether the watch is to end for it.
    private mutating func warn() throws -> Bool {
        for warning in facts.warnings where told.insert(warning.key).inserted {
            screen.clear()
            session.console.say(
                TerminalText.visible(
                    "fleet: warning: \(name): \(history.status ?? "CREATE_IN_PROGRESS") for "
                        + "\(words(since: facts.started)), \(warning.message) -> \(warning.remedy)"
                        + (facts.givesUp.map {
                            "; CloudFormation gives up at \(UTCTime.text(Int($0)))"
                        } ?? "")))
            if plan.failsFast, warning.key != "late" {
                session.console.say("fleet: ended at the first warning; the stack is left alone")
                return true
            }
        }
        return false
    }

    private mutating func ended() async throws -> Int32 {
        screen.clear()
        update()
        let elapsed = Int((history.events.last?.time ?? Self.now) - (history.started ?? Self.now))
        if history.isSuccess {
            if history.operation == "CREATE" { folder?.keep("\(elapsed)\n", as: "duration") }
            session.console.say(
                "fleet: \(name): \(history.status ?? "") after \(words(seconds: Double(elapsed)))")
            return 0
        }
        let report = FailureReport(
            history: history, description: description, lines: facts.lines, savedIn: folder?.path)
        let document = FailureDocument.json(report)
        let isKept =
            folder?.keep((try? JSONOutput.pretty(document)) ?? "", as: "failure.json") ?? false
        var shown = report
        if !isKept { shown.savedIn = nil }
        try session.show(FailureDocument.json(shown)) { shown.lines.map(TerminalText.visible) }
        return 1
    }

    // MARK: - Words

    private func words(since moment: Double) -> String { words(seconds: Self.now - moment) }

    private func words(seconds: Double) -> String {
        seconds < 120 ? "\(Int(seconds)) s" : "\(Int(seconds / 60)) min"
    }

    private func progress() -> [String] {
        let operation = history.operation ?? "?"
        var first = "\(name)  \(history.status ?? "?")  \(words(since: facts.started))"
        if operation == "CREATE" {
            first +=
                " of \(facts.usual) min"
                + (facts.givesUp.map { ", gives up at \(UTCTime.text(Int($0)))" } ?? "")
        }
        var lines = [first]
        if let phase = facts.phase, operation == "CREATE" {
            let since = words(since: facts.phaseSince)
            lines.append(
                "phase \(phase.rawValue)/6 \(phase.words), \(since) of \(phase.usual.lowerBound)-\(phase.usual.upperBound) min"
                    + (facts.want.map { "; nodes \(facts.have.map(String.init) ?? "?")/\($0)" }
                        ?? ""))
        }
        if let block = Self.words(forBlockOf: facts) { lines.append(block) }
        if let event = history.events.last {
            lines.append("last event  \(event.status) \(event.logicalID)")
        }
        if let line = facts.lines.max(by: { $0.time < $1.time }) {
            lines.append("last line   \(line.stream): \(line.text)")
        }
        return lines
    }

    /// What a capacity block means for a creation: when its nodes come, and until when.
    static func words(forBlockOf facts: CreationFacts) -> String? {
        func moment(_ time: Double) -> String {
            "in \(ClusterPicture.span(Int(time - facts.now))), at \(UTCTime.text(Int(time)))"
        }
        let end = facts.blockEnd.map { "ends \(moment($0))" }
        guard let start = facts.blockStart, start > facts.now else {
            return end.map { "the capacity block \($0)" }
        }
        return "nodes come \(moment(start)), when their capacity block begins"
            + (end.map { "; it \($0)" } ?? "")
    }
}

import ClusterView
import Dispatch
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import UnixSignals

/// `fleet status --watch`: looks again and again, on a terminal in place, elsewhere a line per change.
struct StatusWatch: Sendable {
    let source: StatusSource
    let view: StatusView
    let order: NodeOrder?
    let interval: WatchInterval
    /// Whether changes are JSON lines.
    let printsJSON: Bool

    /// Watches until somebody ends it.
    ///
    /// - Throws: What the first look throws where it is no fault of slurmctld's, an ``OutputError``.
    func run() async throws {
        let console = source.session.console
        let events = WatchInbox()
        // What is named and is not there is the user's mistake before anything is shown; a slurmctld that does not
        // answer ends a watch only here.
        let first = try await source.session.patiently { try await source.next(after: nil) }
        let screen = TerminalScreen(console: console, events: events)
        let wantsScreen = !printsJSON && console.isCapable
        let signals = await Self.signals(alsoTerminal: wantsScreen)
        let usesScreen = wantsScreen && screen.take()
        let tasks = [
            Task { await ask(after: first, events) },
            Task { await watch(signals, events, usesScreen ? screen : nil) },
            Task { await tick(events) },
        ]
        defer { tasks.forEach { $0.cancel() } }
        if usesScreen {
            try await show(first, events, on: screen)
        } else {
            try await log(first, events, to: console)
        }
    }

    // MARK: - Events

    /// Asks, waits, asks: never twice at the same time, since a call of libslurm may take its time.
    private func ask(after first: StatusSource.Answer, _ events: WatchInbox) async {
        var snapshot = first.snapshot
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(interval.count))
            events.put(.asking)
            do {
                let answer = try await source.next(after: snapshot)
                snapshot = answer.snapshot
                events.put(.answer(answer.status))
            } catch {
                events.put(.failure(Self.words(error)))
            }
        }
    }

    /// Why slurmctld did not answer; that it was asked for nodes is no news.
    private static func words(_ error: any Error) -> String {
        guard let error = error as? SlurmError else { return "\(error)" }
        return "slurmctld: \(error.cause)" + (error.code.map { " (\($0))" } ?? "")
    }

    private func tick(_ events: WatchInbox) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            events.put(.second)
        }
    }

    private static func signals(alsoTerminal: Bool) async -> UnixSignalsSequence {
        await UnixSignalsSequence(
            trapping: [.sigint, .sigterm, .sighup] + (alsoTerminal ? [.sigwinch, .sigcont] : []))
    }

    /// A signal that asks for the end is obeyed from here: whoever takes events may hang in a blocked write.
    private func watch(
        _ signals: UnixSignalsSequence, _ events: WatchInbox, _ terminal: TerminalScreen?
    ) async {
        for await signal in signals {
            switch signal {
            case .sigwinch: events.put(.resized)
            case .sigcont: events.put(.continued)
            default:
                if let terminal { terminal.leave(with: ExitCodes.interrupted) }
                // A call of libslurm cannot be cancelled: it is left behind.
                _exit(ExitCodes.interrupted)
            }
        }
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    // MARK: - On a terminal

    private func show(
        _ first: StatusSource.Answer, _ events: WatchInbox, on terminal: TerminalScreen
    ) async throws {
        let size = terminal.size
        var screen = WatchScreen(
            WatchScreen.Choice(view: view, order: order, interval: interval.count),
            columns: size.columns, rows: size.rows, styled: source.session.console.isColored,
            clock: ClockTime.withSeconds)
        screen.show(first.status, at: Self.now)
        try await Self.offPool { [screen] in terminal.paint(screen.frame(at: Self.now)) }
        for await _ in events.arrivals {
            for event in events.take() { react(to: event, &screen, on: terminal) }
            try await Self.offPool { [screen] in terminal.paint(screen.frame(at: Self.now)) }
        }
    }

    private func react(
        to event: WatchEvent, _ screen: inout WatchScreen, on terminal: TerminalScreen
    ) {
        switch event {
        case .asking: screen.ask(at: Self.now)
        case .answer(let status): screen.show(status, at: status.generated)
        case .failure(let words): screen.fail(words)
        case .second: break
        case .resized:
            let size = terminal.size
            screen.resize(columns: size.columns, rows: size.rows)
        case .continued: terminal.takeAgain()
        case .keys(let keys):
            for key in keys {
                switch key {
                case .quit: terminal.leave(with: 0)
                case .suspend: terminal.suspend()
                case .repaint: terminal.forget()
                case .lines, .screens, .top, .bottom: screen.scroll(key, at: Self.now)
                }
            }
        }
    }

    /// Does what may block on a thread outside Swift's pool, which has but one per core.
    private static func offPool<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue(label: "output").async { done.resume(with: Result(catching: body)) }
        }
    }

    // MARK: - Elsewhere

    private func log(
        _ first: StatusSource.Answer, _ events: WatchInbox, to console: Console
    ) async throws {
        var log = WatchLog()
        _ = log.show(first.status, at: Self.now)
        first.status.warnings.forEach(console.say)
        if !printsJSON {
            let lines = first.status.summary.map {
                "\(ClockTime.withSeconds(Self.now)) \(TerminalText.visible($0))"
            }
            try await Self.offPool { try console.print(lines) }
        }
        for await _ in events.arrivals {
            var changes: [StatusChange] = []
            for event in events.take() {
                switch event {
                case .asking: log.ask(at: Self.now)
                case .answer(let status): changes += log.show(status, at: status.generated)
                case .failure(let words): log.fail(words)
                case .second, .resized, .continued, .keys: break
                }
                changes += log.overdue(at: Self.now, clock: ClockTime.withSeconds)
            }
            try await Self.offPool { [changes] in try print(changes, to: console) }
        }
    }

    private func print(_ changes: [StatusChange], to console: Console) throws {
        guard !changes.isEmpty else { return }
        let now = Self.now
        let clock = ClockTime.withSeconds(now)
        try console.print(
            printsJSON
                ? changes.map { try JSONOutput.line($0.json(at: now)) }
                : StatusChange.lines(changes).map { "\(clock) \(TerminalText.visible($0))" })
    }
}

import FleetCore
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
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
        let (events, continuation) = AsyncStream.makeStream(of: WatchEvent.self)
        // What is named and is not there is the user's mistake before anything is shown; a slurmctld that does not
        // answer ends a watch only here.
        let first = try await source.session.patiently { try await source.next(after: nil) }
        let screen = TerminalScreen(console: console, events: continuation)
        let usesScreen = !printsJSON && console.isCapable && screen.take()
        let tasks = [
            Task { await ask(after: first, continuation) },
            Task { await watchSignals(continuation, alsoTerminal: usesScreen) },
            Task { await tick(continuation) },
        ]
        defer { tasks.forEach { $0.cancel() } }
        if usesScreen {
            await show(first, events, on: screen)
        } else {
            try await log(first, events, to: console)
        }
    }

    // MARK: - Events

    /// Asks, waits, asks: never twice at the same time, since a call of libslurm may take its time.
    private func ask(
        after first: StatusSource.Answer, _ events: AsyncStream<WatchEvent>.Continuation
    ) async {
        var snapshot = first.snapshot
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(interval.count))
            events.yield(.asking)
            do {
                let answer = try await source.next(after: snapshot)
                snapshot = answer.snapshot
                events.yield(.answer(answer.status))
            } catch {
                events.yield(.failure(Self.words(error)))
            }
        }
    }

    /// Why slurmctld did not answer; that it was asked for nodes is no news.
    private static func words(_ error: any Error) -> String {
        guard let error = error as? SlurmError else { return "\(error)" }
        return "slurmctld: \(error.cause)" + (error.code.map { " (\($0))" } ?? "")
    }

    private func tick(_ events: AsyncStream<WatchEvent>.Continuation) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            events.yield(.second)
        }
    }

    private func watchSignals(
        _ events: AsyncStream<WatchEvent>.Continuation, alsoTerminal: Bool
    ) async {
        let ends: [UnixSignal] = [.sigint, .sigterm, .sighup]
        let signals = await UnixSignalsSequence(
            trapping: ends + (alsoTerminal ? [.sigwinch, .sigcont] : []))
        for await signal in signals {
            switch signal {
            case .sigwinch: events.yield(.resized)
            case .sigcont: events.yield(.continued)
            default: events.yield(.end)
            }
        }
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    // MARK: - On a terminal

    private func show(
        _ first: StatusSource.Answer, _ events: AsyncStream<WatchEvent>,
        on terminal: TerminalScreen
    ) async {
        let size = terminal.size
        var screen = WatchScreen(
            WatchScreen.Choice(view: view, order: order, interval: interval.count),
            columns: size.columns, rows: size.rows, styled: source.session.console.isColored,
            clock: ClockTime.withSeconds)
        screen.show(first.status, at: Self.now)
        terminal.paint(screen.frame(at: Self.now))
        for await event in events {
            switch event {
            case .asking: screen.ask(at: Self.now)
            case .answer(let status): screen.show(status, at: Self.now)
            case .failure(let words): screen.fail(words)
            case .second: break
            case .resized:
                let size = terminal.size
                screen.resize(columns: size.columns, rows: size.rows)
            case .continued: terminal.takeAgain()
            case .end: terminal.leave(with: ExitCodes.interrupted)
            case .keys(let keys):
                for key in keys {
                    switch key {
                    case .quit: terminal.leave(with: 0)
                    case .suspend: terminal.suspend()
                    case .repaint: terminal.forget()
                    case .lines, .screens, .top, .bottom: screen.scroll(key)
                    }
                }
            }
            terminal.paint(screen.frame(at: Self.now))
        }
    }

    // MARK: - Elsewhere

    private func log(
        _ first: StatusSource.Answer, _ events: AsyncStream<WatchEvent>, to console: Console
    ) async throws {
        var log = WatchLog()
        _ = log.show(first.status, at: Self.now)
        first.status.warnings.forEach(console.say)
        if !printsJSON {
            for line in first.status.summary {
                try console.print(
                    "\(ClockTime.withSeconds(Self.now)) \(TerminalText.visible(line))")
            }
        }
        for await event in events {
            var changes: [StatusChange] = []
            switch event {
            case .asking: log.ask(at: Self.now)
            case .answer(let status): changes = log.show(status, at: Self.now)
            case .failure(let words): log.fail(words)
            // A call of libslurm cannot be cancelled: it is left behind.
            case .end: _exit(ExitCodes.interrupted)
            case .second, .resized, .continued, .keys: break
            }
            changes += log.overdue(at: Self.now, clock: ClockTime.withSeconds)
            try print(changes, to: console)
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

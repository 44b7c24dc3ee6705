import FoundationEssentials
import Glibc
import Synchronization
import Terminal
import UnixSignals

/// Ends this process at Ctrl-C, at SIGTERM or when its terminal is lost, and says what goes on without it.
///
/// Nothing has to be undone, because AWS does the work. One request must not be cut, though: while pcluster makes the
/// stack, a signal waits for its answer, so that the cluster's name and files are kept.
final class Interruptions: Sendable {
    private struct State {
        /// What is said at the end.
        var words: String
        /// Whether a first signal waits for the end of a request.
        var isHolding = false
        /// Whether a signal waits.
        var isCaught = false
    }

    private let console: Console
    private let state: Mutex<State>

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - console: Where the words are said.
    ///   - words: What is said at the end.
    init(_ console: Console, words: String) {
        self.console = console
        state = Mutex(State(words: words))
    }

    /// What is said at the end, from now on.
    func say(_ words: String) {
        state.withLock { $0.words = words }
    }

    /// Listens, from its return on, until the returned task is cancelled.
    func listen() async -> Task<Void, Never> {
        // Under nohup a lost terminal is no reason to end.
        let signals: [UnixSignal] =
            Self.ignoresLostTerminal ? [.sigint, .sigterm] : [.sigint, .sigterm, .sighup]
        let caught = await UnixSignalsSequence(trapping: signals)
        return Task.detached { [self] in
            for await _ in caught {
                let mayWait = state.withLock { state in
                    defer { state.isCaught = true }
                    return state.isHolding && !state.isCaught
                }
                if mayWait {
                    console.say(
                        "\nfleet: waiting for pcluster's answer; once more ends fleet at once")
                    continue
                }
                end()
            }
        }
    }

    /// Does what must not be cut: a first signal waits for its end, a second one ends this process at once.
    ///
    /// - Parameter body: The request.
    /// - Returns: What it gives.
    /// - Throws: What it throws.
    func holding<Value>(_ body: () async throws -> Value) async throws -> Value {
        state.withLock { $0.isHolding = true }
        defer { state.withLock { $0.isHolding = false } }
        return try await body()
    }

    /// Ends this process if a signal has waited.
    func endIfCaught() {
        if state.withLock(\.isCaught) { end() }
    }

    /// A request to AWS may take a minute, and there is nothing to undo, so the process ends at once.
    private func end() -> Never {
        console.say("\nfleet: " + state.withLock(\.words))
        _exit(130)
    }

    /// Whether this process was started with SIGHUP ignored, as by nohup.
    private static var ignoresLostTerminal: Bool {
        let status =
            (try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)) ?? ""
        let mask = status.split(whereSeparator: \.isNewline).first { $0.hasPrefix("SigIgn:") }
            .flatMap { $0.split(separator: "\t").last }
        // Signal 1 is the lowest bit.
        return mask.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 == 1 } ?? false
    }
}

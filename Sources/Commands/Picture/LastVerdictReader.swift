import Dispatch
package import History
import Sweeps
import Synchronization

/// The last verdicts, read beside whoever waits for them, and kept where they cannot be read again.
///
/// The history may lie on a shared file system that is dead: a read there blocks for good and cannot be ended, and
/// that is the night in which the status is wanted.
package final class LastVerdictReader: Sendable {
    /// What one read gives: verdicts, and a warning where there was nothing to read them from.
    package typealias Read =
        @Sendable (_ cluster: String) -> (verdicts: [String: [LastVerdict]], warning: String?)

    private struct State {
        var verdicts: [String: [LastVerdict]] = [:]
        var warning: String?
        var isReading = false
        var hasRead = false
    }

    private let read: Read
    private let deadline: Duration
    private let state = Mutex(State())

    /// Longer than ``HistoryAccess/readPatience``, so that a file that is only held by another process says so itself.
    package static let patience = Duration.seconds(2)

    /// Makes a reader that has read nothing.
    ///
    /// - Parameters:
    ///   - deadline: How long a read is waited for.
    ///   - read: Reads; may block for good.
    package init(deadline: Duration = patience, read: @escaping Read) {
        self.deadline = deadline
        self.read = read
    }

    /// Makes a reader of a history.
    convenience init(_ history: HistoryAccess) {
        self.init { history.lastVerdicts(cluster: $0) }
    }

    /// Reads again, or waits for nothing where the read before has not come back.
    ///
    /// - Parameter cluster: The cluster's name.
    /// - Returns: The verdicts, those of before where they cannot be read now, and what to say then.
    package func next(
        cluster: String
    ) async -> (verdicts: [String: [LastVerdict]], warning: String?) {
        let begins = state.withLock { state in
            defer { state.isReading = true }
            return !state.isReading
        }
        if begins { await wait(cluster: cluster) }
        return state.withLock { state in
            let problem =
                state.isReading
                ? "fleet: no last verdicts: the history has not answered in time; "
                    + "is its file system alive?" : state.warning
            let kept = state.hasRead ? "; those shown were read before" : ""
            return (state.verdicts, problem.map { $0 + kept })
        }
    }

    private func wait(cluster: String) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        // A thread of its own, which may be lost: Swift's pool has but one per core.
        DispatchQueue(label: "history").async { [self] in
            let answer = read(cluster)
            state.withLock { state in
                state.isReading = false
                state.warning = answer.warning
                guard answer.warning == nil else { return }
                state.verdicts = answer.verdicts
                state.hasRead = true
            }
            end.finish()
        }
        let timer = Task { [deadline] in
            try? await Task.sleep(for: deadline)
            end.finish()
        }
        defer { timer.cancel() }
        for await _ in ends {}
    }
}

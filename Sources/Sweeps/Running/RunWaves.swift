import FanOut
import Runs
import SlurmModel

/// Starts a run's targets in waves, and starts no further wave after too many failures.
struct RunWaves: Sendable {
    /// The targets, wave by wave.
    let waves: [[Target]]
    /// After this many failures no further wave is started; nil for no limit.
    let stopAfter: Int?

    /// Runs the waves one after the other.
    ///
    /// - Parameters:
    ///   - rows: The rows that were given out so far, including those of earlier waves.
    ///   - control: Once it asks to stop, no further wave begins.
    ///   - emit: Takes every event: those of the waves, and the rows of targets that are not started.
    ///   - send: Starts one wave, emits its events, and returns once each of its targets has ended.
    func run(
        rows: RunRows, control: FanOutControl, emit: @escaping @Sendable (FanOutEvent) -> Void,
        send: ([Target], @escaping @Sendable (FanOutEvent) -> Void) async -> Void
    ) async {
        let total = waves.reduce(0) { $0 + $1.count }
        var before = 0
        for (number, wave) in waves.enumerated() {
            if number > 0, control.isCancelled {
                emit(.cancelling(nodes: []))
                for target in waves[number...].joined() {
                    emit(.result(Self.notBegun(target)))
                }
                return
            }
            if number > 0, let reason = await stopped(rows, before: number) {
                for target in waves[number...].joined() {
                    emit(.result(NodeResult(node: target.node.name, refusal: reason)))
                }
                return
            }
            let (done, isLast) = (before, number == waves.count - 1)
            await send(wave) { event in
                guard case .progress(var progress) = event, total > wave.count else {
                    return emit(event)
                }
                progress.total = total
                progress.done += done
                progress.queued = total - progress.done - progress.running - progress.waiting
                // These nodes are not all that remain, so the progress must not name them as such.
                if !isLast { progress.named = [] }
                emit(.progress(progress))
            }
            before += wave.count
        }
    }

    private static func notBegun(_ target: Target) -> NodeResult {
        var row = NodeResult(
            node: target.node.name, outcome: .cancelled,
            reason: "interrupted before its wave began", code: .interrupted)
        row.attempts = 0
        return row
    }

    /// Why no further wave is started; nil when one may be.
    private func stopped(_ rows: RunRows, before number: Int) async -> Target.Refusal? {
        guard let stopAfter else { return nil }
        // All rows of the finished waves must have been judged.
        let expected = waves[..<number].joined().map(\.node.name)
        await rows.wait(for: expected)
        let failures = rows.failures
        guard failures >= stopAfter else { return nil }
        return Target.Refusal(
            .stopped,
            "not begun: \(failures == 1 ? "1 node failed or is" : "\(failures) nodes failed or are") unknown in the waves before it; the limit is \(stopAfter) (--stop-after \(stopAfter))",
            remedy: "look into these, then go on with --failed-from last")
    }
}

extension RunRows {
    /// Waits until these targets have their rows, because they are judged at the same time as the engine runs.
    func wait(for names: [String]) async {
        while !Task.isCancelled, !has(names) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

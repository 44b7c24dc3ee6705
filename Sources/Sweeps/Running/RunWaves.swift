import FanOut
import Runs
import SlurmModel

/// Sends a run's targets wave by wave, and no further wave after too many failures.
struct RunWaves: Sendable {
    /// The targets, wave by wave.
    let waves: [[Target]]
    /// After so many failures the rest is left alone; nil for never.
    let stopAfter: Int?

    /// Runs the waves one after the other.
    ///
    /// - Parameters:
    ///   - rows: The rows that were given out so far, the earlier waves' among them.
    ///   - control: Once it asks to stop, no further wave begins.
    ///   - emit: Takes every event: those of the waves, and the rows of targets that are left alone.
    ///   - send: Sends one wave, tells its events, and returns once each of its targets has ended.
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
                // Those of this wave are not all that are left.
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

    /// Why no further wave begins; nil where one may.
    private func stopped(_ rows: RunRows, before number: Int) async -> Target.Refusal? {
        guard let stopAfter else { return nil }
        // The rows of the waves that are over must all have been judged.
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
    /// Waits until these targets have their rows: they are judged beside the engine, in a moment.
    func wait(for names: [String]) async {
        while !Task.isCancelled, !has(names) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

import FleetCore
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
    ///   - emit: Takes the rows of targets that are left alone.
    ///   - send: Sends one wave, and returns once each of its targets has ended.
    func run(
        rows: RunRows, emit: @Sendable (FanOutEvent) -> Void, send: ([Target]) async -> Void
    ) async {
        for (number, wave) in waves.enumerated() {
            if number > 0, let reason = await stopped(rows, before: number) {
                for target in waves[number...].joined() {
                    emit(.result(NodeResult(node: target.node.name, refusal: reason)))
                }
                return
            }
            await send(wave)
        }
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
            "not begun: \(failures) \(failures == 1 ? "node" : "nodes") before it did not come out well (--stop-after \(stopAfter))",
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

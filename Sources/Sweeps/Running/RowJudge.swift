import Dispatch
import FanOut
import SlurmModel
import Synchronization
import Verdicts

/// Judges rows on threads of their own, each with a time limit, so that one node's output does not hold up the rows
/// of the others.
///
/// A regular expression may run practically for ever and cannot be stopped: its thread is left running, and the row
/// is `unknown`.
struct RowJudge: Sendable {
    let probe: any Probe
    /// How long one row may take.
    var patience = Duration.seconds(5)
    /// How many threads may be left running before no further row is judged: each occupies a core until fleet ends.
    var mostLost = 32

    /// How many rows are judged at once, so that a few slow rows do not stop the others.
    static let atOnce = 16

    private let lost = Lost()

    private final class Lost: Sendable {
        let count = Mutex(0)
    }

    /// Makes a judge of a probe's rows.
    init(_ probe: any Probe) {
        self.probe = probe
    }

    /// The row of a result.
    func report(_ result: NodeResult, node: Node?) async -> NodeReport {
        guard result.outcome != .notRun else {
            return NodeReport(result: result, judgement: nil, node: node)
        }
        guard lost.count.withLock({ $0 }) < mostLost else {
            return tooMuch(
                result, node, "\(mostLost) answers before it have not been judged to their end")
        }
        let (reports, continuation) = AsyncStream.makeStream(of: NodeReport?.self)
        // Swift's own thread pool is not used, because it has only one thread per core.
        DispatchQueue(label: "fleet.judge").async { [probe] in
            continuation.yield(NodeReport(result: result, node: node, probe: probe))
        }
        let timer = Task.detached { [patience] in
            try await Task.sleep(for: patience)
            continuation.yield(nil)
        }
        defer { timer.cancel() }
        for await report in reports {
            if let report { return report }
            break
        }
        lost.count.withLock { $0 += 1 }
        return tooMuch(result, node, "more than \(patience.components.seconds) s")
    }

    private func tooMuch(_ result: NodeResult, _ node: Node?, _ why: String) -> NodeReport {
        NodeReport(result: result, judgement: .tooMuch(why), node: node)
    }
}

import Acting
import FanOut
import History
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// What the rows of drained nodes, which are not checked, tell of them: what the checks said last.
struct DrainedWords: Sendable {
    private let verdicts: [String: [LastVerdict]]

    /// Takes what the checks said last, by node.
    init(_ verdicts: [String: [LastVerdict]]) { self.verdicts = verdicts }

    /// Reads what the checks said last, where a drained node is left out, and tells it in its row.
    static func noted(_ targets: [Target], _ session: Session) async -> [Target] {
        guard targets.contains(where: isLeftOut) else { return targets }
        // A history that cannot be read costs no check: the row says less.
        let known = await LastVerdictReader(session.history).next(
            cluster: session.slurm.clusterName)
        let words = DrainedWords(known.verdicts)
        return targets.map(words.noted)
    }

    private static func isLeftOut(_ target: Target) -> Bool {
        guard case .notRun = target.decision else { return false }
        return target.node.state.has(.drain) && !target.node.state.isAsleep
    }

    /// The target with what is known of a drained node that is not checked; any other as it is.
    func noted(_ target: Target) -> Target {
        guard case .notRun(var refusal) = target.decision, Self.isLeftOut(target),
            let last = verdicts[target.node.name]?.first
        else { return target }
        let rules = AttentionRules(AttentionContext(now: 0, verdicts: verdicts))
        // Its reason says what was found.
        let isTold = rules.cause(ofDrained: target.node) == last
        let message = isTold ? nil : last.message
        refusal.reason +=
            "; last verdict: \(last.verdict.rawValue)"
            + (message.map { " (\(last.check): \($0))" } ?? "")
        var target = target
        target.decision = .notRun(refusal)
        return target
    }
}

import Acting
import FanOut
import History
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

extension ActingRunner {
    /// What is known against resuming nodes without a check, in words by node: their last check failed, or they were
    /// drained for what a run found and none has passed since.
    ///
    /// It never stops a resume, but goes into its plan and its outcome.
    func sick(_ nodes: [Node]) -> [String: String] {
        guard verb == .resume, preparation == nil, !nodes.isEmpty else { return [:] }
        let verdicts = session.history.lastVerdicts(cluster: session.slurm.clusterName).verdicts
        let rules = AttentionRules(AttentionContext(now: Self.now, verdicts: verdicts))
        let drains = drainsForFindings()
        var words: [String: String] = [:]
        for node in nodes {
            let known = verdicts[node.name] ?? []
            if let last = known.first(where: { $0.verdict == .fail }) {
                // Where the reason says what was found, once is enough.
                let message = rules.cause(ofDrained: node) == nil ? last.message : nil
                words[node.name] =
                    "its last \(last.check) failed, \(Age(seconds: Self.now - last.time).text) ago"
                    + (message.map { " (\($0))" } ?? "") + "; --recheck makes it again first"
            } else if let drain = drains[node.name], node.reason?.text == drain.reason,
                !known.contains(where: { $0.time > drain.time && $0.verdict < .unknown })
            {
                words[node.name] =
                    "it was drained for what run \(drain.run ?? "") found, and no check has passed since; --recheck checks it first"
            }
        }
        return words
    }

    /// The last drain of each node that a run led to: its check may be in the history of another user.
    private func drainsForFindings() -> [String: NodeAction] {
        let store = session.history.all(patience: HistoryAccess.readPatience)
        let actions = try? store?.actions(
            node: nil, cluster: session.slurm.clusterName, filter: HistoryFilter())
        return (actions ?? []).reduce(into: [:]) { drains, action in
            guard action.verb == .drain, action.outcome == .done else { return }
            drains[action.node] = action.run == nil ? nil : action
        }
    }
}

import Verdicts

extension HistoryStore {
    /// What every check of every node said last, by the node's name, worst first.
    ///
    /// What comes and goes is counted from the last repair that fleet knows of: of a node that was repaired since it
    /// failed last, it is not known yet whether that held.
    ///
    /// - Throws: A ``HistoryError``.
    package func lastVerdicts(cluster: String) throws(HistoryError) -> [String: [LastVerdict]] {
        var verdicts = try standings(cluster: cluster).lastVerdicts
        let restless = verdicts.filter { $0.value.contains { $0.flapping != nil } }.keys
        guard !restless.isEmpty else { return verdicts }
        var actions: [String: Int] = [:]
        for action in try self.actions(node: nil, cluster: cluster, filter: HistoryFilter())
        where action.outcome == .done && action.verb != .drain {
            actions[action.node] = max(actions[action.node] ?? 0, action.time)
        }
        for node in restless {
            let runs = try history(node: node, cluster: cluster, filter: HistoryFilter())
            let failure = runs.last { $0.verdict == .fail }?.time ?? 0
            let mount = runs.last { Self.isRepair($0) }?.time
            for place in verdicts[node, default: []].indices {
                let last = verdicts[node]?[place]
                guard let last, last.verdict < .unknown, last.flapping != nil else { continue }
                // A mount that was brought up says nothing of a GPU.
                let own = last.check.hasPrefix("check-mount") ? mount : nil
                let repair = [actions[node], own].compactMap(\.self).max()
                if let repair, repair >= failure { verdicts[node]?[place].repaired = repair }
            }
        }
        return verdicts
    }

    private static func isRepair(_ run: HistoryVerdict) -> Bool {
        let words = run.check.split(separator: " ")
        return words.first == "mount-lustre" && !words.contains("--dry-run")
            && run.verdict.map { $0 < .unknown } == true
    }
}

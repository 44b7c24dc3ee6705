import Acting
import FanOut
import History
import Reports
import Runs
import Verdicts

/// The nodes that failed in a run, with the run they failed in.
struct RunFailures {
    /// The run's name.
    let run: String
    /// Its check, as in the history.
    let check: String
    /// Whether it says something of a node's health: how a plain `fleet run` ended does not.
    let isCheck: Bool
    /// What was not well on which node.
    let failed: [String: [CheckScope]]
    /// Who began it.
    let user: String
    /// When it began, in seconds since 1970.
    let started: Int
    /// When it was over, and where it is not, when it began.
    let time: Int
    /// The nodes and what was found.
    let nodes: FailedNodes

    /// Takes them of a run.
    init(_ manifest: RunManifest, ended: Int?, rows: [NodeReport], nodes: FailedNodes) {
        let specification = manifest.specification
        let results = specification.isRehearsal ? [:] : specification.results(of: rows)
        run = manifest.id
        check = specification.checkName
        isCheck = !results.isEmpty || (specification.scope != nil && !specification.isRehearsal)
        failed = results.mapValues { $0.filter { $0.verdict >= .unknown }.map(\.scope) }
        user = manifest.user
        started = manifest.started
        time = ended ?? manifest.started
        self.nodes = nodes
    }

    /// Takes them of a check that just ended.
    init(_ report: RunReport, user: String, nodes: FailedNodes) {
        run = report.id
        check = report.probe
        isCheck = true
        failed = [:]
        self.user = user
        started = report.started
        time = report.ended
        self.nodes = nodes
    }

    /// `run ID: gpu-check by ann, 12 min ago: 3 nodes failed`.
    func words(age: Int) -> String {
        let count = nodes.names.count
        return
            "run \(run): \(check) by \(user), \(Age(seconds: age).text) ago: \(count) \(count == 1 ? "node" : "nodes") failed"
    }

    /// The failed nodes that newer runs of the same checks, or of ones that looked at more, found well: in words.
    func superseded(by standings: [NodeStanding], now: Int) -> [String: String] {
        let byNode = Dictionary(grouping: standings, by: \.node)
        var words: [String: String] = [:]
        for node in nodes.names {
            let scopes = failed[node] ?? []
            let newer = scopes.compactMap { scope in
                byNode[node]?.first { known in
                    known.scope == scope && known.standing.isWell
                        && known.standing.time > time && known.standing.run != run
                }
            }
            // Each of what had failed must be well since.
            guard let newest = newer.first, newer.count == scopes.count else { continue }
            let last = newest.lastVerdict
            let user = last.user.map { " by \($0)" } ?? ""
            words[node] =
                "it is well since: \(last.check) said \(last.verdict.rawValue) \(Age(seconds: now - last.time).text) ago\(user) (run \(last.run))"
        }
        return words
    }
}

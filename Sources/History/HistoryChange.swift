package import Verdicts

/// Where one check of one node stands, compared with what it said before.
package struct HistoryChange: Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// Which check.
    package var check: String
    /// What became of it.
    package var kind: Kind
    /// What it says now.
    package var verdict: Verdict
    /// What it said before: of one that is fixed, the worst since it was well last; nil where there is no earlier run.
    package var before: Verdict?
    /// Since when it is as it is: of one that fails, its first failure; of one that is fixed, its first good run.
    package var since: Int
    /// When the newest run ended, in seconds since 1970.
    package var time: Int
    /// How many runs in a row did not find it well, the newest among them; of one that is fixed, how many had not.
    package var runs: Int
    /// The newest run's name.
    package var run: String
    /// What was found, in one line; of one that is fixed, what had been found; nil where nothing was.
    package var message: String?
    /// Who began the newest run; nil where that was not kept.
    package var user: String?

    /// What became of a check of a node.
    package enum Kind: String, CaseIterable, Codable, Hashable, Sendable {
        /// It fails, and did not before.
        case new
        /// It failed before, and fails.
        case failing
        /// It could not be told, whatever was before: not seen to be fixed.
        case unknown
        /// It is well, and was not before.
        case fixed
    }

    /// What needs hands first: new, failing, unknown, fixed; of one kind by check and node.
    ///
    /// - Parameters:
    ///   - changes: In any order.
    ///   - limit: How many at most; nil for all.
    /// - Returns: The changes in order.
    package static func ordered(_ changes: [HistoryChange], limit: Int?) -> [HistoryChange] {
        func rank(_ kind: Kind) -> Int { Kind.allCases.firstIndex(of: kind) ?? 0 }
        let sorted = changes.sorted {
            (rank($0.kind), $0.check, $0.node) < (rank($1.kind), $1.check, $1.node)
        }
        return limit.map { Array(sorted.prefix($0)) } ?? sorted
    }

    /// Makes a change.
    package init(
        node: String, check: String, kind: Kind, verdict: Verdict, before: Verdict?, since: Int,
        time: Int, runs: Int, run: String, message: String?, user: String? = nil
    ) {
        self.node = node
        self.check = check
        self.kind = kind
        self.verdict = verdict
        self.before = before
        self.since = since
        self.time = time
        self.runs = runs
        self.run = run
        self.message = message
        self.user = user
    }
}

package import Verdicts

/// What one check of one node said last.
package struct LastVerdict: Codable, Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// Which check said so, as ``ProbeSpecification/checkName`` has it, such as `gpu-check` or `check-mount /lustre`.
    package var check: String
    /// What it said.
    package var verdict: Verdict
    /// When the run ended, in seconds since 1970.
    package var time: Int
    /// The run's name.
    package var run: String
    /// Who began the run; nil where that was not kept.
    package var user: String?
    /// Its worst finding in one line; nil where it found nothing.
    package var message: String?
    /// Since when it is as it is, in seconds since 1970: of a node that is not well, its first failure after it was
    /// well last; nil where that is not known.
    package var since: Int?
    /// What it found, worst first; of rows of older fleets nothing.
    package var findings: [HistoryFinding]
    /// What its last runs said, newest last, as ``Standing/recent`` has it.
    package var recent: String
    /// When fleet put the node back into service, rebooted it or mounted anew, where nothing failed there since; in seconds
    /// since 1970.
    package var repaired: Int?

    /// Makes a verdict.
    package init(
        node: String, check: String, verdict: Verdict, time: Int, run: String,
        user: String? = nil, message: String? = nil, since: Int? = nil,
        findings: [HistoryFinding] = [], recent: String = ""
    ) {
        self.node = node
        self.check = check
        self.verdict = verdict
        self.time = time
        self.run = run
        self.user = user
        self.message = message
        self.since = since
        self.findings = findings
        self.recent = recent
    }

    /// What the check itself says to do about the worst it found; nil where it says nothing.
    package var remedy: String? { findings.first?.remedy }

    /// Whether its runs looked only for some of the findings: such a check has `--only` or `--skip` in its name.
    package var isFiltered: Bool { !Self.words(of: check).filters.isEmpty }

    /// A check's name taken apart.
    ///
    /// - Parameter check: The name, as the history has it.
    /// - Returns: What it looked at, and the flags, with their values, that made it narrower.
    package static func words(of check: String) -> (named: [String], filters: [String]) {
        let words = check.split(separator: " ").map(String.init)
        let end = words.firstIndex { $0 == "--only" || $0 == "--skip" } ?? words.count
        return (Array(words[..<end]), Array(words[end...]))
    }

    /// `failed 4 of the last 8`, of a check that failed, was well, and failed again within its last runs; nil else, and
    /// where that was before the node was repaired.
    package var flapping: String? {
        guard repaired == nil else { return nil }
        let stretches = recent.split { $0 == "o" || $0 == "w" }.filter { $0.contains("f") }
        guard stretches.count > 1 else { return nil }
        return "failed \(recent.count { $0 == "f" }) of the last \(recent.count)"
    }

    /// Of the checks of one node the worst, then the newest: a mount that is well does not hide a GPU that is not.
    package static func worst(_ verdicts: [LastVerdict]) -> LastVerdict? {
        verdicts.max { ($0.verdict, $0.time) < ($1.verdict, $1.time) }
    }

    /// In the order in which people want them: worst first, then by check.
    package static func ordered(_ verdicts: [LastVerdict]) -> [LastVerdict] {
        verdicts.sorted { ($1.verdict, $0.check) < ($0.verdict, $1.check) }
    }
}

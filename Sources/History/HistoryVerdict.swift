package import FanOut
package import Verdicts

/// What one run said of one node.
package struct HistoryVerdict: Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// The run's name.
    package var run: String
    /// Which check it was, as ``ProbeSpecification/checkName`` has it.
    package var check: String
    /// When the run ended, in seconds since 1970.
    package var time: Int
    /// How the target ended.
    package var outcome: Outcome
    /// What was concluded; nil for a target that was not run.
    package var verdict: Verdict?
    /// What was found, worst first, without what is only worth knowing.
    package var findings: [HistoryFinding]
    /// Why it ended so, where findings do not say it; nil where there is nothing to say.
    package var reason: String?
    /// Who began the run; nil where that is not told.
    package var user: String?

    /// Makes a verdict.
    package init(
        node: String, run: String, check: String, time: Int, outcome: Outcome, verdict: Verdict?,
        findings: [HistoryFinding] = [], reason: String? = nil, user: String? = nil
    ) {
        self.node = node
        self.run = run
        self.check = check
        self.time = time
        self.outcome = outcome
        self.verdict = verdict
        self.findings = findings
        self.reason = reason
        self.user = user
    }

    /// The worst finding in one line, else the reason.
    package var message: String? { findings.first?.text ?? reason }
}

/// What a probe concludes from one node's outcome.
package struct Judgement: Codable, Hashable, Sendable {
    /// The observations, worst first.
    package var findings: [Finding]
    /// What was learned, by name, for JSON.
    package var facts: [String: FactValue]

    /// The worst finding's verdict.
    package var verdict: Verdict { Verdict(of: findings) }

    /// Makes a judgement; findings are put worst first, otherwise in the order given.
    package init(findings: [Finding] = [], facts: [String: FactValue] = [:]) {
        // sorted(by:) keeps the order of equals.
        self.findings = findings.sorted { $0.severity > $1.severity }
        self.facts = facts
    }
}

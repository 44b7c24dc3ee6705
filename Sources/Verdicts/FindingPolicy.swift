/// Which findings count for a site or a user, and with which severity.
///
/// It is applied after judging, and again after the rows were compared; applying it twice changes nothing.
package struct FindingPolicy: Codable, Hashable, Sendable {
    /// The severity of a finding, as configurations write it.
    package enum Level: String, CaseIterable, Codable, Hashable, Sendable {
        /// Left out.
        case off
        /// The finding is shown, but does not affect the verdict.
        case info
        /// Works, and wants attention.
        case warn
        /// Broken.
        case fail
    }

    /// The severity for findings of a code, in place of the rule's own.
    package var levels: [String: Level] = [:]
    /// The limits for rules, by code, in place of the rules' own; units as in the rule.
    package var limits: [String: Double] = [:]
    /// Only findings whose code begins with one of these; empty for all.
    package var only: [String] = []
    /// Leaves out findings whose code begins with one of these.
    package var skip: [String] = []

    /// Makes a policy that changes nothing.
    package init() {}

    /// Whether it changes nothing.
    package var isEmpty: Bool { self == FindingPolicy() }

    /// The judgement after this policy is applied.
    ///
    /// - Parameters:
    ///   - judgement: What the rules say.
    ///   - blinding: The codes that say that something could not be checked, as in ``FindingRules/blinding``.
    /// - Returns: The judgement with only the findings that count, each with its severity under this policy.
    package func apply(to judgement: Judgement, blinding: Set<String>) -> Judgement {
        guard !isEmpty else { return judgement }
        return Judgement(
            findings: judgement.findings.compactMap { apply(to: $0, blinding: blinding) },
            facts: judgement.facts)
    }

    private func apply(to finding: Finding, blinding: Set<String>) -> Finding? {
        guard isWanted(finding, blinding) else { return nil }
        guard let level = levels[finding.code] else { return finding }
        var finding = finding
        switch level {
        case .off: return nil
        case .info: finding.severity = .info
        case .warn: finding.severity = .warn
        case .fail: finding.severity = .fail
        }
        return finding
    }

    /// Whether `--only` and `--skip` let a finding through.
    ///
    /// What says that something could not be read at all stays, unless it is named in full: without it a node of
    /// which nothing is known would pass for a healthy one.
    func isWanted(_ finding: Finding, _ blinding: Set<String>) -> Bool {
        if skip.contains(finding.code) { return false }
        if finding.severity == .unknown || finding.code.hasPrefix("run.")
            || blinding.contains(finding.code)
        {
            return true
        }
        let isNamed = only.isEmpty || only.contains(where: finding.code.hasPrefix)
        return isNamed && !skip.contains(where: finding.code.hasPrefix)
    }
}

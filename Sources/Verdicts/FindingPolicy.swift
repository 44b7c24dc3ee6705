/// What a site or a user makes of findings: which count, and for how much.
///
/// It is applied after judging, and again after the rows were compared; doing so twice changes nothing.
package struct FindingPolicy: Codable, Hashable, Sendable {
    /// What a finding is worth, as configurations say it.
    package enum Level: String, CaseIterable, Codable, Hashable, Sendable {
        /// Left out.
        case off
        /// Told, and nothing more.
        case info
        /// Works, and wants attention.
        case warn
        /// Broken.
        case fail
    }

    /// What findings of a code are worth, instead of what the rule says.
    package var levels: [String: Level] = [:]
    /// The limits that rules take instead of their own, by code; units as in the rule.
    package var limits: [String: Double] = [:]
    /// Only findings whose code begins with one of these; empty for all.
    package var only: [String] = []
    /// Not the findings whose code begins with one of these.
    package var skip: [String] = []

    /// Makes a policy that changes nothing.
    package init() {}

    /// Whether it changes nothing.
    package var isEmpty: Bool { self == FindingPolicy() }

    /// The judgement as this policy has it.
    ///
    /// - Parameters:
    ///   - judgement: What the rules say.
    ///   - blinding: The codes after which nothing more could be looked at, as in ``FindingRules/blinding``.
    /// - Returns: The judgement with the findings that count, for as much as they count.
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

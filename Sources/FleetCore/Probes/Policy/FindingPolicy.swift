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
    package func apply(to judgement: Judgement) -> Judgement {
        guard !isEmpty else { return judgement }
        let findings = judgement.findings + FactLimits(limits).findings(beside: judgement)
        return Judgement(findings: findings.compactMap(apply), facts: judgement.facts)
    }

    /// The row as this policy has it.
    package func apply(to report: NodeReport) -> NodeReport {
        var report = report
        report.judgement = report.judgement.map(apply(to:))
        return report
    }

    private func apply(to finding: Finding) -> Finding? {
        guard isWanted(finding) else { return nil }
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
    private func isWanted(_ finding: Finding) -> Bool {
        if skip.contains(finding.code) { return false }
        if finding.severity == .unknown || Self.isBlinding(finding.code) { return true }
        let isNamed = only.isEmpty || only.contains(where: finding.code.hasPrefix)
        return isNamed && !skip.contains(where: finding.code.hasPrefix)
    }

    /// Codes of findings for which a whole GPU, mount or node could not be looked into.
    private static let blinding: Set<String> = [
        "gpu.hang", "gpu.driver", "gpu.driver_mismatch", "gpu.not_installed", "gpu.none",
        "gpu.lost", "gpu.reset_required", "gpu.count", "gpu.blocked", "gpu.unreadable",
        "gpu.garbled", "gpu.nvidia_smi", "gpu.unlisted", "gpu.off_bus", "mount.not_mounted",
        "mount.automount_armed", "mount.no_module", "mount.no_fstab", "mount.wrong_type",
        "mount.wrong_source", "mount.hung", "mount.stale",
    ]

    private static func isBlinding(_ code: String) -> Bool {
        blinding.contains(code) || code.hasPrefix("run.")
    }
}

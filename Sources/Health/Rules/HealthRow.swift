import Verdicts

/// A row of a health check, taken apart into its parts and put together again.
///
/// Which finding is whose stands in the fact `parts`, by code and subject: codes alone do not tell, since two parts may be
/// of one kind. A finding of nobody's, such as that the node failed, is everybody's.
struct HealthRow {
    /// What one part came to; nil where it is not for this node.
    struct PartJudgement {
        var judgement: Judgement
        /// How long it took, in seconds; nil where it is not known.
        var seconds: Double?
    }

    /// By the part's place.
    private(set) var parts: [PartJudgement?]
    /// The findings that are no part's.
    private(set) var common: [Finding]

    /// Puts what parts came to together.
    init(parts: [PartJudgement?], common: [Finding] = []) {
        self.parts = parts
        self.common = common
    }

    /// Takes a row's judgement apart.
    init(_ judgement: Judgement, names: [String]) {
        let fields = judgement.facts["parts"]?.fields ?? [:]
        var owner: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            for key in fields[name]?.fields["findings"]?.elements ?? [] {
                if let key = key.text, owner[key] == nil { owner[key] = place }
            }
        }
        let placed = judgement.findings.map { (owner[Self.key($0)], $0) }
        common = placed.filter { $0.0 == nil }.map(\.1)
        parts = names.enumerated().map { place, name in
            guard let part = fields[name]?.fields, part["applies"] != .bool(false) else {
                return nil
            }
            let own = placed.filter { $0.0 == place }.map(\.1)
            return PartJudgement(
                judgement: Judgement(findings: own, facts: part["facts"]?.fields ?? [:]),
                seconds: part["seconds"]?.number)
        }
    }

    /// The findings of a part with those that are everybody's; nil where it is not for this node.
    func judgement(of place: Int) -> Judgement? {
        guard let part = parts[place] else { return nil }
        // What is about the choice of parts says nothing of any of them.
        let shared = common.filter { $0.code != HealthFinding.odd.kind.code }
        return Judgement(findings: shared + part.judgement.findings, facts: part.judgement.facts)
    }

    /// Adds a finding about the node that is no part's.
    mutating func addCommon(_ finding: Finding) {
        common.append(finding)
    }

    /// Takes the findings of a code away that are no part's.
    mutating func dropCommon(_ code: String) {
        common.removeAll { $0.code == code }
    }

    /// Replaces what a part came to; what is everybody's stays.
    mutating func replace(_ place: Int, with judgement: Judgement) {
        let shared = Set(common)
        parts[place]?.judgement = Judgement(
            findings: judgement.findings.filter { !shared.contains($0) }, facts: judgement.facts)
    }

    /// The row's judgement, within ``JudgementLimits``.
    ///
    /// What one part has too much of is cut from that part and told as its own, so that it costs the others nothing.
    func judgement(names: [String], specifications: [any ProbeSpecification]) -> Judgement {
        let whole = together(names, specifications)
        let bounded = whole.bounded
        guard bounded.findings != whole.findings else { return bounded }
        return HealthRow(parts: fitting, common: common).together(names, specifications).bounded
    }

    /// What parts came to, each within its share of a row's room: who needs little leaves the rest to the others.
    private var fitting: [PartJudgement?] {
        let judgements = parts.compactMap(\.?.judgement)
        // What was cut before is told already, and takes no room.
        let findings = Self.share(
            of: JudgementLimits.findings - common.count,
            among: judgements.map { $0.findings.count { $0.code != Judgement.cutCode } })
        // The row's own facts about each part, and the names of its findings.
        let own = JudgementLimits.findings + 8 * parts.count
        let facts = Self.share(
            of: JudgementLimits.facts - own,
            among: judgements.map { $0.facts.values.reduce(0) { $0 + $1.leafCount } })
        return parts.map { part in
            guard var part else { return nil }
            part.judgement = part.judgement.within(findings: findings, facts: facts, depth: 4)
            return part
        }
    }

    /// How much each may have at most, so that all of them together fit.
    private static func share(of room: Int, among sizes: [Int]) -> Int {
        var rest = max(0, room)
        for (place, size) in sizes.sorted().enumerated() {
            let share = rest / (sizes.count - place)
            guard size <= share else { return share }
            rest -= size
        }
        return max(0, room)
    }

    /// Its parts put together.
    private func together(_ names: [String], _ specifications: [any ProbeSpecification])
        -> Judgement
    {
        var findings = common
        var facts: [String: FactValue] = [:]
        var taken = Set(common.map(Self.key))
        for (place, name) in names.enumerated() {
            var fields: [String: FactValue] = [
                "check": .string(specifications[place].checkName), "applies": .bool(false),
            ]
            if let part = parts[place] {
                let own = part.judgement.findings.map { Self.told($0, by: name, beside: taken) }
                let keys = Set(own.map(Self.key))
                taken.formUnion(keys)
                findings += own
                fields["applies"] = .bool(true)
                fields["verdict"] = .string(Verdict(of: own).rawValue)
                fields["seconds"] = part.seconds.map { .double($0) } ?? .null
                fields["facts"] = .object(part.judgement.facts)
                fields["findings"] = .list(keys.sorted().map { .string($0) })
            }
            facts[name] = .object(fields)
        }
        return Judgement(findings: findings, facts: ["parts": .object(facts)])
    }

    /// A part's finding so that it is told apart from all others': what a run of any check may say names the part.
    private static func told(_ finding: Finding, by name: String, beside taken: Set<String>)
        -> Finding
    {
        var finding = finding
        if finding.code.hasPrefix("run."), finding.subject == nil { finding.subject = name }
        if taken.contains(key(finding)) {
            finding.subject = finding.subject.map { "\($0) (\(name))" } ?? name
        }
        return finding
    }

    private static func key(_ finding: Finding) -> String {
        finding.code + "|" + (finding.subject ?? "")
    }
}

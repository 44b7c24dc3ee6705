import FanOut

/// What a run asks of its nodes, as stored in its manifest: enough to make the same probe again in another process.
///
/// A probe's room has one such type for each thing that can be asked, and ``ProbeKinds`` lists them all. The rest of
/// fleet knows nothing else about a probe.
package protocol ProbeSpecification: Codable, Hashable, Sendable {
    /// The word under which a run's manifest keeps it, such as `gpuCheck`; it never changes.
    static var kind: String { get }
    /// The findings, limits and blinding codes of the probe.
    static var rules: FindingRules { get }
    /// The probe.
    var probe: any Probe { get }
    /// What is asked, in words for a question to the user: `run nvidia-smi`; else the probe's name.
    var title: String { get }
    /// Whether the run only shows what another would do, and changes nothing.
    var isRehearsal: Bool { get }
    /// The check's name in the history: the probe's, and what it looked at where that is not everything.
    var checkName: String { get }
    /// What it looks at, and under which name its verdicts become the last ones of their nodes; nil where they say
    /// nothing of a node's health.
    var scope: CheckScope? { get }
    /// What a row says of which check; none where it says nothing of the node's health.
    ///
    /// A run that is made of several checks has none of its own: its ``parts(of:)`` have them.
    func results(of report: NodeReport) -> [CheckResult]
    /// The checks that it is made of, each with its own rows, whose verdicts stand under their own names; none for most.
    func parts(of reports: [NodeReport]) -> [ProbePart]
    /// The same for a run in which so many nodes begin at once.
    func spread(over nodes: Int) -> Self
    /// The same specification as it is stored in the run's files: without values that may be secrets.
    var kept: Self { get }
}

extension ProbeSpecification {
    /// No rules: most probes need no catalogue of findings.
    package static var rules: FindingRules { FindingRules() }
    /// The probe's name.
    package var title: String { probe.name }
    /// False: most runs are no rehearsals.
    package var isRehearsal: Bool { false }
    /// The scope's name, else the probe's.
    package var checkName: String { scope?.name ?? probe.name }
    /// The whole check under the probe's name: it looks at the whole node.
    package var scope: CheckScope? { CheckScope(probe.name) }
    /// One result in the specification's scope.
    package func results(of report: NodeReport) -> [CheckResult] {
        guard !isRehearsal, let scope, let judgement = report.judgement else { return [] }
        return [
            CheckResult(scope, findings: judgement.findings, blinding: Self.rules.blinding)
        ]
    }
    /// None: it is one check.
    package func parts(of reports: [NodeReport]) -> [ProbePart] { [] }
    /// The same, however many begin.
    package func spread(over nodes: Int) -> Self { self }
    /// The same specification: most probes ask for nothing that may be a secret.
    package var kept: Self { self }
}

/// One of the checks that a run was made of, as its own command would have run it.
package struct ProbePart: Sendable {
    /// What was asked.
    package var specification: any ProbeSpecification
    /// The rows of the nodes that it is for.
    package var reports: [NodeReport]
    /// The nodes that answered, and that it is not for: what was known of it there is no more.
    package var notFor: [String]

    /// Makes a value of its parts.
    package init(
        specification: any ProbeSpecification, reports: [NodeReport], notFor: [String] = []
    ) {
        self.specification = specification
        self.reports = reports
        self.notFor = notFor
    }
}

extension ProbeSpecification {
    /// What rows say of which check, by the node's name: those of its parts, else its own; nothing of a node on which
    /// nothing ran.
    package func results(of reports: [NodeReport]) -> [String: [CheckResult]] {
        let parts = parts(of: reports)
        let all = parts.isEmpty ? [ProbePart(specification: self, reports: reports)] : parts
        var results: [String: [CheckResult]] = [:]
        for part in all {
            for report in part.reports where report.verdict != nil {
                let found = part.specification.results(of: report)
                // How a plain command ended says nothing of a node's health.
                guard !found.isEmpty else { continue }
                results[report.result.node, default: []] += found
            }
        }
        return results
    }
}

/// Everything that can be asked of a node: how a kept run is read again, and which findings there are.
package struct ProbeKinds: Sendable {
    /// The types, in the order in which their findings are listed.
    package let types: [any ProbeSpecification.Type]

    /// Lists them.
    package init(_ types: [any ProbeSpecification.Type]) {
        self.types = types
    }

    /// The key under which a decoder of manifests finds the known kinds of probe.
    static let key: CodingUserInfoKey? = CodingUserInfoKey(rawValue: "fleet.probe-kinds")

    /// The kinds of probe for a decoder of manifests.
    package var userInfo: [CodingUserInfoKey: any Sendable] {
        Self.key.map { [$0: self] } ?? [:]
    }
}

/// A specification of any kind, stored as `{"KIND": {its own fields}}`.
package struct KeptSpecification: Codable, Hashable, Sendable {
    /// The specification.
    package let value: any ProbeSpecification

    /// Takes a specification.
    package init(_ value: any ProbeSpecification) {
        self.value = value
    }

    private struct Kind: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a specification of one of the kinds that the decoder was given.
    ///
    /// - Throws: A `DecodingError`, also where this fleet does not know the kind.
    package init(from decoder: any Decoder) throws {
        let kinds = ProbeKinds.key.flatMap { decoder.userInfo[$0] } as? ProbeKinds
        let container = try decoder.container(keyedBy: Kind.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1,
            let type = kinds?.types.first(where: { $0.kind == key.stringValue })
        else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "no probe that this fleet knows"))
        }
        value = try container.decode(type, forKey: key)
    }

    /// Writes it under the name of its kind.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        try container.encode(value, forKey: Kind(stringValue: type(of: value).kind))
    }

    package static func == (left: KeptSpecification, right: KeptSpecification) -> Bool {
        AnyHashable(left.value) == AnyHashable(right.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(AnyHashable(value))
    }
}

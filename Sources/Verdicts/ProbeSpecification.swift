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
    /// The check's name in the history: the probe's name, with its subject where a node may have several such checks.
    var checkName: String { get }
    /// The check whose last verdict on a node this run's verdict replaces; nil when the verdict says nothing about a
    /// node's health.
    var standingName: String? { get }
    /// The same specification, adapted to a run in which this many nodes begin at once.
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
    /// The probe's name: most probes look at the whole node.
    package var checkName: String { probe.name }
    /// Its own name.
    package var standingName: String? { checkName }
    /// The same, however many begin.
    package func spread(over nodes: Int) -> Self { self }
    /// The same specification: most probes ask for nothing that may be a secret.
    package var kept: Self { self }
}

/// Every kind of probe, for reading a kept run again and for listing all findings.
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

/// What a run asks of its nodes, as it is kept: enough to make the same probe again in another process.
///
/// A probe's room has one type of this kind for each thing that can be asked, and ``ProbeKinds`` lists them all: that
/// line is all that the rest of fleet knows of a probe.
package protocol ProbeSpecification: Codable, Hashable, Sendable {
    /// The word under which a run's manifest keeps it, such as `gpuCheck`; it never changes.
    static var kind: String { get }
    /// What findings, limits and blind spots the probe has.
    static var rules: FindingRules { get }
    /// The probe.
    var probe: any Probe { get }
    /// What is asked, in words for a question: `run nvidia-smi`; the probe's name where nothing more is to be said.
    var title: String { get }
    /// Whether the run only shows what another would do, and changes nothing.
    var isRehearsal: Bool { get }
    /// The check's name in the history: the probe's, and what it looked at where a node has several of these.
    var checkName: String { get }
    /// Under which name its verdicts become the last ones of their nodes; nil where they say nothing of a node's health.
    var standingName: String? { get }
    /// The checks that it is made of, each with its own rows, whose verdicts stand under their own names; none for most.
    func parts(of reports: [NodeReport]) -> [ProbePart]
    /// The same for a run in which so many nodes begin at once.
    func spread(over nodes: Int) -> Self
    /// The same as a run's files have it: without values that may be secrets.
    var kept: Self { get }
}

extension ProbeSpecification {
    /// None: the probe has findings of its own making only.
    package static var rules: FindingRules { FindingRules() }
    /// The probe's name.
    package var title: String { probe.name }
    /// No: the run does what it says.
    package var isRehearsal: Bool { false }
    /// The probe's name: it looks at the whole node.
    package var checkName: String { probe.name }
    /// Its own name.
    package var standingName: String? { checkName }
    /// None: it is one check.
    package func parts(of reports: [NodeReport]) -> [ProbePart] { [] }
    /// The same, however many begin.
    package func spread(over nodes: Int) -> Self { self }
    /// The same: most ask for nothing that may be a secret.
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

/// Everything that can be asked of a node: how a kept run is read again, and which findings there are.
package struct ProbeKinds: Sendable {
    /// The types, in the order in which their findings are listed.
    package let types: [any ProbeSpecification.Type]

    /// Lists them.
    package init(_ types: [any ProbeSpecification.Type]) {
        self.types = types
    }

    /// Where a decoder of manifests finds the kinds that may be kept.
    static let key: CodingUserInfoKey? = CodingUserInfoKey(rawValue: "fleet.probe-kinds")

    /// What a decoder of manifests must be told.
    package var userInfo: [CodingUserInfoKey: any Sendable] {
        Self.key.map { [$0: self] } ?? [:]
    }
}

/// A specification of whichever kind, written and read as `{"KIND": {its own fields}}`.
package struct KeptSpecification: Codable, Hashable, Sendable {
    /// What is kept.
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

    /// Reads one of the kinds that the decoder was told of.
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

/// Every kind of finding of a list of probes, for `--explain` and for the codes that the configuration may name.
package struct FindingCatalogue: Sendable {
    /// Every kind, by code.
    package let all: [FindingKind]
    /// The limits that a site may set, by the code of their rule.
    package let limits: [String: FindingLimit]
    private let byCode: [String: FindingKind]

    /// Collects the findings of the probes, and those that any run may have.
    package init(_ kinds: ProbeKinds) {
        let rules = kinds.types.map { $0.rules }
        all = (rules.flatMap(\.kinds) + Self.endings).sorted { $0.code < $1.code }
        limits = rules.reduce(into: [:]) { $0.merge($1.limits) { first, _ in first } }
        byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The kind of a code; nil for one that no check has.
    package func kind(of code: String) -> FindingKind? { byCode[code] }

    private static let endings: [FindingKind] = [
        FindingKind(
            "run.timed_out", .unknown, "The check did not end within --timeout.",
            source: "fleet: what did not answer is never ok",
            action: "check again; look at the node"),
        FindingKind(
            "run.node_failed", .fail, "Slurm says that the node failed under the check.",
            source: "Slurm, the job's state NODE_FAIL", action: "look at the node"),
        FindingKind(
            "run.launch_failed", .unknown, "The check was never started there.",
            source: "fleet: what did not run is never ok", action: "see the row's reason"),
        FindingKind(
            "run.cancelled", .unknown, "Somebody ended the check before its end.",
            source: "fleet: what did not end is never ok", action: "check again"),
        FindingKind(
            Judgement.cutCode, .unknown,
            "The node's answer holds more than fleet keeps of one node; what is left out is counted.",
            source: "fleet: 200 findings and 20,000 facts of a node are kept",
            action: "read the node's output: a healthy node writes far less"),
        FindingKind(
            "run.too_much", .unknown, "The answer could not be judged in time, or is too large.",
            source: "fleet: 5 s for one node's answer; what cannot be judged is never ok",
            action: "see what the node wrote; make a regular expression of a probe simpler"),
        FindingKind(
            "run.garbled", .unknown, "The check left no whole record of its answer.",
            source: "fleet: what cannot be read is never ok", action: "check again"),
    ]
}

/// The findings that a probe may have, and the limits that a site may set for them.
package struct FindingRules: Sendable {
    /// Its kinds of finding.
    package var kinds: [FindingKind]
    /// The limits that a site may set, by the code of their rule.
    package var limits: [String: FindingLimit]
    /// The codes of findings that say that a whole GPU, mount or node could not be checked.
    ///
    /// `--only` does not hide them: without them, a node about which nothing is known would look healthy.
    package var blinding: Set<String>
    /// The check of each finding, by the finding's code; empty for a probe whose checks have no names.
    package var checks: [String: String]

    /// Makes the rules of a probe.
    package init(
        kinds: [FindingKind] = [], limits: [String: FindingLimit] = [:], blinding: Set<String> = [],
        checks: [String: String] = [:]
    ) {
        self.kinds = kinds
        self.limits = limits
        self.blinding = blinding
        self.checks = checks
    }
}

/// A limit of a rule that a site may set for itself.
package struct FindingLimit: Hashable, Sendable {
    /// What is counted or measured, such as `MiB`.
    package var unit: String
    /// The limits that make sense.
    package var range: ClosedRange<Double>
    /// What a value beyond it means, in a sentence.
    package var meaning: String

    /// Makes a limit.
    package init(unit: String, range: ClosedRange<Double>, meaning: String) {
        self.unit = unit
        self.range = range
        self.meaning = meaning
    }
}

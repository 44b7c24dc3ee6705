/// One observation about a node: its severity, its subject, the evidence, and what to do.
package struct Finding: Codable, Hashable, Sendable {
    /// How much it weighs.
    package var severity: Severity
    /// A stable name for programs, such as `gpu.count` or `mount.not_mounted`.
    package var code: String
    /// What it is about, such as `GPU 3 (0000:a1:00.0)` or `/lustre`; nil for the node itself.
    package var subject: String?
    /// What was seen, with the evidence, in one line.
    package var message: String
    /// What to do; nil when no action is needed.
    package var remedy: String?

    /// Makes a finding.
    package init(
        _ severity: Severity, code: String, subject: String? = nil, message: String,
        remedy: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }

    /// One line for people: `SUBJECT: MESSAGE -> REMEDY`.
    package var text: String {
        let about = subject.map { "\($0): " } ?? ""
        let action = remedy.map { " -> \($0)" } ?? ""
        return about + message + action
    }
}

/// The conclusions of a probe about one node.
package struct Judgement: Codable, Hashable, Sendable {
    /// The observations, worst first.
    package var findings: [Finding]
    /// The facts by name, for JSON.
    package var facts: [String: FactValue]

    /// The worst finding's verdict.
    package var verdict: Verdict { Verdict(of: findings) }

    /// Makes a judgement; findings are put worst first, otherwise in the order given.
    package init(findings: [Finding] = [], facts: [String: FactValue] = [:]) {
        // sorted(by:) keeps the order of elements that are equal.
        self.findings = findings.sorted { $0.severity > $1.severity }
        self.facts = facts
    }
}

/// How much one finding weighs; the order is the order of weight.
package enum Severity: String, CaseIterable, Comparable, Codable, Hashable, Sendable {
    /// Worth knowing; nothing is wrong.
    case info
    /// Works, and wants attention.
    case warn
    /// Not checked, so it may be good or bad.
    case unknown
    /// Broken.
    case fail

    package static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }
}

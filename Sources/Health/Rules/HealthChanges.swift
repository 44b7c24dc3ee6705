import FanOut
package import Reports
import SlurmModel
package import Verdicts

/// What an earlier sweep said of a node, as far as it is compared.
package struct EarlierRow: Hashable, Sendable {
    /// What was found, by code and subject, with its weight.
    package struct Finding: Hashable, Sendable {
        var key: HealthChange.Key
        var severity: Severity
        var text: String

        /// Makes a finding.
        package init(code: String, subject: String?, severity: Severity, text: String) {
            key = HealthChange.Key(code: code, subject: subject)
            self.severity = severity
            self.text = text
        }
    }

    /// Its verdict; nil for a node that was not run.
    package var verdict: Verdict?
    /// What was found above info.
    package var findings: [Finding]

    /// Makes a row.
    package init(verdict: Verdict?, findings: [Finding]) {
        self.verdict = verdict
        self.findings = findings
    }
}

/// How a node differs from what earlier sweeps said of it.
package struct HealthChange: Hashable, Sendable {
    /// What a finding is about, whatever its words.
    struct Key: Hashable, Sendable {
        var code: String
        var subject: String?
    }

    /// In which way.
    package enum Kind: String, Hashable, Sendable {
        /// It was well, or never looked at, and is not well.
        case new
        /// It was not well, and there is more that is wrong.
        case worse
        /// It was not well, and is.
        case fixed
    }

    /// In which way.
    package var kind: Kind
    /// What its verdict was; nil where it had none.
    package var before: Verdict?
    /// What was wrong before, a text each.
    package var beforeTexts: [String]

    /// Compares a row with what was said of its node before; nil where nothing is new.
    ///
    /// A row of a node that was not run says nothing of its health, but that a node cannot be reached is news of its own:
    /// not of one that sleeps, that somebody drained, or that others use.
    ///
    /// - Parameters:
    ///   - report: The row.
    ///   - earlier: The newest earlier row that says something of the node's health; nil where there is none.
    ///   - wasReached: Whether the newest earlier row of the node, of whatever kind, was a reached one; nil without one.
    package init?(_ report: NodeReport, earlier: EarlierRow?, wasReached: Bool?) {
        before = earlier?.verdict
        let bad = (earlier?.findings ?? []).filter { $0.severity > .warn }
        beforeTexts = bad.map(\.text)
        let wasWell = (earlier?.verdict ?? .ok) < .unknown
        guard let verdict = report.verdict else {
            guard Self.isLost(report), wasReached != false else { return nil }
            kind = wasWell ? .new : .worse
            return
        }
        guard verdict > .warn else {
            guard !wasWell else { return nil }
            kind = .fixed
            return
        }
        let known = Dictionary(
            bad.map { ($0.key, $0.severity) },
            uniquingKeysWith: { first, second in max(first, second) })
        let findings = report.judgement?.findings.filter { $0.severity > .warn } ?? []
        let isMore = findings.contains { finding in
            guard let severity = known[Key(code: finding.code, subject: finding.subject)] else {
                return true
            }
            return severity < finding.severity
        }
        if wasWell {
            kind = .new
        } else if isMore {
            kind = .worse
        } else {
            return nil
        }
    }

    /// Whether a node that was not run should have been reached.
    private static func isLost(_ report: NodeReport) -> Bool {
        guard report.result.outcome == .notRun, let node = report.node else { return false }
        if TargetPlanner.isAsleep(node) || node.state.base == .future { return false }
        return node.state.base == .down || node.state.has(.notResponding)
            || node.state.has(.invalidRegistration) || node.state.base == .error
    }
}

/// What earlier full sweeps said of every node.
package struct HealthBaseline: Sendable {
    /// The newest row of each node that says something of its health.
    package var rows: [String: EarlierRow]
    /// Whether the newest row of each node, of whatever kind, was of one that was reached.
    package var reached: [String: Bool]

    /// Makes a baseline.
    package init(rows: [String: EarlierRow] = [:], reached: [String: Bool] = [:]) {
        self.rows = rows
        self.reached = reached
    }

    /// The rows that differ, with how, in the order of the run.
    package func changes(in report: RunReport) -> [(report: NodeReport, change: HealthChange)] {
        report.reports.filter { $0.result.launcher != .local }.compactMap { row in
            let name = row.result.node
            return HealthChange(row, earlier: rows[name], wasReached: reached[name])
                .map { (row, $0) }
        }
    }

    /// The run with the rows that differ alone.
    package func narrowed(_ report: RunReport) -> RunReport {
        var narrowed = report
        narrowed.reports = changes(in: report).map(\.report)
        return narrowed
    }
}

import FanOut
import SlurmModel
package import Verdicts

/// Compares the answers to a defined probe: the value that most nodes have, and the nodes that differ.
package struct CommonFields: Sendable {
    private let definition: ProbeDefinition

    /// Takes the probe whose answers are compared.
    package init(_ definition: ProbeDefinition) {
        self.definition = definition
    }

    /// One field of all nodes.
    package struct Comparison: Hashable, Sendable {
        /// The field.
        package var field: String
        /// The comparison of the nodes' values.
        package var baseline: Baseline
        /// Every node's value, in the order of the rows.
        package var votes: [Baseline.Vote]
    }

    /// The comparison of every field that should be the same on most nodes.
    ///
    /// The head node is no node of the cluster, so it is left out.
    package func comparisons(_ reports: [NodeReport]) -> [Comparison] {
        definition.baseline.map { common in
            let votes = reports.enumerated().flatMap { row, report -> [Baseline.Vote] in
                report.result.launcher == .local ? [] : self.votes(common.field, row, report)
            }
            return Comparison(field: common.field, baseline: Baseline(votes), votes: votes)
        }
    }

    /// Adds findings to each row about values that differ from the majority.
    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        var found: [Int: [Finding]] = [:]
        for (common, comparison) in zip(definition.baseline, comparisons(reports)) {
            switch comparison.baseline.standard {
            case .tooFew(let nodes):
                add(
                    undecided(common, "\(nodes == 1 ? "1 node" : "\(nodes) nodes"): no majority"),
                    to: comparison.votes, in: &found)
            case .divided(let shares):
                let values = shares.prefix(4).map { "\($0.value) (\($0.count))" }
                    .joined(separator: ", ")
                add(undecided(common, "no majority: \(values)"), to: comparison.votes, in: &found)
            case .majority(let share, let total):
                for vote in comparison.baseline.odd {
                    found[vote.row, default: []].append(odd(common, vote, share, total))
                }
            }
        }
        let prefix = definition.code("odd.")
        return reports.enumerated().map { row, report in
            guard let findings = found[row], let judgement = report.judgement else { return report }
            // A row that was compared before must not get the same findings twice.
            let own = judgement.findings.filter { !$0.code.hasPrefix(prefix) }
            var report = report
            report.judgement = Judgement(findings: own + findings, facts: judgement.facts)
            return report
        }
    }

    private func votes(_ field: String, _ row: Int, _ report: NodeReport) -> [Baseline.Vote] {
        let facts = report.judgement?.facts ?? [:]
        if let value = facts[field]?.word { return [Baseline.Vote(row: row, value: value)] }
        return (facts["rows"]?.elements ?? []).map(\.fields).compactMap { part in
            part[field]?.word.map {
                Baseline.Vote(row: row, subject: part["subject"]?.word, value: $0)
            }
        }
    }

    private func add(
        _ finding: Finding, to votes: [Baseline.Vote], in found: inout [Int: [Finding]]
    ) {
        for row in Set(votes.map(\.row)) { found[row, default: []].append(finding) }
    }

    private func undecided(_ common: ProbeDefinition.Common, _ words: String) -> Finding {
        Finding(
            .info, code: definition.code("odd.\(common.field)"),
            message: "\(common.field): \(words)")
    }

    private func odd(
        _ common: ProbeDefinition.Common, _ vote: Baseline.Vote, _ share: Baseline.Share,
        _ total: Int
    ) -> Finding {
        Finding(
            common.severity, code: definition.code("odd.\(common.field)"), subject: vote.subject,
            message:
                "\(common.field) \(vote.value) where \(share.count) of \(total) have \(share.value)",
            remedy: common.remedy)
    }
}

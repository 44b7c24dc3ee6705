import FanOut
import Reports
import SlurmKit
package import Terminal
package import Verdicts

/// The table of `fleet check --diff`: for each field the value of most nodes, and the nodes with another value.
package struct CheckDiffTable: ReportTable {
    package let columns = [
        Table.Column("FIELD"), Table.Column("HAVE IT", numeric: true), Table.Column("VALUE"),
    ]
    package let printsAtEnd = true
    private let definition: ProbeDefinition

    /// Makes the table of a probe.
    package init(_ definition: ProbeDefinition) {
        self.definition = definition
    }

    /// None: the rows are fields.
    package func rows(for report: NodeReport) -> [[String]] { [] }

    package func lines(for reports: [NodeReport], width: Int?) -> [String] {
        var table = Table(columns)
        for comparison in CommonFields(definition).comparisons(reports) {
            rows(of: comparison, reports).forEach { table.add($0) }
        }
        return table.lines(width: width) + silent(reports, width: width)
    }

    private func rows(
        of comparison: CommonFields.Comparison, _ reports: [NodeReport]
    ) -> [[String]] {
        let votes = comparison.votes
        let field = comparison.field
        func figures(_ count: Int) -> String { "\(count)/\(votes.count)" }
        var most: String?
        if case .majority(let share, _) = comparison.baseline.standard { most = share.value }
        let values = Dictionary(grouping: votes, by: \.value).sorted {
            ($0.key == most ? 1 : 0, $0.value.count, $1.key)
                > ($1.key == most ? 1 : 0, $1.value.count, $0.key)
        }
        guard !values.isEmpty else { return [[field, "0/0", "no node says"]] }
        return values.enumerated().map { index, value in
            let names = value.value.map { vote in
                reports[vote.row].result.node
            }
            // The majority's value needs no list of nodes; without a majority, every value gets one.
            let nodes = value.key == most ? "" : "  <- \(Hostlist.fold(unique(names)))"
            return [index == 0 ? field : "", figures(value.value.count), value.key + nodes]
        }
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// The nodes without an answer, with the reason, and those that a rule finds fault with, with the rule's words: a
    /// comparison alone would show them as equal.
    private func silent(_ reports: [NodeReport], width: Int?) -> [String] {
        let told = reports.filter { report in
            (report.judgement?.facts ?? [:]).isEmpty
                || report.judgement?.findings.contains {
                    $0.severity > .info && !$0.code.contains(".odd.")
                } == true
        }
        guard !told.isEmpty else { return [] }
        return [""] + CheckTable(definition).lines(for: told, width: width)
    }
}

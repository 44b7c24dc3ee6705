import DefinedChecks
import FanOut
import GPUCheck
import LustreCheck
import Reports
import Terminal
import Verdicts

/// The columns of a health check: one for each kind of check that is made.
struct HealthColumns {
    /// A column, and the places of the parts whose worst verdict it shows.
    struct Group {
        let title: String
        var places: [Int]
    }

    let groups: [Group]

    init(_ parts: [HealthPart]) {
        var groups: [Group] = []
        for (place, part) in parts.enumerated() {
            let title =
                switch part.specification.value {
                case is GPUCheckSpecification: "GPU"
                case is CheckMountSpecification: "MOUNT"
                default: "PROBES"
                }
            if let index = groups.firstIndex(where: { $0.title == title }) {
                groups[index].places.append(place)
            } else {
                groups.append(Group(title: title, places: [place]))
            }
        }
        self.groups = groups
    }

    /// A column for each check, with its verdict; empty where it is not for the node.
    static func csv(_ names: [String]) -> [CSVColumn] {
        names.enumerated().map { place, name in
            CSVColumn(name) { report in
                report.judgement.flatMap {
                    HealthRow($0, names: names).judgement(of: place)?.verdict.rawValue
                } ?? ""
            }
        }
    }

    /// A row's cells: the worst verdict of each kind; `-` where no check of the kind is for the node.
    func cells(_ report: NodeReport, names: [String]) -> [String] {
        guard let judgement = report.judgement else { return groups.map { _ in "-" } }
        let row = HealthRow(judgement, names: names)
        return groups.map { group in
            group.places.compactMap { row.judgement(of: $0)?.verdict }.max()?.rawValue ?? "-"
        }
    }
}

/// The table of `fleet health`: nodes that are alike on one line, what is wrong in full, the worst first.
struct HealthFoldedTable: ReportTable {
    let columns: [Table.Column]
    let printsAtEnd = true
    var csv: [CSVColumn]? { HealthColumns.csv(names) }
    private let closing: HealthClosing
    private let groups: HealthColumns
    private let names: [String]

    init(_ parts: [HealthPart], coverage: HealthCoverage) {
        names = parts.map(\.name)
        closing = HealthClosing(names: names, coverage: coverage)
        groups = HealthColumns(parts)
        columns = [Table.Column("VERDICT")] + groups.groups.map { Table.Column($0.title) }
    }

    func rows(for report: NodeReport) -> [[String]] {
        [[report.verdictWord] + groups.cells(report, names: names)]
    }

    func lines(for reports: [NodeReport], width: Int?) -> [String] {
        let folded = FoldedTable(columns, reports) { report in
            FoldedTable.Group(
                nodes: [report.result.node], cells: rows(for: report).joined().map { $0 },
                details: report.verdict == .ok ? [] : report.why, rank: report.rank)
        }
        return folded.lines(width: width)
            + closing.lines(reports, width: width)
    }
}

/// The table of `fleet health --wide`: a row per node, a column per check.
struct HealthWideTable: ReportTable {
    let columns: [Table.Column]
    let printsAtEnd = true
    var csv: [CSVColumn]? { HealthColumns.csv(names) }
    private let closing: HealthClosing
    private let names: [String]

    init(_ parts: [HealthPart], coverage: HealthCoverage) {
        names = parts.map(\.name)
        closing = HealthClosing(names: names, coverage: coverage)
        columns =
            [Table.Column("NODE"), Table.Column("VERDICT")]
            + names.map { Table.Column($0.uppercased()) }
            + [Table.Column("SECONDS", numeric: true), Table.Column("DETAIL")]
    }

    func rows(for report: NodeReport) -> [[String]] {
        let row = report.judgement.map { HealthRow($0, names: names) }
        let verdicts = names.indices.map { place in
            row?.judgement(of: place)?.verdict.rawValue ?? "-"
        }
        let seconds = report.result.duration.map(Quantity.seconds) ?? "-"
        return report.rows(
            [report.result.node, report.verdictWord] + verdicts + [seconds],
            details: report.verdict == .ok ? [""] : report.why)
    }

    func lines(for reports: [NodeReport], width: Int?) -> [String] {
        var table = Table(columns)
        for row in reports.flatMap(rows) { table.add(row) }
        return table.lines(width: width) + closing.lines(reports, width: width)
    }
}

/// The table of `fleet health --gpus`: that of `fleet gpu-check --gpus`, of the nodes that have GPUs.
struct HealthGPUTable: ReportTable {
    private let table = GPUTable()
    private let probe: HealthProbe
    private let place: Int?

    init(_ parts: [HealthPart]) {
        probe = HealthProbe(parts)
        place = parts.firstIndex { $0.specification.value is GPUCheckSpecification }
    }

    var columns: [Table.Column] { table.columns }
    var printsAtEnd: Bool { true }

    func rows(for report: NodeReport) -> [[String]] {
        guard let place else { return [] }
        return (report.judgement == nil ? [report] : probe.reports(of: place, in: [report]))
            .flatMap(table.rows)
    }
}

/// What stands below the rows: what was not checked, and how nodes were reached.
struct HealthClosing {
    let names: [String]
    let coverage: HealthCoverage

    func lines(_ reports: [NodeReport], width: Int?) -> [String] {
        // Which of gpu-check's own checks ran stands in its facts.
        let shown = reports.map { report in
            guard let judgement = report.judgement else { return report }
            var report = report
            let parts = judgement.facts["parts"]?.fields ?? [:]
            let checks = names.lazy.compactMap {
                parts[$0]?.fields["facts"]?.fields["checks"]
            }.first
            var facts = judgement.facts
            facts["checks"] = checks.flatMap { Self.isWhole($0) ? nil : $0 }
            report.judgement = Judgement(findings: judgement.findings, facts: facts)
            return report
        }
        let lines = ClosingLines.lines(for: shown, width: width)
        guard let words = coverage.words else { return lines }
        return (lines.isEmpty ? [""] : lines) + [TerminalText.visible(words)]
    }

    /// Whether all of a part's own checks ran: then there is nothing to say of them.
    private static func isWhole(_ checks: FactValue) -> Bool {
        CheckCoverage(["checks": checks]).map { $0.ran >= $0.total } ?? true
    }
}

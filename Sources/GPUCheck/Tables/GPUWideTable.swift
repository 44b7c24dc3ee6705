import FanOut
package import Reports
package import Terminal
package import Verdicts

/// The table of `fleet gpu-check --wide`: a row per node, every column.
package struct GPUWideTable: ReportTable {
    package let columns =
        ["NODE", "VERDICT"].map { Table.Column($0) } + [Table.Column("GPUS", numeric: true)]
        + ["MODEL", "DRIVER", "CUDA", "VBIOS", "GSP", "ECC MODE", "PERSISTENCE"]
        .map { Table.Column($0) }
        + ["PCIE", "NVLINKS", "TEMP", "MEMORY", "ECC", "CHECKS"]
        .map { Table.Column($0, numeric: true) } + [Table.Column("DETAIL")]
    package let printsAtEnd = true
    package var csv: [CSVColumn]? { GPUFacts.csv }

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = GPUFacts(report)
        let coverage = report.judgement.flatMap { CheckCoverage($0.facts) }
        let cells: [String?] = [
            report.result.node, report.verdictWord, facts.count,
            facts.models.isEmpty ? nil : facts.models, facts.driver, facts.cuda,
            facts.common("vbios"), facts.common("gsp_firmware"), facts.common("ecc_mode"),
            facts.common("persistence_mode"), facts.common("pcie_width").map { "x\($0)" },
            facts.common("nvlink_active"), facts.hottest.map { "\($0)C" }, facts.memory,
            facts.uncorrected.map(String.init), coverage?.figures,
        ]
        return report.rows(
            cells.map { $0 ?? "-" }, details: report.verdict == .ok ? [""] : report.why)
    }
}

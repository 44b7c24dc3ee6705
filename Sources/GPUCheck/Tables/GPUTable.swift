import FanOut
package import Reports
package import Terminal
package import Verdicts

/// The rows of `fleet gpu-check --gpus`: one per GPU, and one for a node that listed none.
package struct GPUTable: ReportTable {
    package let columns = [
        Table.Column("NODE"), Table.Column("GPU", numeric: true),
        Table.Column("PCI", minimum: 12), Table.Column("VERDICT"),
        Table.Column("TEMP", numeric: true), Table.Column("MEMORY", numeric: true, minimum: 13),
        Table.Column("ECC", numeric: true), Table.Column("REMAP", numeric: true, minimum: 7),
        Table.Column("DETAIL"),
    ]

    package let printsAtEnd = true
    package var csv: [CSVColumn]? { GPUFacts.csv }

    /// Makes the table.
    package init() {}

    package func rows(for report: NodeReport) -> [[String]] {
        let facts = GPUFacts(report)
        let gpus = facts.gpus.flatMap { gpu in
            NodeReport.rows(
                [
                    report.result.node, gpu.index.map(String.init) ?? "-", gpu.pci ?? "-",
                    gpu.verdict ?? "-", gpu.temperature.map { "\($0)C" } ?? "-",
                    gpu.memory ?? "-", gpu.ecc.map(String.init) ?? "-", gpu.remap ?? "-",
                ],
                details: details(of: gpu, in: report))
        }
        let general = nodeDetails(of: report, gpus: facts.gpus)
        guard facts.gpus.isEmpty || !general.isEmpty || report.result.note != nil else {
            return gpus
        }
        let node = [report.result.node, "-", "-", report.verdictWord, "-", "-", "-", "-"]
        return report.rows(node, details: general.isEmpty ? [""] : general) + gpus
    }

    private func details(of gpu: GPUFacts.GPU, in report: NodeReport) -> [String] {
        let findings = findings(of: report).filter { $0.subject == gpu.subject }
        guard !findings.isEmpty else { return [gpu.name ?? ""] }
        return findings.map { $0.message + ($0.remedy.map { " -> \($0)" } ?? "") }
    }

    /// Findings about the node itself, and about GPUs that nvidia-smi did not list.
    private func nodeDetails(of report: NodeReport, gpus: [GPUFacts.GPU]) -> [String] {
        guard report.judgement != nil else { return report.why }
        return findings(of: report).filter { finding in
            !gpus.contains { $0.subject == finding.subject }
        }.map(\.text)
    }

    private func findings(of report: NodeReport) -> [Finding] {
        report.judgement?.findings.filter { $0.severity > .info } ?? []
    }
}

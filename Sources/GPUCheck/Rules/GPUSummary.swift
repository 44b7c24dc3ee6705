package import Verdicts

/// One GPU in one row: its identity, its state, and its verdict.
package struct GPUSummary: Hashable, Sendable {
    /// The values of nvidia-smi.
    package var report: GPUReport
    /// The observations about it, worst first.
    package var findings: [Finding]
    /// Its NVLink state; nil when nvidia-smi was not asked, or the GPU has no links.
    package var nvlink: NVLinkStatus?

    /// Takes the findings about this GPU from a node's findings.
    init(_ report: GPUReport, nvlink: NVLinkStatus? = nil, findings: [Finding]) {
        self.report = report
        self.nvlink = nvlink
        self.findings = findings.filter { $0.subject == report.subject }
            .sorted { $0.severity > $1.severity }
    }

    /// The worst finding's verdict.
    package var verdict: Verdict { Verdict(of: findings) }
    /// Its position in nvidia-smi's list, from 0.
    package var index: Int { report.index }
    /// Its PCI address, such as `0000:a1:00.0`; nil when the answer does not say.
    package var pci: String? { report.pci?.description }
    /// Its UUID, such as `GPU-…`.
    package var uuid: String? { report.uuid.word }
    /// The product, such as `NVIDIA H100 80GB HBM3`.
    package var name: String? { report.name.word }
    /// The core's temperature in °C.
    package var temperature: Int? { report.temperature.core.integer }
    /// The memory in use, in MiB.
    package var memoryUsed: Int? { report.memoryUsed.mebibytes }
    /// All memory, in MiB.
    package var memoryTotal: Int? { report.memoryTotal.mebibytes }
    /// The share of time a kernel was running, in percent.
    package var utilization: Int? { report.utilization.integer }
    /// Uncorrectable memory errors since the driver was loaded or the GPU was reset.
    package var eccUncorrected: Int? { report.memory.volatileCount }

    /// The state of row remapping in a word: `failure`, `pending`, or the rows remapped; nil where the
    /// GPU does not say.
    package var remap: String? {
        let memory = report.memory
        if memory.remapFailure.flag == true { return "failure" }
        if memory.remapPending.flag == true { return "pending" }
        let rows = [memory.remappedCorrectable.integer, memory.remappedUncorrectable.integer]
            .compactMap(\.self)
        return rows.isEmpty
            ? nil : String(rows.reduce(0) { $0.addingReportingOverflow($1).partialValue })
    }
}

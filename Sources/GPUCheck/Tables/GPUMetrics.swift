import FanOut
package import Reports
import SlurmModel
import Terminal
import Verdicts

/// The metrics of `fleet gpu-check`, and of its `--diag`: `fleet_gpu_check_*`.
package struct GPUMetrics: RunMetrics {
    /// Makes them.
    package init() {}

    private static let prefix = "fleet_gpu_check_"

    package func text(of report: RunReport) -> String {
        var text = PrometheusText()
        NodeMetrics(prefix: Self.prefix, labels: []).add(report, to: &text)
        addNodes(report, to: &text)
        addGPUs(report, to: &text)
        text.addLeftOut(Self.prefix)
        return text.text
    }

    private func addNodes(_ report: RunReport, to text: inout PrometheusText) {
        func samples(_ value: (NodeReport) -> Int?) -> [PrometheusText.Sample] {
            report.reports.compactMap { row in
                value(row).map { PrometheusText.Sample([("node", row.result.node)], $0) }
            }
        }
        text.gauge(
            Self.prefix + "gpus", "GPUs that could be read.",
            samples { $0.judgement?.facts["gpu_count"]?.integer })
        text.gauge(
            Self.prefix + "gpus_expected", "GPUs that Slurm's GRES says.",
            samples { $0.judgement?.facts["gpu_expected"]?.integer })
        text.gauge(
            Self.prefix + "checks", "Parts of the check that there are for the node.",
            samples { $0.judgement.flatMap { CheckCoverage($0.facts) }?.total })
        text.gauge(
            Self.prefix + "checks_ran",
            "Parts of the check that came to a result on the node; of the others nothing is known.",
            samples { $0.judgement.flatMap { CheckCoverage($0.facts) }?.ran })
    }

    private struct GPUMetric {
        let name: String
        let help: String
        let value: @Sendable ([String: FactValue]) -> Int?

        init(
            _ name: String, _ help: String,
            _ value: @escaping @Sendable ([String: FactValue]) -> Int?
        ) {
            self.name = name
            self.help = help
            self.value = value
        }
    }

    private static let gpuMetrics = [
        GPUMetric("gpu_verdict", "Verdict about the GPU: \(PrometheusText.verdicts).") {
            $0["verdict"]?.text.flatMap(Verdict.init).map(PrometheusText.number)
        },
        GPUMetric("gpu_temperature_celsius", "Temperature of the core.") {
            $0["temperature_c"]?.integer
        },
        GPUMetric("gpu_memory_used_bytes", "Memory in use.") {
            bytes($0["memory_used_mib"])
        },
        GPUMetric("gpu_memory_total_bytes", "All memory.") { bytes($0["memory_total_mib"]) },
        GPUMetric(
            "gpu_ecc_uncorrected_errors",
            "Uncorrectable memory errors since the driver was loaded or the GPU reset."
        ) { $0["ecc_uncorrected_volatile"]?.integer },
        GPUMetric(
            "gpu_rows_remapped_uncorrectable",
            "Rows of memory replaced after uncorrectable errors."
        ) { $0["row_remap_uncorrectable"]?.integer },
        GPUMetric("gpu_pcie_lanes", "PCIe lanes in use.") { $0["pcie_width"]?.integer },
        GPUMetric("gpu_nvlinks_active", "Active NVLinks.") { $0["nvlink_active"]?.integer },
    ]

    private static func bytes(_ mebibytes: FactValue?) -> Int? {
        mebibytes?.integer.flatMap {
            let (value, overflow) = $0.multipliedReportingOverflow(by: 1 << 20)
            return overflow ? nil : value
        }
    }

    private func addGPUs(_ report: RunReport, to text: inout PrometheusText) {
        let gpus = report.reports.flatMap { row in
            (row.judgement?.facts["gpus"]?.elements ?? []).map { gpu in
                let fields = gpu.fields
                return (
                    labels: [
                        ("node", row.result.node), ("gpu", fields["index"]?.word ?? ""),
                        ("pci", fields["pci"]?.word ?? ""), ("uuid", fields["uuid"]?.word ?? ""),
                        ("model", fields["name"]?.word ?? ""),
                    ], fields: fields
                )
            }
        }
        for metric in Self.gpuMetrics {
            text.gauge(
                Self.prefix + metric.name, metric.help,
                gpus.compactMap { gpu in
                    metric.value(gpu.fields).map { PrometheusText.Sample(gpu.labels, $0) }
                })
        }
    }
}

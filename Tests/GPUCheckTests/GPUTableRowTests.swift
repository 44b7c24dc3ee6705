import FanOut
import GPUCheck
import Reports
import SlurmModel
import Terminal
import TestSupport
import Testing
import Verdicts

/// Tables and metrics of gpu-check: what was judged is shown, GPU for GPU, whatever the nodes said.
@Suite("No GPU is lost between judgement, table and metrics")
struct GPUTableRowTests {
    private static func gpu(_ index: Int, _ random: inout SeededRandom) -> [String: FactValue] {
        func some(_ value: FactValue) -> FactValue { Bool.random(using: &random) ? value : .null }
        return [
            "index": .int(index), "pci": some(.string("0000:a\(index):00.0")),
            "uuid": some(.string("GPU-\(index)")), "name": some(.string("NVIDIA H100")),
            "verdict": .string("ok"), "temperature_c": some(.int(30 + index)),
            "memory_used_mib": some(.int(index)), "memory_total_mib": some(.int(80_000)),
            "ecc_uncorrected_volatile": some(.int(index)), "row_remap_pending": some(.bool(false)),
        ]
    }

    /// Nodes with some GPUs each, of which some have a finding, and with findings about the node.
    private static func fleet(_ random: inout SeededRandom) -> [NodeReport] {
        (0..<6).map { number in
            let gpus = (0..<Int.random(in: 0...4, using: &random)).map { gpu($0, &random) }
            var findings: [Finding] = []
            for gpu in gpus where Int.random(in: 0..<3, using: &random) == 0 {
                findings.append(
                    Finding(
                        .fail, code: "gpu.lost", subject: GPUVerdicts.subject(of: gpu),
                        message: "lost \(findings.count)", remedy: "reboot"))
            }
            if Bool.random(using: &random) {
                findings.append(Finding(.warn, code: "gpu.count", message: "fewer on n\(number)"))
            }
            return row("n\(number)", gpus, findings)
        }
    }

    private static func row(
        _ name: String, _ gpus: [[String: FactValue]], _ findings: [Finding] = [],
        _ more: [String: FactValue] = [:]
    ) -> NodeReport {
        let facts: [String: FactValue] = [
            "gpus": .list(gpus.map(FactValue.object)), "gpu_count": .int(gpus.count),
            "gpu_expected": .int(4),
        ]
        return NodeReport(
            result: NodeResult(node: name, outcome: .finished, exit: .exited(0), launcher: .job),
            judgement: Judgement(findings: findings, facts: facts.merging(more) { $1 }), node: nil)
    }

    @Test("A row for every GPU, and every finding in one of its node's")
    func rows() {
        var random = SeededRandom(77)
        for _ in 0..<60 {
            for report in Self.fleet(&random) {
                let rows = GPUTable().rows(for: report)
                #expect(rows.allSatisfy { $0.count == GPUTable().columns.count })
                let gpus = report.judgement?.facts["gpus"]?.elements ?? []
                let numbers = rows.map { $0[1] }.filter { Int($0) != nil }
                #expect(numbers == gpus.indices.map(String.init))
                let details = rows.compactMap(\.last)
                for finding in report.judgement?.findings ?? [] {
                    #expect(details.count { $0.contains(finding.message) } == 1)
                }
                #expect(!rows.isEmpty && rows.contains { $0[0] == report.result.node })
                let wide = GPUWideTable()
                let cells = wide.rows(for: report)
                #expect(cells.allSatisfy { $0.count == wide.columns.count })
                #expect(cells.first?[2] == "\(gpus.count)/4")
            }
        }
    }

    @Test("The folded table has every node and every fault")
    func folded() {
        var random = SeededRandom(78)
        for _ in 0..<40 {
            let reports = Self.fleet(&random)
            let lines = GPUFoldedTable().lines(for: reports, width: nil)
            let counts = lines.dropFirst().filter { !$0.hasPrefix(" ") }.compactMap { line in
                line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            }
            #expect(counts.reduce(0, +) >= reports.count, "\(lines)")
            for finding in reports.flatMap({ $0.judgement?.findings ?? [] }) {
                #expect(lines.contains { $0.contains(finding.message) })
            }
        }
    }

    private static func samples(_ reports: [NodeReport]) -> [String: [(
        labels: String, value: String
    )]] {
        let report = RunReport(
            id: "r", probe: "gpu-check", launcher: "job", started: 0, ended: 1, reports: reports)
        var samples: [String: [(labels: String, value: String)]] = [:]
        for line in GPUMetrics().text(of: report).split(separator: "\n")
        where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            let value = line.split(separator: " ").last ?? ""
            samples[String(name), default: []].append(
                (String(line.dropFirst(name.count).dropLast(value.count)), String(value)))
        }
        return samples
    }

    @Test(
        "Every value that is known is a sample, and none that is not; sums are those of the facts")
    func metrics() {
        var random = SeededRandom(79)
        let facts = [
            ("temperature_celsius", "temperature_c", 1),
            ("ecc_uncorrected_errors", "ecc_uncorrected_volatile", 1),
            ("memory_used_bytes", "memory_used_mib", 1 << 20),
            ("memory_total_bytes", "memory_total_mib", 1 << 20),
        ]
        for _ in 0..<40 {
            let reports = Self.fleet(&random)
            let samples = Self.samples(reports)
            let gpus = reports.flatMap { $0.judgement?.facts["gpus"]?.elements ?? [] }.map(\.fields)
            #expect(samples["fleet_gpu_check_gpu_verdict"]?.count ?? 0 == gpus.count)
            for (name, key, factor) in facts {
                let known = gpus.compactMap { $0[key]?.integer }
                let told = samples["fleet_gpu_check_gpu_\(name)"] ?? []
                #expect(told.count == known.count, "\(name)")
                let sum = told.compactMap { Double($0.value) }.reduce(0, +)
                #expect(sum == Double(known.reduce(0, +) * factor), "\(name)")
            }
            #expect(samples["fleet_gpu_check_gpus"]?.count == reports.count)
            let total = samples["fleet_gpu_check_gpus"]?.compactMap { Double($0.value) }
            #expect(total?.reduce(0, +) == Double(gpus.count))
        }
    }

    @Test("Numbers at the end of what an integer holds neither trap nor turn into others")
    func extremes() {
        let gpu: [String: FactValue] = [
            "index": .int(.max), "memory_used_mib": .int(.max), "memory_total_mib": .int(.min),
            "temperature_c": .int(.max), "ecc_uncorrected_volatile": .int(.max),
        ]
        let report = Self.row("n", [gpu, gpu], [], ["gpu_count": .int(.max)])
        #expect(GPUTable().rows(for: report).count == 2)
        #expect(GPUWideTable().rows(for: report).first?.contains("\(Int.max)/4") == true)
        let samples = Self.samples([report])
        // Bytes that no integer holds are left out.
        #expect(samples["fleet_gpu_check_gpu_memory_used_bytes"] == nil)
        #expect(samples["fleet_gpu_check_gpu_memory_total_bytes"] == nil)
    }

    @Test("Two GPUs with the same labels are one series, and that is told")
    func duplicates() {
        let gpu: [String: FactValue] = ["index": .int(0), "verdict": .string("fail")]
        let samples = Self.samples([Self.row("n", [gpu, gpu])])
        #expect(samples["fleet_gpu_check_gpu_verdict"]?.count == 1)
        let leftOut = samples["fleet_gpu_check_series_left_out"]
        #expect(leftOut?.map(\.value) == ["1"])
        #expect(leftOut?.first?.labels.contains("reason=\"duplicate\"") == true)
    }

    @Test("What GPUs do not share is shown with every value; what they share, once")
    func common() {
        func gpu(_ index: Int, _ vbios: String?, _ width: Int?) -> [String: FactValue] {
            ["index": .int(index), "vbios": FactValue(vbios), "pcie_width": FactValue(width)]
        }
        let table = GPUWideTable()
        func cell(_ column: String, _ gpus: [[String: FactValue]]) -> String? {
            let place = table.columns.firstIndex { $0.title == column }
            return place.flatMap { table.rows(for: Self.row("n", gpus)).first?[$0] }
        }
        let gpus = [gpu(0, "96.1", 16), gpu(1, "96.2", 16), gpu(2, "96.1", nil)]
        #expect(cell("VBIOS", gpus) == "96.1/96.2" && cell("PCIE", gpus) == "x16")
        #expect(cell("VBIOS", [gpu(0, nil, 8), gpu(1, nil, 4)]) == "-")
        #expect(cell("PCIE", [gpu(0, nil, 8), gpu(1, nil, 4)]) == "x8/4")
    }
}

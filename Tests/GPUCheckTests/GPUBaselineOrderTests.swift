import FanOut
import GPUCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// The comparison of a fleet's GPUs, whatever the order of its rows.
@Suite("Comparing GPUs, in any order")
struct GPUBaselineOrderTests {
    private static let models = ["NVIDIA H100", "NVIDIA A10G"]

    /// A node of GPUs with these values, by fact.
    private static func report(
        _ name: String, partition: String?, model: String, _ gpus: [[String: FactValue]]
    ) -> NodeReport {
        let list = gpus.enumerated().map { index, facts in
            FactValue.object(
                facts.merging([
                    "index": .int(index), "pci": .string("0000:a\(index):00.0"),
                    "name": .string(model),
                ]) { $1 })
        }
        return NodeReport(
            result: NodeResult(node: name, outcome: .finished, launcher: .job),
            judgement: Judgement(facts: ["gpus": .list(list), "driver": .string("580.1")]),
            node: partition.map { Node(name: name, partitions: [$0, "all"]) })
    }

    /// Nodes with random models, partitions, numbers of GPUs and values; some rows have no answer.
    private static func fleet(_ random: inout SeededRandom) -> [NodeReport] {
        (0..<Int.random(in: 0...9, using: &random)).map { number in
            let name = "n\(number)"
            if Int.random(in: 0..<8, using: &random) == 0 {
                return NodeReport(
                    result: NodeResult(node: name, outcome: .notRun), judgement: nil, node: nil)
            }
            let gpus = (0..<Int.random(in: 1...3, using: &random)).map { _ -> [String: FactValue] in
                [
                    "vbios": .string(["96.1", "96.2"][Int.random(in: 0...5, using: &random) / 5]),
                    "pcie_width": .int([16, 8][Int.random(in: 0...5, using: &random) / 5]),
                    "ecc_mode": Bool.random(using: &random) ? .string("Enabled") : .null,
                ]
            }
            return report(
                name, partition: ["gpu", "cpu", nil].randomElement(using: &random) ?? nil,
                model: models.randomElement(using: &random) ?? "", gpus)
        }
    }

    private static func told(_ reports: [NodeReport]) -> [String: Set<String>] {
        Dictionary(
            reports.map { ($0.result.node, Set(($0.judgement?.findings ?? []).map(\.text))) }
        ) { $0.union($1) }
    }

    @Test("The order of the rows changes no finding, and no row is lost, moved or told twice")
    func order() {
        var random = SeededRandom(1410)
        for _ in 0..<150 {
            let reports = Self.fleet(&random)
            let reviewed = GPUBaseline.review(reports)
            #expect(reviewed.map(\.result.node) == reports.map(\.result.node))
            #expect(reviewed.allSatisfy { $0.verdict != .fail && $0.verdict != .unknown })
            #expect(GPUBaseline.review(reviewed) == reviewed)
            let shuffled = GPUBaseline.review(reports.shuffled(using: &random))
            #expect(Self.told(shuffled) == Self.told(reviewed))
        }
    }

    @Test("Other partitions and models have no vote: a fleet is judged as each group alone")
    func groups() {
        var random = SeededRandom(1041)
        for _ in 0..<100 {
            let reports = Self.fleet(&random)
            let groups = Dictionary(grouping: reports) { report in
                let model = report.judgement?.facts["gpus"]?.elements.first?.fields["name"]?.text
                return "\(report.node?.partitions.first ?? "-") \(model ?? "-")"
            }
            let apart = groups.values.flatMap { GPUBaseline.review($0) }
            #expect(Self.told(apart) == Self.told(GPUBaseline.review(reports)))
        }
    }

    /// One fact's values by node, and which nodes are odd.
    private static let votes: [(values: [[Int]], odd: [Int])] = [
        ([[8], [8], [4]], [2]), ([[8], [4]], []), ([[8], [8], [4], [4]], []),
        ([[8, 8], [8, 8], [8, 4]], [2]),
        // One node of many GPUs does not outvote two of one.
        ([[4, 4, 4, 4], [8], [8]], []), ([[8], [8], [8], [4], [4]], [3, 4]),
        ([[16], [8], [4]], []), ([[8], [8], [8]], []), ([[], [8], [8]], []),
        ([[], [8], [8], [4]], [3]), ([[8], [8], [8], []], []),
    ]

    @Test(
        "A majority is more than half of the GPUs on more than half of the nodes",
        arguments: votes.indices)
    func majority(_ index: Int) {
        let (values, odd) = Self.votes[index]
        let reports = values.enumerated().map { number, values in
            Self.report(
                "n\(number)", partition: "gpu", model: "NVIDIA H100",
                (values.isEmpty ? [nil] : values.map { $0 as Int? }).map {
                    ["pcie_width": FactValue($0)]
                })
        }
        let reviewed = GPUBaseline.review(reports)
        let found = reviewed.indices.filter { row in
            reviewed[row].judgement?.codes.contains("gpu.odd.pcie_width") == true
        }
        #expect(found == odd)
        for row in odd {
            let finding = reviewed[row].judgement?.findings.first
            #expect(finding?.message.hasPrefix("PCIe width 4 lanes") == true)
            #expect(finding?.remedy == "reseat the card, or replace it or its slot")
        }
    }

    @Test(
        "Memory may differ by a twentieth, and not by more",
        arguments: [
            (80_000, false), (76_000, false), (75_999, true), (84_000, false), (84_001, true),
            (0, true), (40_000, true),
        ])
    func tolerance(_ mebibytes: Int, _ isOdd: Bool) {
        let reports = [80_000, 80_000, 80_000, mebibytes].enumerated().map {
            Self.report(
                "n\($0)", partition: nil, model: "NVIDIA H100", [["memory_total_mib": .int($1)]])
        }
        let codes = GPUBaseline.review(reports).last?.judgement?.codes
        #expect(codes == (isOdd ? ["gpu.odd.memory_size"] : []))
    }

    @Test("A card's bridge is reseated, a board's fabric manager looked at")
    func cards() {
        for (model, word) in [
            ("NVIDIA H100 NVL", "bridge"), ("NVIDIA H100 80GB", "fabric manager"),
        ] {
            let reports = [12, 12, 12, 6].enumerated().map {
                Self.report("n\($0)", partition: "gpu", model: model, [["nvlink_active": .int($1)]])
            }
            let finding = GPUBaseline.review(reports).last?.judgement?.findings.first
            #expect(finding?.code == "gpu.odd.nvlink" && finding?.remedy?.contains(word) == true)
            #expect(
                finding?.message == "active NVLink count 6 where 3 of 4 \(model) have 12")
        }
    }

    @Test("A node of two models is compared with nodes of the same two, in whatever order they are")
    func mixed() {
        func node(_ name: String, _ models: [String], _ vbios: String) -> NodeReport {
            var report = Self.report(name, partition: "gpu", model: "", [])
            let gpus = models.enumerated().map { index, model in
                FactValue.object([
                    "index": .int(index), "name": .string(model), "vbios": .string(vbios),
                ])
            }
            report.judgement?.facts["gpus"] = .list(gpus)
            return report
        }
        let reviewed = GPUBaseline.review([
            node("n1", Self.models, "1"), node("n2", Self.models.reversed(), "1"),
            node("n3", Self.models, "2"), node("n4", [Self.models[0]], "2"),
        ])
        #expect(
            reviewed.map { $0.judgement?.codes } == [
                [], [], ["gpu.odd.vbios"], [GPUBaseline.undecided],
            ])
        #expect(
            reviewed[2].judgement?.findings.first?.message
                == "VBIOS 2 on all 2 GPUs where 4 of 6 NVIDIA A10G and NVIDIA H100 have 1")
    }
}

import FanOut
import GPUCheck
import SlurmModel
import Testing
import Verdicts

@Suite struct GPUBaselineTests {
    private static let healthy: [String: FactValue] = [
        "name": .string("NVIDIA H100"), "vbios": .string("96.00.74"),
        "gsp_firmware": .string("580.1"), "ecc_mode": .string("Enabled"),
        "persistence_mode": .string("Enabled"), "pcie_width": .int(8), "pcie_gen": .int(5),
        "pcie_under_load": .bool(true), "nvlink_active": .int(18),
        "memory_total_mib": .int(81_559), "verdict": .string("ok"),
    ]

    /// A node of GPUs, the first `changed` of which are different.
    private func report(
        _ name: String, gpus: Int = 2, changed: Int = 0, _ change: [String: FactValue] = [:],
        node facts: [String: FactValue] = [:], partition: String = "gpu"
    ) -> NodeReport {
        let list = (0..<gpus).map { index in
            FactValue.object(
                Self.healthy.merging([
                    "index": .int(index), "pci": .string("0000:a\(index):00.0"),
                ]) { $1 }.merging(index < changed ? change : [:]) { $1 })
        }
        let own: [String: FactValue] = [
            "driver": .string("580.1"), "cuda": .string("13.0"), "gpus": .list(list),
        ]
        return NodeReport(
            result: NodeResult(node: name, outcome: .finished, launcher: .job),
            judgement: Judgement(facts: own.merging(facts) { $1 }),
            node: Node(name: name, partitions: [partition]))
    }

    private func fleet(_ last: NodeReport, of count: Int = 4) -> [Finding] {
        let reports = (1..<count).map { report("n\($0)") } + [last]
        let reviewed = GPUBaseline.review(reports)
        #expect(reviewed.map(\.result.node) == reports.map(\.result.node))
        #expect(reviewed.dropLast().allSatisfy { $0.verdict == .ok })
        #expect(GPUBaseline.review(reviewed) == reviewed, "twice is not once")
        return reviewed.last?.judgement?.findings ?? []
    }

    @Test("A fleet that is alike has nothing odd, on 8 lanes too")
    func alike() {
        #expect(fleet(report("n4")).isEmpty)
    }

    @Test(arguments: [
        ("vbios", "96.00.99", "gpu.odd.vbios"), ("gsp_firmware", "570", "gpu.odd.gsp"),
        ("ecc_mode", "Disabled", "gpu.odd.ecc_mode"),
        ("persistence_mode", "Disabled", "gpu.odd.persistence"),
    ])
    func oddText(_ key: String, _ value: String, _ code: String) {
        let findings = fleet(report("n4", changed: 1, [key: .string(value)]))
        #expect(findings.map(\.code) == [code])
        #expect(findings.first?.severity == .warn)
        #expect(findings.first?.subject == "GPU 0 (0000:a0:00.0)")
        #expect(findings.first?.remedy != nil)
    }

    @Test(arguments: [
        ("pcie_width", 4, "gpu.odd.pcie_width"), ("pcie_gen", 3, "gpu.odd.pcie_generation"),
        ("nvlink_active", 17, "gpu.odd.nvlink"),
        ("memory_total_mib", 65_000, "gpu.odd.memory_size"),
    ])
    func oddNumber(_ key: String, _ value: Int, _ code: String) {
        #expect(fleet(report("n4", changed: 1, [key: .int(value)])).map(\.code) == [code])
    }

    @Test(arguments: [("driver", "gpu.odd.driver"), ("cuda", "gpu.odd.cuda")])
    func oddNode(_ key: String, _ code: String) {
        let findings = fleet(report("n4", node: [key: .string("1.0")]))
        #expect(findings.map(\.code) == [code])
        #expect(findings.first?.subject == nil)
    }

    @Test("The evidence is in the message; a node whose GPUs are all odd has one finding")
    func evidence() {
        let findings = fleet(report("n4", changed: 2, ["vbios": .string("96.00.99")]))
        #expect(
            findings.map(\.message) == [
                "VBIOS 96.00.99 on all 2 GPUs where 6 of 8 NVIDIA H100 have 96.00.74"
            ])
        #expect(findings.first?.subject == nil)
    }

    @Test("At rest a lower generation, and a little memory more or less, say nothing")
    func tolerated() {
        let idle: [String: FactValue] = ["pcie_gen": .int(1), "pcie_under_load": .bool(false)]
        #expect(fleet(report("n4", changed: 2, idle)).isEmpty)
        #expect(fleet(report("n4", changed: 2, ["memory_total_mib": .int(81_000)])).isEmpty)
    }

    @Test("Values that are missing are not compared", arguments: ["vbios", "pcie_width", "name"])
    func missing(_ key: String) {
        #expect(fleet(report("n4", changed: 2, [key: .null])).isEmpty)
    }

    @Test("Other models and other partitions are other fleets")
    func groups() {
        let model = report(
            "n4", changed: 2,
            [
                "name": .string("NVIDIA A10G"), "vbios": .string("94"), "pcie_width": .int(16),
            ])
        #expect(fleet(model).map(\.code) == [GPUBaseline.undecided])
        let partition = report("n4", changed: 2, ["vbios": .string("94")], partition: "other")
        #expect(fleet(partition).map(\.code) == [GPUBaseline.undecided])
    }

    @Test("Below 3 nodes, and where they are divided, it says that there is no majority")
    func undecided() {
        let two = GPUBaseline.review([
            report("n1"), report("n2", changed: 2, ["vbios": .string("94")]),
        ])
        #expect(two.allSatisfy { $0.verdict == .ok })
        #expect(
            two.first?.judgement?.findings.map(\.message) == [
                "2 nodes with NVIDIA H100 in partition gpu: no majority to compare with"
            ])
        let four = GPUBaseline.review([
            report("n1"), report("n2"), report("n3", changed: 2, ["vbios": .string("94")]),
            report("n4", changed: 2, ["vbios": .string("94")]),
        ])
        #expect(four.allSatisfy { $0.verdict == .ok })
        #expect(
            four.last?.judgement?.findings.map(\.message) == [
                "VBIOS: no majority among NVIDIA H100 in partition gpu: 94 (4), 96.00.74 (4)"
            ])
    }

    @Test("Rows without an answer are left as they are")
    func silent() {
        let silent = NodeReport(
            result: NodeResult(node: "n9", outcome: .notRun), judgement: nil, node: nil)
        let reports = [report("n1"), report("n2"), report("n3"), silent]
        #expect(GPUBaseline.review(reports) == reports)
    }

    @Test("Each GPU's verdict follows the findings")
    func verdicts() {
        let probe = GPUCheckSpecification(timeout: 60).probe
        let reviewed = probe.review(
            [report("n1"), report("n2"), report("n3")]
                + [report("n4", changed: 1, ["vbios": .string("94")])])
        let verdicts = reviewed.map { report in
            report.judgement?.facts["gpus"]?.elements.map { $0.fields["verdict"]?.text }
        }
        #expect(verdicts.last == ["warn", "ok"])
        #expect(verdicts.first == ["ok", "ok"])
    }
}

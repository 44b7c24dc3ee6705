import FanOut
import SlurmModel
import Verdicts

/// A probe whose conclusions are given, for shapes that need no nvidia-smi.
struct GivenProbe: Probe {
    let name = "gpu-check"
    let payload = Payload(arguments: ["true"], timeout: 1)
    let use = NodeUse.reads
    let judgement: Judgement

    func judge(_ result: NodeResult, node: Node?) -> Judgement {
        Judgement(withoutAnswer: result) ?? judgement
    }
}

extension Fixtures {
    private static func gpu(_ index: Int, _ changes: [String: FactValue] = [:]) -> FactValue {
        let facts: [String: FactValue] = [
            "index": .int(index), "pci": .string("0000:a\(index):00.0"),
            "name": .string("NVIDIA H100 80GB HBM3"), "verdict": .string("ok"),
            "temperature_c": .int(31 + index), "memory_used_mib": .int(4 + index),
            "memory_total_mib": .int(81_559), "ecc_uncorrected_volatile": .int(0),
            "row_remap_pending": .bool(false), "row_remap_failure": .bool(false),
        ]
        return .object(facts.merging(changes) { $1 })
    }

    private static let lostGPU = gpu(
        3,
        [
            "verdict": .string("fail"), "temperature_c": .null, "memory_used_mib": .null,
            "ecc_uncorrected_volatile": .null, "row_remap_pending": .null,
        ])

    private static func facts(_ gpus: [FactValue], expected: Int) -> [String: FactValue] {
        [
            "driver": .string("580.105.08"), "cuda": .string("13.0"),
            "gpu_count": .int(gpus.filter { $0 != lostGPU }.count), "gpu_expected": .int(expected),
            "gpus": .list(gpus),
        ]
    }

    private static func report(
        _ name: String, _ findings: [Finding], _ facts: [String: FactValue]
    ) -> NodeReport {
        finished(
            name, "", node: healthy,
            probe: GivenProbe(judgement: Judgement(findings: findings, facts: facts)))
    }

    private static let sick: NodeReport = {
        let lost = "GPU 3 (0000:a3:00.0)"
        return report(
            "gpu-6",
            [
                Finding(
                    .fail, code: "gpu.count", message: "3 of 4 GPUs answer: 0000:a0:00.0",
                    remedy: "drain the node, power it off and on"),
                Finding(
                    .fail, code: "gpu.lost", subject: lost,
                    message: "fallen off the bus (GPU is lost)", remedy: "reboot the node"),
                Finding(
                    .warn, code: "gpu.remap_pending", subject: "GPU 1 (0000:a1:00.0)",
                    message: "a row of memory waits to be remapped",
                    remedy: "reset the GPU when it is idle"),
                Finding(.info, code: "gpu.persistence", message: "persistence mode is off"),
            ],
            facts(
                [
                    gpu(0, ["memory_used_mib": .int(79_000)]),
                    gpu(
                        1,
                        [
                            "verdict": .string("warn"), "row_remap_pending": .bool(true),
                            "memory_used_mib": .int(80_123),
                        ]),
                    gpu(2),
                    lostGPU,
                ], expected: 4))
    }()

    /// A `fleet gpu-check`.
    static let gpuReports: [NodeReport] = {
        let none = GivenProbe(judgement: Judgement())
        return [
            report("gpu-1", [], facts((0..<2).map { gpu($0) }, expected: 2)),
            notRun(drained, probe: none),
            sick,
            ended(
                "gpu-7", .timedOut, "still running after 60 s", node: healthy, probe: none),
            report(
                "gpu-8",
                [
                    Finding(
                        .fail, code: "gpu.driver",
                        message:
                            "nvidia-smi cannot communicate with the NVIDIA driver (exit 9)",
                        remedy: "load or reinstall the driver, then check again"),
                    // A GPU that is named and not listed must not get lost in the table of GPUs.
                    Finding(
                        .fail, code: "gpu.handle", subject: "GPU 0000:b1:00.0",
                        message: "Unable to determine the device handle", remedy: "reboot the node"),
                ],
                ["driver": .null, "gpu_count": .null, "gpu_expected": .int(8), "gpus": .list([])]),
        ]
    }()
}

@testable import Health
import SlurmModel
import Terminal
import Testing
import Verdicts

@Suite("Which checks a health check makes") struct HealthPlanTests {
    private let candidates = [
        HealthPlan.Candidate(
            "gpu-check", codes: ["gpu.xid", "gpu.xid.old", "gpu.ecc"], need: .gpus
        ) { _ in HealthFixtures.probe("gpu") },
        HealthPlan.Candidate("check-mount", codes: ["mount.hung", "mount.slow"]) { _ in
            HealthFixtures.probe("mount")
        },
        HealthPlan.Candidate("check disk", aliases: ["disk"], codes: ["check.disk.used"]) { _ in
            HealthFixtures.probe("disk")
        },
    ]

    private func plan(only: [String] = [], skip: [String] = []) throws(UsageError) -> HealthPlan {
        try HealthPlan(candidates, only: only, skip: skip, policy: FindingPolicy())
    }

    @Test(
        "--only and --skip take names of checks and beginnings of codes",
        arguments: [
            ([], [], ["gpu-check", "check-mount", "check disk"], nil),
            (["disk"], [], ["check disk"], "5 checks, 1 run, 4 left out by --only"),
            (
                ["gpu.xid", "mount.hung"], [], ["gpu-check", "check-mount"],
                "5 checks, 2 run, 3 left out by --only"
            ),
            (
                [], ["check-mount"], ["gpu-check", "check disk"],
                "5 checks, 3 run, 2 left out by --skip"
            ),
            (
                [], ["gpu.ecc"], ["gpu-check", "check-mount", "check disk"],
                "5 checks, 4 run, 1 left out by --skip"
            ),
            (
                ["gpu-check"], ["gpu.ecc"], ["gpu-check"],
                "5 checks, 1 run, 4 left out by --only and --skip"
            ),
        ] as [([String], [String], [String], String?)])
    func parts(_ only: [String], _ skip: [String], _ names: [String], _ words: String?) throws {
        let plan = try plan(only: only, skip: skip)
        #expect(plan.parts.map(\.name) == names)
        #expect(plan.coverage.words == words)
    }

    @Test(
        "A word that means nothing, and nothing left, are errors",
        arguments: [(["gpu.xyd"], []), ([], ["disks"]), (["disk"], ["disk"])])
    func errors(_ only: [String], _ skip: [String]) {
        #expect(throws: UsageError.self) { try plan(only: only, skip: skip) }
    }

    @Test(
        "A check of which every finding is left out is not made: nobody would see that it looks at nothing",
        arguments: [
            ([], ["gpu"], ["check-mount", "check disk"], 3),
            ([], ["gpu.", "mount.hung", "mount.slow"], ["check disk"], 1),
            (["gpu.xid", "mount"], ["gpu.xid"], ["check-mount"], 2),
            ([], ["gpu.xid"], ["gpu-check", "check-mount", "check disk"], 4),
            (["gpu.xid"], ["gpu.xid.old"], ["gpu-check"], 1),
        ] as [([String], [String], [String], Int)])
    func nothingLeft(_ only: [String], _ skip: [String], _ names: [String], _ run: Int) throws {
        let plan = try plan(only: only, skip: skip)
        #expect(plan.parts.map(\.name) == names)
        #expect(plan.coverage.run == run && plan.coverage.total == 5)
    }

    @Test("Where that leaves no check at all, nothing is asked and nothing is green")
    func nothingAtAll() {
        for (only, skip) in [
            ([], ["gpu", "mount", "check"]), (["gpu.xid"], ["gpu"]), (["mount"], ["mount."]),
        ] as [([String], [String])] {
            let error = #expect(throws: UsageError.self) { try plan(only: only, skip: skip) }
            #expect(error?.description == "--only and --skip leave no check.")
        }
    }

    @Test("Each part has the words of the flags that are about it, and no others")
    func words() throws {
        var made: [String: FindingPolicy] = [:]
        let plan = try HealthPlan(
            [
                .init("gpu-check", codes: ["gpu.xid", "gpu.ecc"]) {
                    made["gpu"] = $0
                    return HealthFixtures.probe("gpu")
                },
                .init("check-mount", codes: ["mount.hung"]) {
                    made["mount"] = $0
                    return HealthFixtures.probe("mount")
                },
            ], only: ["gpu.xid", "check-mount"], skip: ["gpu.e"],
            policy: FindingPolicy())
        #expect(plan.parts.count == 2)
        #expect(made["gpu"]?.only == ["gpu.xid"] && made["gpu"]?.skip == ["gpu.e"])
        #expect(made["mount"]?.only == [] && made["mount"]?.skip == [])
    }
}

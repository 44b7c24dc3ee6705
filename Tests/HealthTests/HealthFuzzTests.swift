@testable import FanOut
import GPUCheck
@testable import Health
import LustreCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Answers of `fleet health`: damaged as long as time allows, in a process of its own.
@Suite("Fuzzing: health", .timeLimit(.minutes(10)))
struct HealthFuzzTests {
    @Test("The answers of several checks in one") func answers() async {
        await #expect(processExitsWith: .success) {
            let words = [
                "@fleet health 1\n", "@fleet part 2 exit=0", "@fleet end 2\n", "late=yes",
                "whole=no", "stdout=", "stderr=9", "applies=no", "hundredths=",
            ]
            var mounts = LustreSettings()
            mounts.fstabTypes = ["lustre"]
            let specification = HealthFixtures.specification([
                HealthPart("gpu-check", GPUCheckSpecification(timeout: 60), need: .gpus),
                HealthPart("check-mount", CheckMountSpecification(mounts, timeout: 30)),
            ])
            let node = Node(
                name: "gpu-1", partitions: ["p"], gpus: [GPUCount(type: nil, total: 4, used: 0)])
            Fuzzing.run("health", pieces: words) { bytes in
                let result = NodeResult(
                    node: "gpu-1", outcome: .finished, exit: .exited(0), launcher: .job,
                    stdout: bytes)
                let report = NodeReport(result: result, node: node, probe: specification.probe)
                // Both checks that were asked have answered as a whole; more than was asked for says nothing.
                let sections = HealthAnswer(bytes).sections
                precondition(
                    report.verdict != .ok || (0..<2).allSatisfy { sections[$0]?.isWhole == true })
                let reviewed = specification.probe.review([report, report, report])
                precondition(reviewed.count == 3)
                _ = specification.parts(of: reviewed).map(\.reports.count)
            }
        }
    }
}

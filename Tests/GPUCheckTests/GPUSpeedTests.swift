import Foundation
import GPUCheck
import Testing
@testable import Verdicts

@Suite struct GPUSpeedTests {
    /// Prints what judging a node costs; FLEET_SPEED_NODES=1000 in a release build is the figure of the goal.
    @Test("Judging many nodes takes little time")
    func judging() {
        let nodes =
            ProcessInfo.processInfo.environment["FLEET_SPEED_NODES"].flatMap(Int.init) ?? 10
        // As large as an answer of 8 H100 without its clocks, 95 KB.
        let gpus = (0..<8).map { index in
            (0..<200).reduce(SMIGPU.hopper(index)) { gpu, number in
                gpu.with("more_\(number)/some_longer_name", "\(number * 7919 % 1000) MHz")
            }
        }
        let evidence = GPUEvidence(SMIDocument(gpus))
        let start = ContinuousClock.now
        for _ in 0..<nodes { #expect(GPUCheck.judge(evidence).judgement.findings == []) }
        let taken = ContinuousClock.now - start
        print(
            "gpu-check: \(nodes) nodes of 8 GPUs (\(evidence.stdout.count) bytes) judged in \(taken)"
        )
    }
}

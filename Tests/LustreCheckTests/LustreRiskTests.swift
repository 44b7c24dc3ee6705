import SlurmModel
import Testing
@testable import Verdicts

/// Answers that could make fleet green without cause, or bring it down.
@Suite struct LustreRiskTests {
    /// With every OST gone Lustre (lazystatfs) answers with a size of 0: that is no healthy mount.
    @Test func sizeOfNothing() {
        let judgement = LustreAnswer().with("statfs", "4096 0 0 0 0 0").checked()
        #expect(judgement.verdict == .unknown)
    }

    /// Figures near the end of the number range are one node's nonsense: no sum may trap.
    @Test func figuresThatOverflow() async {
        await #expect(processExitsWith: .success) {
            let most = Int.max
            _ = LustreAnswer().with("statfs", "1 \(most) 0 \(most) 0 0").checked()
        }
    }

    /// A file system that turned itself read-only says so only in the super block's options.
    @Test func readOnlyByItself() {
        let judgement = LustreAnswer().with("mount_options", "rw,noatime,ro,flock").checked()
        #expect(judgement.findings.map(\.code) == ["mount.read_only"])
    }
}

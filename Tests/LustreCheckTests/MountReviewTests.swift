@testable import FanOut
@testable import LustreCheck
import SlurmModel
import Testing
@testable import Verdicts

/// What check-mount finds by comparing nodes.
@Suite struct MountReviewTests {
    private func rows(
        _ answers: [LustreAnswer], partition: (Int) -> String = { _ in "gpu" }
    ) -> [NodeReport] {
        let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30)
        return answers.enumerated().map { index, answer in
            NodeReport(
                result: NodeResult(
                    node: "n\(index)", outcome: .finished, exit: .exited(0),
                    stdout: Array(answer.text.utf8)),
                node: Node(name: "n\(index)", partitions: [partition(index)]), probe: probe)
        }
    }

    private func reviewed(_ reports: [NodeReport]) -> [[String]] {
        let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30)
        let once = probe.review(reports)
        #expect(probe.review(once) == once)
        return once.map { $0.judgement?.mountCodes ?? [] }
    }

    private let other = LustreAnswer().with("mount_source", "10.9.9.9@tcp:/other")
        .with("fstab_source", "10.9.9.9@tcp:/other")

    @Test func alike() {
        #expect(reviewed(rows(Array(repeating: LustreAnswer(), count: 6))).joined().isEmpty)
    }

    /// A node whose fstab is consistent with itself, and with nobody else.
    @Test func source() {
        let reports = rows([LustreAnswer(), other, LustreAnswer()])
        #expect(reviewed(reports) == [[], ["odd.source"], []])
        // Two cannot tell who is right, and each partition may have its own file system.
        #expect(reviewed(rows([LustreAnswer(), other])).joined().isEmpty)
        let split = rows([LustreAnswer(), LustreAnswer(), LustreAnswer(), other, other, other]) {
            $0 < 3 ? "gpu" : "cpu"
        }
        #expect(reviewed(split).joined().isEmpty)
    }

    @Test(
        "Two ways to write a source are one source",
        arguments: [
            ("10.0.0.1@tcp:/fs", "10.0.0.1@tcp0:/fs", true),
            ("10.0.0.1@o2ib:10.0.0.2@o2ib:/fs", "10.0.0.2@o2ib0:10.0.0.1@o2ib:/fs", true),
            ("fe80::1@tcp:/fs/a", "FE80::1@tcp0:/fs/a", true),
            ("10.0.0.1@o2ib1:/fs", "10.0.0.1@o2ib10:/fs", false),
            ("10.0.0.1@tcp:/fs", "10.0.0.1@tcp:/gs", false),
            ("10.0.0.1@tcp:/fs", "10.0.0.1@tcp1:/fs", false),
            ("nas:/export", "nas0:/export", false), ("u@h:/x", "u@h1:/x", false),
        ])
    func comparable(_ one: String, _ two: String, _ same: Bool) {
        #expect((MountReview.comparable(one) == MountReview.comparable(two)) == same)
    }

    @Test func client() {
        let newer = LustreAnswer().with("client_version", "2.16.1")
        #expect(
            reviewed(rows([newer, LustreAnswer(), LustreAnswer()])) == [["odd.client"], [], []])
    }

    /// A mount that most nodes look for must not be silently absent on one.
    @Test func path() {
        let two = LustreAnswer().adding(
            "mount=/scratch", "fstab_source=\(LustreAnswer.source)", "mount_type=lustre",
            "mount_source=\(LustreAnswer.source)", "mount_options=rw", "source_matches=yes",
            "types=lustre", "fstab_type=lustre", "statfs=4096 1000 400 300 5000 4000 bd00bd0")
        let reports = rows([two, two, LustreAnswer()])
        #expect(reviewed(reports) == [[], [], ["odd.path"]])
    }

    @Test(
        "An operation that takes 10 times the median and half a second",
        arguments: [(10, 500, true), (10, 490, false), (60, 590, false), (60, 600, true)])
    func slow(median: Int, time: Int, isSlow: Bool) {
        let usual = LustreAnswer().with("took_statfs", "\(median)")
        let slow = LustreAnswer().with("took_statfs", "\(time)")
        let found = reviewed(rows([usual, usual, slow, usual, usual]))
        #expect(found == [[], [], isSlow ? ["slow"] : [], [], []])
        #expect(reviewed(rows([usual, usual, slow, usual])).joined().isEmpty)
    }

    /// A client that has just been mounted is still connecting.
    @Test func rightAfterAMount() {
        let usual = LustreAnswer().with("took_statfs", "10")
        let slow = LustreAnswer().with("took_statfs", "5000")
        let reports = rows([usual, usual, slow, usual, usual])
        let review = MountReview(limits: MountLimits(), comparesTimes: false)
        #expect(review.review(reports).allSatisfy { $0.judgement?.mountCodes.isEmpty == true })
    }

    @Test("Rows without an answer take no part, and stay as they are")
    func silent() {
        var reports = rows([LustreAnswer(), LustreAnswer(), LustreAnswer()])
        reports[1] = NodeReport(
            result: NodeResult(node: "n1", outcome: .timedOut), node: nil,
            probe: CheckMountProbe(settings: LustreSettings(), timeout: 30))
        let after = CheckMountProbe(settings: LustreSettings(), timeout: 30).review(reports)
        #expect(after == reports)
    }
}

import FanOut
@testable import LustreCheck
import SlurmModel
import Testing
import Verdicts

/// How the answer of mount-lustre is read, whole, in parts, and with words that somebody else put into it.
@Suite("The answer of a repair")
struct RepairAnswerTests {
    private static let source = "10.1.30.23@tcp:/proj"

    /// What the node says of one mount.
    private static func report(_ path: String) -> [String] {
        [
            "report=\(path)", "mount_table=yes", "mount=\(path)", "types=lustre",
            "fstab_source=\(source)", "fstab_options=flock", "mount_type=lustre",
            "mount_source=\(source)", "mount_options=rw,flock", "source_matches=yes",
            "statfs=4096 1000 400 300 5000 4000 bd00bd0", "touched=1",
        ]
    }

    private static let head = [
        "plan=module-load modprobe lustre", "at=/a", "plan=mount mount /a", "at=/b",
        "plan=mount mount /b", "at=", "step=module-load done loaded lustre", "at=/a",
        "step=mount done mounted \(source)", "at=/b", "step=mount done mounted \(source)", "at=",
    ]
    private static let lines = head + report("/a") + report("/b") + ["end=1"]

    private static func bytes(_ lines: [String]) -> [UInt8] {
        Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func read(_ lines: [String]) -> RepairAnswer {
        RepairAnswer(bytes(lines), mountPoint: "/lustre")
    }

    private static func judged(_ bytes: [UInt8]) -> Judgement {
        var repair = RepairSettings()
        repair.everyLine = true
        return MountLustreProbe(settings: LustreSettings(), repair: repair, timeout: 600).judge(
            NodeResult(node: "n", outcome: .finished, exit: .exited(0), stdout: bytes), node: nil)
    }

    @Test("Steps and plans belong to the mount that was named last, or to the node")
    func places() {
        let answer = Self.read(Self.lines)
        #expect(answer.plan.map(\.mountPoint) == [nil, "/a", "/b"])
        #expect(answer.plan.map(\.command) == ["modprobe lustre", "mount /a", "mount /b"])
        #expect(answer.steps.map(\.mountPoint) == [nil, "/a", "/b"])
        #expect(answer.steps.map(\.name) == ["module-load", "mount", "mount"])
        #expect(answer.reports.map(\.mountPoint) == ["/a", "/b"])
        #expect(answer.isComplete && !answer.wasMounted)
        #expect(Self.judged(Self.bytes(Self.lines)).verdict == .ok)
    }

    /// What came home before the cut is what it would have been in the whole answer; what did not is never invented.
    @Test("Cut at every byte: never complete, never ok, and nothing in it but what was said")
    func everyCut() {
        let whole = Self.bytes(Self.lines)
        let all = RepairAnswer(whole, mountPoint: "/lustre")
        for length in 0..<(whole.count - 1) {
            let cut = RepairAnswer(Array(whole[..<length]), mountPoint: "/lustre")
            #expect(!cut.isComplete, "\(length)")
            // Only the last line may be shorter than it was.
            #expect(
                cut.steps.dropLast().elementsEqual(all.steps.prefix(max(0, cut.steps.count - 1))))
            #expect(cut.plan.dropLast().elementsEqual(all.plan.prefix(max(0, cut.plan.count - 1))))
            #expect(zip(cut.steps, all.steps).allSatisfy { $0.succeeded == $1.succeeded })
            #expect(zip(cut.steps, all.steps).allSatisfy { $1.message.hasPrefix($0.message) })
            #expect(cut.reports.count <= 2)
        }
        // The last byte is a line end, which may be lost.
        #expect(RepairAnswer(whole.dropLast(), mountPoint: "/lustre") == all)
        for length in stride(from: 0, to: whole.count - 1, by: 11) {
            #expect(Self.judged(Array(whole[..<length])).verdict == .unknown, "\(length)")
        }
    }

    @Test(
        "What stands behind the last line was not written by the repair: the answer is not whole",
        arguments: [
            "step=mount done mounted x", "plan=mount mount /x", "at=/x", "already=1", "report=/x",
            "mount_type=lustre", "end=0", "x=",
        ])
    func behindTheEnd(_ line: String) {
        #expect(!Self.read(Self.lines + [line]).isComplete)
        #expect(!Self.read(["already=1", "end=1", line]).isComplete)
        // Said again, the end is the end.
        #expect(Self.read(Self.lines + [line, "end=1"]).isComplete)
    }

    @Test("Words without a sign of equality are a tool's, and count nowhere")
    func noise() {
        let noise = ["", "Reading package lists...", "\u{1b}[31mred", "\r", "end"]
        let mixed = Self.lines.flatMap { [$0] + noise }
        #expect(Self.read(mixed) == Self.read(Self.lines))
    }

    @Test(
        "Lines of another form are no steps and no plans",
        arguments: [
            "step=", "step=mount", "step=mount ok done", "step=mount  done x", "step=mount Done x",
            "plan=", "plan=mount", "plan= mount", "Step=mount done x", "step =mount done x",
        ])
    func otherForms(_ line: String) {
        let answer = Self.read([line, "end=1"])
        #expect(answer.steps.isEmpty && answer.plan.isEmpty)
    }

    @Test(
        "A message is kept to its last character, whatever is in it",
        arguments: [
            "a=b=c", "two  spaces", "done failed done", "\u{1b}]0;title\u{7}", "é\u{301}\u{200d}",
            "10.0.0.1@tcp:/fs failed: x\r", "",
        ])
    func messages(_ text: String) throws {
        let answer = Self.read(["step=mount failed \(text)", "end=1"])
        let step = try #require(answer.steps.first)
        #expect(step.message.unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(!step.succeeded && step.mountPoint == nil)
        let finding = MountStepFailure(step: step, subject: "/a").finding
        #expect(finding.message.hasPrefix("mount failed: ") && finding.severity == .fail)
        #expect(finding.code == "mount.step.mount" && finding.remedy != nil)
    }

    @Test("The lines before the first report are about the mount that was asked for")
    func withoutReport() {
        let answer = Self.read(["mount_table=yes", "mount=/x", "end=1"])
        #expect(answer.reports.map(\.mountPoint) == ["/lustre"])
        let report = answer.reports.first
        let said = "mount_table=yes\nmount=/x\n"
        #expect(
            report.map { String(decoding: $0.bytes(isWhole: true), as: UTF8.self) }
                == said + "end=1\n")
        #expect(report.map { String(decoding: $0.bytes(isWhole: false), as: UTF8.self) } == said)
    }

    @Test(
        "A step that failed for the node hides no mount's fault behind another's, and is told once")
    func failures() {
        func codes(_ lines: [String]) -> [String] {
            Self.judged(Self.bytes(lines)).findings.filter { $0.severity > .info }
                .map { "\($0.code) \($0.subject ?? "-")" }
        }
        let sick = Self.report("/b").map { $0 == "mount_type=lustre" ? "mount_type=" : $0 }
        // One mount's own failure explains that mount alone.
        let one = ["at=/b", "step=mount failed mount.lustre: x", "at="]
        #expect(codes(one + Self.report("/a") + sick + ["end=1"]) == ["mount.step.mount /b"])
        #expect(codes(Self.report("/a") + sick + ["end=1"]) == ["mount.not_mounted /b"])
        let other = ["at=/a", "step=mount failed mount.lustre: x", "at="]
        #expect(
            codes(other + Self.report("/a") + sick + ["end=1"])
                == ["mount.step.mount /a", "mount.not_mounted /b"])
        // The module's concerns them all.
        let node = ["step=module-load failed modprobe: ERROR: x"]
        #expect(codes(node + Self.report("/a") + sick + ["end=1"]) == ["mount.step.module-load -"])
    }

    @Test("Ended before its answer: the last step that was done is told", arguments: [0, 1, 3])
    func late(_ count: Int) throws {
        let steps = ["fstab done wrote it", "module-load done loaded lustre", "mount done mounted"]
        let said = steps.prefix(count).map { "step=" + $0 }
        let judgement = MountLustreProbe(settings: LustreSettings(), timeout: 600).judge(
            NodeResult(
                node: "n", outcome: .timedOut, reason: "still running after 600 s",
                stdout: Self.bytes(said)), node: nil)
        let finding = try #require(judgement.findings.first)
        let words = [
            0: ", before its first step was done", 1: ", after fstab: wrote it",
            3: ", after mount: mounted",
        ]
        #expect(finding.message.hasSuffix(words[count] ?? "-") && judgement.verdict == .unknown)
        #expect(judgement.facts["steps"]?.elements.count == count)
    }
}

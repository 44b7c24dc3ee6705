@testable import Commands
@testable import FanOut
import Foundation
import SlurmModel
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

@Suite(.serialized) struct DoctorTests {
    @Test(
        arguments: [
            ("22.05.8", "22.05.8", .ok), ("22.05.8", "22.05.2", .ok), ("22.05.8", "23.02.1", .warn),
            ("22.05.8", "23.11.0", .warn), ("22.05.8", "24.05.0", .fail),
            ("23.11.0", "24.11.5", .warn), ("23.02.7", "24.11.5", .warn),
            ("22.05.8", "24.11.5", .fail), ("24.11.5", "22.05.8", .fail),
            // One that this fleet does not know yet.
            ("26.05.0", "27.11.0", .warn), ("26.11.0", "26.11.1", .warn),
            ("26.05.5", "26.05.3", .ok), ("25.05.1", "25.05.1", .ok), ("22.05.8", nil, .unknown),
            ("22.05.8", "", .unknown),
        ] as [(String, String?, Verdict)])
    func releases(_ library: String, _ controller: String?, _ verdict: Verdict) {
        let line = DoctorJudge.release(library: library, controller: controller)
        #expect(line.verdict == verdict, "\(line.text)")
        #expect((line.fix == nil) == (verdict == .ok || verdict == .unknown))
    }

    /// slurmctld of another release does not answer; its programs beside slurm.conf tell.
    @Test(
        arguments: [
            ("22.05.8", "22.05.8", .ok, ""), ("22.05.8", "24.11.5", .fail, "another Slurm release"),
            ("22.05.8", "26.05.5", .fail, "another Slurm release"),
            ("24.11.5", "22.05.8", .fail, "another Slurm release"),
            ("24.11.5", "26.05.5", .fail, "another Slurm release"),
            ("26.05.5", "22.05.8", .fail, "another Slurm release"),
            ("26.05.5", "24.11.5", .fail, "another Slurm release"),
            ("26.11.0", "26.11.0", .warn, "untried"),
        ] as [(String, String, Verdict, String)])
    func releaseBeside(_ library: String, _ beside: String, _ verdict: Verdict, _ words: String) {
        let line = DoctorJudge.release(
            library: library, controller: nil, beside: (beside, "/opt/slurm/bin/scontrol"))
        #expect(line.verdict == verdict && (words.isEmpty || line.text.contains(words)), "\(line)")
        #expect(line.text.contains("/opt/slurm/bin/scontrol is \(beside)"))
    }

    @Test(
        arguments: [
            (1_000, .ok), (1_012, .ok), (995, .ok), (994, .warn), (1_018, .warn), (880, .fail),
            (1_131, .warn), (1_132, .fail), (nil, .unknown),
        ] as [(Int?, Verdict)])
    func clocks(_ clock: Int?, _ verdict: Verdict) {
        let line = DoctorJudge.clock(of: "gpu-1", clock, from: 1_000, to: 1_012)
        #expect(line.verdict == verdict, "\(line.text)")
    }

    private func shared(
        _ outcome: Outcome, exit: SlurmModel.ExitStatus? = nil, reason: String? = nil
    ) -> DoctorLine {
        let result = NodeResult(
            node: "gpu-1", outcome: outcome, exit: exit, launcher: .job, jobID: 7, reason: reason)
        return DoctorJudge.shared(
            "/shared/runs", NodeReport(result: result, judgement: nil, node: nil))
    }

    @Test("Only an answer that came back through the folder proves it")
    func folder() {
        #expect(shared(.finished, exit: .exited(0)).verdict == .ok)
        #expect(shared(.garbled).verdict == .fail)
        #expect(shared(.launchFailed, reason: "no space").verdict == .fail)
        for outcome in [Outcome.notRun, .cancelled, .timedOut, .nodeFailed] {
            #expect(shared(outcome, reason: "busy").verdict == .unknown)
        }
        #expect(shared(.finished, exit: .exited(1)).verdict == .unknown)
        #expect(DoctorJudge.shared("/x", nil).verdict == .unknown)
    }

    @Test func rights() {
        #expect(DoctorJudge.rights(user: 0, name: "root", slurmUser: nil).verdict == .ok)
        #expect(DoctorJudge.rights(user: 5, name: "slurm", slurmUser: 5).text.contains("may drain"))
        #expect(DoctorJudge.rights(user: 6, name: "ann", slurmUser: 5).text.contains("ordinary"))
        #expect(DoctorJudge.rights(user: 6, name: "ann", slurmUser: nil).verdict == .unknown)
    }

    @Test(
        arguments: [
            (["LANG": "C.UTF-8"], .ok), (["LC_ALL": "en_US.utf8", "LANG": "C"], .ok),
            (["LC_ALL": "C", "LANG": "C.UTF-8"], .warn),
            (["LC_ALL": "", "LANG": "ko_KR.UTF-8"], .ok),
            ([:], .warn),
        ] as [([String: String], Verdict)])
    func locales(_ environment: [String: String], _ verdict: Verdict) {
        #expect(DoctorJudge.locale(environment).verdict == verdict)
    }

    private static let lines = [
        DoctorLine("slurm.conf", .ok, "/opt/slurm/etc/slurm.conf: cluster demo, slurmctld on head"),
        DoctorLine(
            "munge", .fail,
            "munge: Error: Failed to access \"/run/munge/munge.socket.2\": No such file or directory",
            fix: "systemctl status munge; the same /etc/munge/munge.key on every machine"),
        DoctorLine("slurmctld", .unknown, "not asked"),
        DoctorLine("srun", .warn, "not in PATH, nor in /usr/bin", fix: "put it into PATH"),
    ]

    @Test func report() throws {
        let report = DoctorReport(Self.lines)
        try Golden.check(report.lines(width: nil), "doctor")
        try Golden.check(report.lines(width: 80), "doctor-80")
        try Golden.check(JSONOutput.pretty(report.json), "doctor-json")
        #expect(report.exitCode == 1)
        #expect(DoctorReport([Self.lines[0], Self.lines[3]]).exitCode == 0)
        #expect(DoctorReport([Self.lines[0], Self.lines[2]]).exitCode == 2)
    }

    /// Without slurm.conf, without munge, without a job: every line comes all the same, and at once.
    @Test func nothingThere() async throws {
        let folder = try TemporaryFolder()
        let environment = [
            "SLURM_CONF": folder.path + "/none", "HOME": folder.path, "PATH": "/nowhere",
        ]
        let lines = await Doctor(
            environment: environment, runDir: folder.path, sendsJob: true
        ).lines()
        #expect(
            lines.map(\.name) == [
                "slurm.conf", "settings", "munge", "slurmctld", "srun", "scontrol", "run directory",
                "history", "locale",
            ])
        #expect(lines[0].verdict == .fail && lines[0].text.contains("\(folder.path)/none"))
        #expect(lines[3].verdict == .unknown && lines[6].verdict == .unknown)
    }

    @Test("A program that does not end gets its time, and no more")
    func bounded() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let none = try await BoundedProgram.run("/bin/sh", ["-c", "sleep 3000"], seconds: 0.3)
        #expect(none == nil)
        #expect(clock.now - begin < .seconds(300))
        let ended = try #require(
            try await BoundedProgram.run(
                "/bin/sh", ["-c", "cat; echo one >&2; echo two >&2; exit 3"], input: "x",
                seconds: 20
            ))
        #expect(!ended.isSuccess && ended.output == "x" && ended.firstLine == "one")
    }
}

import FanOut
import Terminal
import Testing
import Verdicts

@testable import Reports

/// What stands below a run's rows: the counts, what was not looked at, and why nothing could be sent.
@Suite struct ClosingTests {
    private static func checks(
        _ total: FactValue, _ ran: FactValue, _ notRun: [FactValue] = [], notes: [FactValue] = []
    ) -> [String: FactValue] {
        [
            "checks": .object([
                "total": total, "ran": ran, "not_run": .list(notRun), "notes": .list(notes),
            ])
        ]
    }

    private static func missing(_ check: String, _ reason: String) -> FactValue {
        .object(["check": .string(check), "reason": .string(reason)])
    }

    @Test("Checks that did not run for one reason stand together, in the order they came")
    func coverage() {
        let coverage = CheckCoverage(
            Self.checks(
                .int(9), .int(5),
                [
                    Self.missing("xid", "no root"), Self.missing("ecc", "too old"),
                    Self.missing("kernel", "no root"), .string("bare words"), .object([:]),
                ], notes: [.string("one more"), .int(1)]))
        #expect(
            coverage?.words
                == "9 checks, 5 ran, 4 not: xid, kernel: no root; ecc: too old; bare words; no reason given; one more"
        )
        #expect(coverage?.figures == "5/9")
    }

    @Test(
        "Figures that cannot be, as a damaged file may have them, end nothing",
        arguments: [
            (FactValue.int(.max), FactValue.int(.min), "0/9223372036854775807"),
            (.int(.min), .int(.max), "9223372036854775807/-9223372036854775808"),
            (.int(3), .int(5), "5/3"), (.int(0), .int(0), "0/0"), (.string("3"), .int(1), nil),
            (.int(3), .null, nil), (.double(3), .int(1), nil),
        ] as [(FactValue, FactValue, String?)])
    func figures(_ total: FactValue, _ ran: FactValue, _ figures: String?) {
        let coverage = CheckCoverage(Self.checks(total, ran))
        #expect(coverage?.figures == figures)
        #expect(coverage.map { $0.words.contains("checks, ") } ?? true)
    }

    @Test("No fact, no line")
    func none() {
        #expect(CheckCoverage([:]) == nil && CheckCoverage(["checks": .list([])]) == nil)
        #expect(ClosingLines.lines(for: [], width: 80) == [])
        #expect(
            ClosingLines.lines(for: [Rows.judged("n1"), Rows.ended("n2", .notRun)], width: nil)
                == [])
    }

    private func reached(_ node: String, _ note: String, _ launcher: Launcher? = .direct)
        -> NodeReport
    {
        var report = Rows.judged(node)
        (report.result.note, report.result.launcher) = (note, launcher)
        return report
    }

    @Test("Nodes that were reached in another way are told with the reason, the most first")
    func launchers() {
        var notRun = reached("n9", "drained")
        notRun.judgement = nil
        let reports = [
            reached("n1", "busy"), reached("n2", "drained"), reached("n3", "drained"),
            reached("n4", "x", nil), notRun,
        ]
        #expect(
            ClosingLines.lines(for: reports, width: nil) == [
                "", "n[2-3] (2 nodes): [direct: drained]", "n1: [direct: busy]", "n4: [?: x]",
            ])
    }

    @Test("Eight reasons are told one by one; of more, only how to see them", arguments: [8, 9])
    func manyReasons(_ count: Int) {
        let reports = (1...count).map { reached("n\($0)", "reason \($0)") }
        let lines = ClosingLines.lines(for: reports, width: nil).dropFirst()
        #expect(
            count == 8
                ? lines.count == 8
                : Array(lines) == ["n[1-9] (9 nodes): reached by launcher direct; why: --wide"])
    }

    @Test("That nodes had none to be compared with is said once, and no other finding is")
    func compared() {
        let alone = Finding(.info, code: "gpu.odd.no_majority", message: "2 nodes are too few")
        let reports = [
            Rows.judged("n1", [alone, Finding(.info, code: "gpu.note", message: "not this")]),
            Rows.judged("n2", [alone, Finding(.warn, code: "gpu.odd.vbios", message: "nor this")]),
        ]
        #expect(
            ClosingLines.lines(for: reports, width: nil) == [
                "", "not compared: 2 nodes are too few",
            ])
    }

    @Test(
        "Lines fit the terminal, those that go on are set in, and nothing in them steers it",
        arguments: [22, 40, 80])
    func width(_ width: Int) {
        let reports =
            (1...60).map { reached("compute-gpu-st-\($0 * 3)", "drained by root: \u{1b}[31mfan") }
            + [
                Rows.judged(
                    "한글-1",
                    facts: Self.checks(
                        .int(18), .int(17), [.string("長い理由 " + String(repeating: "理由 ", count: 30))]
                    ))
            ]
        let lines = ClosingLines.lines(for: reports, width: width)
        #expect(lines.first == "" && lines.count > 3)
        for line in lines {
            #expect(TerminalText.width(line) <= width, "\(line)")
            #expect(!line.contains("\u{1b}"))
        }
        let begins = lines.dropFirst().filter { !$0.hasPrefix("  ") }
        #expect(begins.count == 2)
    }

    @Test(
        "The closing line counts each verdict that there is, and names the run",
        arguments: [
            ([], "0 nodes (run R)"), ([.ok], "1 node: 1 ok (run R)"),
            ([.fail, .ok, nil, .ok], "4 nodes: 2 ok, 1 failed, 1 not run (run R)"),
            ([.unknown, .warn], "2 nodes: 1 warn, 1 unknown (run R)"),
            ([nil], "1 node: 1 not run (run R)"),
        ] as [([Verdict?], String)])
    func counts(_ verdicts: [Verdict?], _ line: String) {
        let reports = verdicts.map { verdict in
            let severity = verdict.flatMap {
                [.warn: .warn, .unknown: .unknown, .fail: .fail][$0] as Severity?
            }
            return verdict == nil
                ? Rows.ended("n", .notRun)
                : Rows.judged("n", severity.map { [Finding($0, code: "c", message: "m")] } ?? [])
        }
        let run = Rows.run(reports)
        #expect(RunClosing.line(for: run) == line.replacing("R)", with: "\(run.id))"))
    }

    @Test("What a plugin of Slurm writes as its refusal is one line, and steers no terminal")
    func refusal() {
        let refused = Rows.ended(
            "n1", .launchFailed, "no \u{1b}[2J\nfleet: all is well", code: .refused, remedy: "ask\r"
        )
        #expect(
            RunClosing.commonRefusal(in: Rows.run([refused, refused]))
                == "fleet: no job was taken: no \\x1b[2J\\nfleet: all is well\nask\\r")
        let bare = Rows.ended("n1", .launchFailed, code: .refused)
        #expect(
            RunClosing.commonRefusal(in: Rows.run([bare, bare]))
                == "fleet: no job was taken: Slurm refused it")
    }

    // MARK: - While it runs

    private func progress(
        _ total: Int, done: Int, _ change: (inout FanOutProgress) -> Void = { _ in }
    ) -> String {
        var progress = FanOutProgress(total: total)
        progress.done = done
        change(&progress)
        return ProgressLine.words(progress, failed: 0, width: nil)
    }

    @Test("Only what there is stands in the progress line, the most frequent stages first")
    func progress() {
        #expect(progress(0, done: 0) == "0/0 done")
        #expect(progress(9, done: 9) == "9/9 done")
        #expect(
            progress(20, done: 2) {
                ($0.running, $0.waiting, $0.queued) = (9, 4, 5)
                $0.stages = ["b": 2, "a": 2, "c": 3, "d": 1]
            } == "2/20 done, 3 c, 2 a, 2 b, 2 running, 4 waiting for Slurm, 5 to submit")
        // A stage that is told after its node's end is no other node's.
        #expect(progress(2, done: 2) { $0.stages = ["mount": 1] } == "2/2 done, 1 mount")
        #expect(progress(3, done: 1) { $0.named = ["\u{1b}c", "n2"] } == "1/3 done, \\x1bc n2")
        var failing = FanOutProgress(total: 4)
        failing.done = 4
        #expect(ProgressLine.words(failing, failed: 3, width: nil) == "4/4 done, 3 failed")
    }

    @Test(
        "The line never reaches the last column, where a terminal would begin another",
        arguments: [21, 22, 40, 80, 132, Int.max])
    func progressWidth(_ width: Int) {
        var progress = FanOutProgress(total: 1_000)
        (progress.running, progress.waiting, progress.queued) = (900, 50, 49)
        progress.stages = ["installing packages": 400, "mounting": 300, "loading modules": 100]
        progress.named = ["日本語のノード", "gpu-" + String(repeating: "9", count: 100)]
        let line = ProgressLine.words(progress, failed: 7, width: width)
        #expect(TerminalText.width(line) <= width - 1 && line.hasPrefix("0/1000 done"))
    }
}

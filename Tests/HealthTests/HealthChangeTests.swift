import FanOut
@testable import Health
import Reports
import SlurmModel
import Testing
import Verdicts

@Suite("What changed since the last sweep") struct HealthChangeTests {
    private typealias F = HealthFixtures
    private static let xid = Finding(.fail, code: "gpu.xid", subject: "GPU 3", message: "Xid 79")
    private static let hung = Finding(
        .fail, code: "mount.hung", subject: "/lustre", message: "hung")
    private static let late = Finding(.unknown, code: "gpu.xid", subject: "GPU 3", message: "?")
    private static let warm = Finding(.warn, code: "gpu.temperature", message: "hot")

    private static func earlier(_ verdict: Verdict?, _ findings: Finding...) -> EarlierRow {
        EarlierRow(
            verdict: verdict,
            findings: findings.map {
                .init(code: $0.code, subject: $0.subject, severity: $0.severity, text: $0.message)
            })
    }

    @Test(
        "New, worse and fixed are told; the same again, less of it, and warnings are not",
        arguments: [
            (nil, [], nil), (nil, [xid], .new), (earlier(.ok), [xid], .new),
            (earlier(.ok), [warm], nil), (earlier(.warn, warm), [], nil),
            (earlier(.fail, xid), [xid], nil), (earlier(.fail, xid), [xid, hung], .worse),
            (earlier(.fail, xid, hung), [hung], nil), (earlier(.unknown, late), [xid], .worse),
            (earlier(.fail, xid), [late], nil), (earlier(.fail, xid), [], .fixed),
            (earlier(.unknown, late), [warm], .fixed),
        ] as [(EarlierRow?, [Finding], HealthChange.Kind?)])
    func kinds(_ earlier: EarlierRow?, _ now: [Finding], _ kind: HealthChange.Kind?) {
        let change = HealthChange(F.row("n1", now), earlier: earlier, wasReached: true)
        #expect(change?.kind == kind)
    }

    @Test(
        "A node that is lost is news once; one that sleeps, or was drained, is none",
        arguments: [
            (NodeState(base: .down), true, HealthChange.Kind.new),
            (NodeState(base: .down), false, nil),
            (NodeState(base: .idle, flags: [.notResponding]), true, .new),
            (NodeState(base: .idle, flags: [.poweredDown]), true, nil),
            (NodeState(base: .down, flags: [.poweredDown]), true, nil),
            (NodeState(base: .idle, flags: [.drain]), true, nil),
        ])
    func lost(_ state: NodeState, _ wasReached: Bool, _ kind: HealthChange.Kind?) {
        let change = HealthChange(
            F.notRun("n1", state), earlier: Self.earlier(.ok), wasReached: wasReached)
        #expect(change?.kind == kind)
    }

    @Test("The next steps can be pasted into bash and zsh, and name what there is to do")
    func next() {
        let broken = Finding(
            .fail, code: "mount.not_mounted", subject: "/lustre", message: "not mounted",
            remedy: "fleet mount-lustre")
        let report = RunReport(
            id: "20261126-1", probe: "health", launcher: "job", started: 0, ended: 1,
            reports: [
                F.row("gpu-1", [broken]), F.row("gpu-2", [broken]), F.row("gpu-3", [Self.late]),
                F.row("gpu-4", [Self.xid], state: NodeState(base: .idle, flags: [.drain])),
                F.row("gpu-5", []),
            ])
        let steps = HealthNext(runDir: "/my runs").steps(for: report)
        let lines = HealthNext.lines(of: steps, width: nil)
        #expect(
            lines == [
                "Next:", "  bring the mount up on 2 nodes:",
                "    fleet mount-lustre -n 'gpu-[1-2]' --run-dir '/my runs'",
                "  2 nodes failed and still take jobs; drain them:",
                "    fleet drain --from 20261126-1 --run-dir '/my runs'",
                "  not all is known of 1 node; check again:",
                "    fleet health -n gpu-3 --run-dir '/my runs'",
            ])
        // Below a check of mounts alone: what repairs them, on these nodes.
        #expect(
            HealthNext().repairs(for: report).map(\.command)
                == ["fleet mount-lustre -n 'gpu-[1-2]'"])
        // On a narrow terminal words are wrapped, and no command is cut.
        let narrow = HealthNext.lines(of: steps, width: 30)
        #expect(narrow.filter { $0.hasPrefix("    ") } == lines.filter { $0.hasPrefix("    ") })
        #expect(narrow.filter { !$0.hasPrefix("    ") }.allSatisfy { $0.count <= 30 })
        // What drain would refuse is printed so that it does not.
        let many = HealthNext.lines(
            of: HealthNext { failed in (failed.count + 1, 5) }.steps(for: report), width: nil)
        #expect(many.contains("    fleet drain --from 20261126-1 --max 3"), "\(many)")
        #expect(
            many.joined(separator: " ").contains("3 of 5 nodes would be out of service"),
            "\(many)")
        var well = report
        well.reports = [F.row("gpu-5", [])]
        #expect(HealthNext().steps(for: well).isEmpty)
    }

    @Test("From any row to any other: a sweep that is told again is no news, and news has a reason")
    func anyTwo() {
        let rows: [[Finding]] = [
            [], [Self.warm], [Self.late], [Self.xid], [Self.hung], [Self.xid, Self.hung],
            [Self.late, Self.hung], [Self.warm, Self.xid],
        ]
        func earlier(_ findings: [Finding]) -> EarlierRow {
            EarlierRow(
                verdict: Verdict(of: findings),
                findings: findings.map {
                    .init(
                        code: $0.code, subject: $0.subject, severity: $0.severity, text: $0.message)
                })
        }
        for before in rows {
            for found in rows {
                let change = HealthChange(
                    F.row("n", found), earlier: earlier(before), wasReached: true)
                let (was, now) = (Verdict(of: before), Verdict(of: found))
                #expect(before != found || change == nil)
                // Who falls ill and who gets well is always told.
                if was < .unknown, now >= .unknown { #expect(change?.kind == .new) }
                if was >= .unknown, now < .unknown { #expect(change?.kind == .fixed) }
                if was < .unknown, now < .unknown { #expect(change == nil) }
                if was >= .unknown, now >= .unknown {
                    #expect([nil, .worse].contains(change?.kind))
                }
                guard let change else { continue }
                #expect(change.before == was)
                #expect(
                    change.beforeTexts == before.filter { $0.severity > .warn }.map(\.message))
            }
        }
    }

    @Test("A sweep is narrowed to its news in its own order, and the head node is none")
    func narrowed() {
        var head = F.row("head", [Self.xid])
        head.result.launcher = .local
        let rows = [
            F.row("n3", [Self.xid]), F.row("n1", [Self.xid]), head, F.row("n2", []),
            F.notRun("n4", NodeState(base: .down)), F.notRun("n5", NodeState(base: .down)),
        ]
        let report = RunReport(
            id: "r", probe: "health", launcher: "job", started: 0, ended: 1, reports: rows)
        let baseline = HealthBaseline(
            rows: ["n1": Self.earlier(.fail, Self.xid), "n2": Self.earlier(.fail, Self.hung)],
            reached: ["n4": true, "n5": false])
        #expect(baseline.narrowed(report).reports.map(\.result.node) == ["n3", "n2", "n4"])
        #expect(baseline.changes(in: report).map(\.change.kind) == [.new, .fixed, .new])
        let table = HealthChangeTable(baseline)
        #expect(
            rows.flatMap(table.rows) == [
                ["new", "-", "fail"], ["-", "-", "fail"], ["new", "-", "fail"],
                ["fixed", "fail", "ok"],
                ["new", "-", "not run"], ["-", "-", "not run"],
            ])
        let lines = table.lines(for: baseline.narrowed(report).reports, width: nil)
        #expect(lines.contains { $0.hasSuffix("was: hung") }, "\(lines)")
        #expect(!lines.contains { $0.contains("n1") })
    }
}

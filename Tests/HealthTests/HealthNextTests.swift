import FanOut
@testable import Health
import Reports
import SlurmModel
import Terminal
import TestSupport
import Testing
import Verdicts

/// What is printed to be pasted: the right command for the right nodes, and one word of a shell each.
@Suite("What to do next") struct HealthNextTests {
    private typealias F = HealthFixtures

    private static let broken = Finding(
        .fail, code: "mount.not_mounted", subject: "/lustre", message: "not mounted",
        remedy: "fleet mount-lustre")
    private static let lost = Finding(.fail, code: "gpu.lost", message: "lost")
    private static let unread = Finding(.unknown, code: "run.timed_out", message: "late")
    private static let drained = NodeState(base: .idle, flags: [.drain])

    private static func report(_ rows: [NodeReport], id: String = "20261128-7") -> RunReport {
        RunReport(
            id: id, probe: "health", launcher: "job", started: 0, ended: 1, reports: rows)
    }

    private static func commands(_ rows: [NodeReport], _ next: HealthNext = HealthNext())
        -> [String]
    {
        next.steps(for: report(rows)).map(\.command)
    }

    private static func head(_ findings: [Finding]) -> NodeReport {
        var row = F.row("head", findings)
        row.result.launcher = .local
        row.node = nil
        return row
    }

    /// One row, and which commands it leads to.
    struct Case: Sendable {
        let row: NodeReport
        let commands: [String]
    }

    @Test(
        "Each row leads to the commands that its own findings ask for, and to no other",
        arguments: [
            Case(row: F.row("n1", []), commands: []),
            Case(
                row: F.row("n1", [Finding(.warn, code: "gpu.hot", message: "hot")]), commands: []),
            Case(row: F.row("n1", [lost]), commands: ["fleet drain --from 20261128-7"]),
            // Slurm gives it no jobs already.
            Case(row: F.row("n1", [lost], state: drained), commands: []),
            Case(row: F.row("n1", [unread]), commands: ["fleet health -n n1"]),
            Case(
                row: F.row("n1", [unread], state: drained),
                commands: ["fleet health --include-drained -n n1"]),
            Case(
                row: F.row("n1", [broken]),
                commands: ["fleet mount-lustre -n n1", "fleet drain --from 20261128-7"]),
            Case(
                row: F.row("n1", [broken], state: drained),
                commands: ["fleet mount-lustre --include-drained -n n1"]),
            // A mount that the repair is not for, and one that is only noted.
            Case(
                row: F.row(
                    "n1",
                    [Finding(.fail, code: "mount.hung", message: "hung", remedy: "reboot it")]),
                commands: ["fleet drain --from 20261128-7"]),
            Case(
                row: F.row(
                    "n1",
                    [
                        Finding(
                            .info, code: "mount.idle", message: "", remedy: "fleet mount-lustre")
                    ]),
                commands: []),
            // Who is not of Slurm's nodes is neither drained nor named by -n.
            Case(row: head([lost]), commands: []),
            Case(row: head([unread]), commands: ["fleet health --include-head"]),
            Case(row: head([broken]), commands: ["fleet mount-lustre --include-head"]),
            Case(row: F.notRun("n1", NodeState(base: .down)), commands: []),
        ])
    func one(_ one: Case) {
        #expect(Self.commands([one.row]) == one.commands)
    }

    @Test("Each command names exactly its nodes, whatever rows of others stand between")
    func exactly() throws {
        var random = SeededRandom(31)
        for _ in 0..<50 {
            var (mounts, unknown, mayMount, mayAsk) = ([String](), [String](), false, false)
            let rows = (0..<Int.random(in: 1...30, using: &random)).map { place -> NodeReport in
                // Names that fold into nothing, so that the list shows each of them.
                let name = "n\(place)x"
                let isDrained = Int.random(in: 0..<4, using: &random) == 0
                let state = isDrained ? Self.drained : NodeState(base: .idle)
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    mounts.append(name)
                    mayMount = mayMount || isDrained
                    return F.row(name, [Self.broken, Self.lost], state: state)
                case 1:
                    unknown.append(name)
                    mayAsk = mayAsk || isDrained
                    return F.row(name, [Self.unread], state: state)
                case 2: return F.row(name, [Self.lost], state: state)
                default: return F.row(name, [], state: state)
                }
            }
            let commands = Self.commands(rows)
            for (beginning, names, isDrained) in [
                ("fleet mount-lustre", mounts, mayMount), ("fleet health", unknown, mayAsk),
            ] {
                let mine = commands.filter { $0.hasPrefix(beginning) }
                #expect(mine.count == (names.isEmpty ? 0 : 1))
                guard let command = mine.first else { continue }
                #expect(command.contains("--include-drained") == isDrained)
                let named = command.matches(of: /n[0-9]+x/).map { String($0.output) }
                #expect(named == names, "\(command)")
            }
        }
    }

    @Test(
        "Whatever a run directory or a run is called, each is one word for a shell",
        arguments: [
            ("/runs", "/runs"), ("/my runs", "'/my runs'"), ("~/runs", "'~/runs'"),
            ("/it's", #"'/it'\''s'"#), ("$(reboot)", "'$(reboot)'"), ("a;b", "'a;b'"),
            ("`id`", "'`id`'"), ("a\nb", "'a\nb'"), ("/r*", "'/r*'"), ("=ls", "'=ls'"),
            ("", "''"), ("/a{b,c}", "'/a{b,c}'"), ("/a\\b", #"'/a\b'"#), ("!!", "'!!'"),
        ])
    func quoting(_ text: String, _ word: String) {
        let next = HealthNext(runDir: text)
        let steps = next.steps(for: Self.report([F.row("n1", [Self.lost])], id: text))
        #expect(steps.map(\.command) == ["fleet drain --from \(word) --run-dir \(word)"])
        #expect(
            HealthNext.command(["resume"], nodes: ["n1", "m2"], runDir: text)
                == "fleet resume -n n1,m2 --run-dir \(word)")
    }

    @Test("Thousands of nodes are one folded list; two have their brackets quoted for zsh")
    func long() {
        let rows = (1...5_000).map { F.row("gpu-\($0)", [Self.unread]) }
        #expect(Self.commands(rows) == ["fleet health -n 'gpu-[1-5000]'"])
        #expect(Self.commands(Array(rows.prefix(2))) == ["fleet health -n 'gpu-[1-2]'"])
        #expect(
            Self.commands([rows[0], rows[2], rows[3]]) == ["fleet health -n 'gpu-[1,3-4]'"])
    }

    @Test("A drain that would be refused has its --max, and counts only who still takes jobs")
    func limit() {
        let rows =
            (1...4).map { F.row("n\($0)", [Self.lost]) } + [
                F.row("n5", [Self.lost], state: Self.drained), Self.head([Self.lost]),
                F.row("n6", []),
            ]
        let next = HealthNext { failed in
            #expect(failed.map(\.name) == ["n1", "n2", "n3", "n4"])
            return (out: failed.count + 1, all: 6)
        }
        let steps = next.steps(for: Self.report(rows))
        #expect(steps.map(\.command) == ["fleet drain --from 20261128-7 --max 5"])
        #expect(
            steps.map(\.what) == [
                "4 nodes failed and still take jobs; 5 of 6 nodes would be out of service: look for one cause first, then drain them"
            ])
        #expect(
            HealthNext().steps(for: Self.report([rows[0]])).map(\.what) == [
                "1 node failed and still takes jobs; drain it"
            ])
    }

    @Test("After a check of mounts alone nothing is drained")
    func repairs() {
        let rows = [
            F.row("n1", [Self.broken]), F.row("n2", [Self.lost]), F.row("n3", [Self.unread]),
        ]
        let steps = HealthNext().repairs(for: Self.report(rows))
        #expect(steps == [.init("fleet mount-lustre -n n1", "bring the mount up on 1 node")])
        #expect(HealthNext().repairs(for: Self.report([rows[1]])).isEmpty)
    }

    @Test("Words are wrapped to a terminal of any width, and commands never", arguments: 1...90)
    func widths(_ width: Int) {
        let step = HealthNext.Step(
            "fleet drain --from '\(String(repeating: "x", count: 100))'",
            "4 nodes failed and still take jobs; look for one cause first")
        let lines = HealthNext.lines(of: [step, step], width: width)
        #expect(lines.first == "Next:")
        #expect(lines.filter { $0 == "    " + step.command }.count == 2)
        for line in lines where !line.hasSuffix("'") {
            #expect(TerminalText.width(line) <= max(22, width), "\(line)")
        }
        let words = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("    ") }
        let said = words.map { $0.dropFirst(2) }.joined(separator: " ")
        #expect(said == "\(step.what): \(step.what):")
        #expect(HealthNext.lines(of: [], width: width).isEmpty)
    }
}

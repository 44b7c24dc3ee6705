import FanOut
import SlurmKit
import SlurmModel
import TestSupport
import Testing
import Verdicts

@testable import Reports
@testable import Terminal

/// The table of a run on any terminal: every node is in one row, and no line is wider than the terminal.
@Suite struct FoldedWidthTests {
    private static let outputs = [
        "6.8.0-1043-aws", "", "한글 출력\n", "\u{1b}[2J", "a\tb\n", "\n\nlast", "日本語の長い出力です。もう一度",
        "🚀🚀🚀", "e\u{301}e\u{301}", String(repeating: "long ", count: 150),
        String(repeating: "x", count: 900), "\u{202e}evil\r\n", "two\nlines\n",
    ]

    private static func reports(_ seed: UInt64, _ count: Int) -> [NodeReport] {
        var random = SeededRandom(seed)
        return (1...count).map { number in
            let node = "gpu-\(number * 2)"
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                return Rows.ended(
                    node, .notRun, "drained by root 3 h ago: fan", code: .state,
                    remedy: "fleet resume -n \(node)")
            case 1:
                return Rows.ended(
                    node, .launchFailed, "job 7 did not start within 60 s", remedy: "see squeue")
            case 2:
                return Rows.ran(
                    node, "", exit: .signalled(9),
                    stderr: outputs.randomElement(using: &random) ?? "")
            default: return Rows.ran(node, outputs.randomElement(using: &random) ?? "")
            }
        }
    }

    /// The nodes of a table's first column, whose list may go on in further rows.
    private static func nodes(_ lines: [String]) -> [String] {
        var lists: [String] = []
        for line in lines.dropFirst() where !line.hasPrefix(" ") {
            let word = line.split(separator: " ").first.map(String.init) ?? ""
            if lists.last?.hasSuffix(",") == true {
                lists[lists.count - 1] += word
            } else {
                lists.append(word)
            }
        }
        return lists.flatMap { (try? HostlistExpression.expand($0)) ?? ["?\($0)"] }
    }

    @Test(
        "No line is wider than the terminal, and none steers it",
        arguments: [20, 31, 40, 59, 60, 61, 79, 80, 100, 132, 200])
    func widths(_ width: Int) {
        for seed in 1...4 as ClosedRange<UInt64> {
            let reports = Self.reports(seed, 25)
            let lines = RunTable().lines(for: reports, width: width)
            for line in lines where TerminalText.width(line) > width {
                Issue.record("\(width): \(line)")
            }
            for scalar in lines.joined().unicodeScalars {
                #expect(scalar.value >= 0x20 && scalar.value != 0x202e)
            }
        }
    }

    @Test("Every node is in one row, whatever the width", arguments: [nil, 60, 72, 80, 120, 200])
    func nodes(_ width: Int?) {
        for seed in 1...4 as ClosedRange<UInt64> {
            let reports = Self.reports(seed, 40)
            let lines = RunTable().lines(for: reports, width: width)
            #expect(Self.nodes(lines).sorted() == reports.map(\.result.node).sorted())
        }
    }

    @Test("On a narrow terminal the counts of all blocks are all nodes")
    func narrow() {
        let reports = Self.reports(9, 40)
        let lines = RunTable().lines(for: reports, width: 44)
        let counts = lines.filter { $0.hasPrefix("COUNT") }.compactMap { line in
            line.split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(counts.reduce(0, +) == 40)
    }

    @Test("The order in which nodes ended decides no row")
    func order() {
        var random = SeededRandom(3)
        let reports = Self.reports(5, 30)
        let expected = RunTable().lines(for: reports, width: 100)
        var rows = FoldedRun(RunTable())
        for report in reports.shuffled(using: &random) { rows.add(report) }
        #expect(rows.lines(of: reports, width: 100) == expected)
    }

    @Test("The worst stand first, among equals the most nodes, then who was first")
    func ranks() {
        func row(_ nodes: [String], _ cell: String, _ rank: Int) -> FoldedTable.Group {
            FoldedTable.Group(nodes: nodes, cells: [cell], details: [], rank: rank)
        }
        let groups = [
            row(["a"], "fine", 4), row(["b"], "hot", 3), row(["c"], "dead", 0),
            row(["d"], "fine", 4), row(["e"], "cold", 3), row(["f"], "gone", 0),
            row(["g"], "gone", 0),
        ]
        let lines = FoldedTable([Table.Column("WHAT")], groups) { $0 }.lines(width: nil)
        #expect(
            lines.map(Rows.words)
                == [
                    "NODES COUNT WHAT", "f-g 2 gone", "c 1 dead", "b 1 hot", "e 1 cold",
                    "a,d 2 fine",
                ].map { $0.replacing("f-g", with: Hostlist.fold(["f", "g"])) })
    }

    @Test("Faults below a row part it from nodes with other faults, and stay in order")
    func details() {
        func row(_ node: String, _ details: [String]) -> FoldedTable.Group {
            FoldedTable.Group(nodes: [node], cells: ["x"], details: details, rank: 0)
        }
        let groups = [
            row("n1", ["a", "b"]), row("n2", ["b", "a"]), row("n3", ["a", "b"]), row("n4", []),
        ]
        let lines = FoldedTable([Table.Column("X")], groups) { $0 }.lines(width: nil)
        #expect(
            lines.map(Rows.words) == [
                "NODES COUNT X", "n[1,3] 2 x", "a", "b", "n2 1 x", "b", "a", "n4 1 x",
            ])
    }

    @Test("A row's long list goes on in rows of its own, at most so many, at any width at all")
    func lists() {
        let nodes = (0..<300).map { "n\($0 * 2)" }
        for width in [60, 80, 200, Int.max] as [Int] {
            let rows = FoldedTable.rows(of: nodes, cells: ["x"], width: width)
            #expect(
                rows[0][1...] == ["300", "x"]
                    && rows.dropFirst().allSatisfy { $0[1...] == ["", ""] })
            #expect(rows.map { $0[0] }.joined() == Hostlist.fold(nodes))
            let few = FoldedTable.rows(of: nodes, cells: ["x"], width: width, most: 3)
            #expect(few.count == 3 && few[2] == ["...", "", ""] && few[0] == rows[0])
        }
        #expect(FoldedTable.rows(of: nodes, cells: [], width: 59).count == 1)
        #expect(FoldedTable.rows(of: [], cells: ["x"], width: 80) == [["", "0", "x"]])
    }

    @Test(
        "What a row shows of a command's output",
        arguments: [
            ("", "", "", false), ("\n\n", "", "", false), ("one\n", "", "one", false),
            ("one\ntwo\n", "", "one (+1 line)", true),
            ("one\ntwo\n", "e\n", "one (+2 lines)", true),
            ("", "e\n", "e", false), ("a\tb\r\n", "", "a b", false), ("\r\n", "", "", false),
            ("한\n", "", "한", false),
        ])
    func output(_ stdout: String, _ stderr: String, _ shown: String, _ hasMore: Bool) {
        let report = Rows.ran("n", stdout, stderr: stderr)
        #expect(RunTable().rows(for: report).first?.last == shown)
        #expect(RunTable.hasMore(report.result) == hasMore)
    }

    @Test("A line of any length is one of 400 bytes, with its size; half a letter is no letter")
    func longLine() {
        let exact = String(repeating: "x", count: 400)
        #expect(RunTable().rows(for: Rows.ran("n", exact)).first?.last == exact)
        let long = RunTable().rows(for: Rows.ran("n", exact + "y\n")).first?.last
        #expect(long == exact + " ... (401 bytes)")
        let half = RunTable().rows(for: Rows.ran("n", String(repeating: "한", count: 200))).first?
            .last
        #expect(half == String(repeating: "한", count: 133) + "\u{fffd} ... (600 bytes)")
    }

    @Test("A row of a damaged file with an absurd time is a row, and the others stand beside it")
    func absurdTimes() {
        let reports = [1e300, -0.5, 0, 2].enumerated().map { place, seconds in
            Rows.ran("n\(place)", "x") { $0.duration = seconds }
        }
        let lines = RunTable().lines(for: reports, width: nil).map(Rows.words)
        #expect(lines.last == "n[0-3] 4 finished 0 -0.5-1e+300 x")
    }

    @Test("A head node that is named as a node of the cluster has a row of its own")
    func head() {
        var head = Rows.ran("n1", "head")
        head.result.launcher = .local
        let lines = RunTable().lines(for: [head, Rows.ran("n1", "node")], width: nil)
        #expect(lines.count == 3)
    }
}

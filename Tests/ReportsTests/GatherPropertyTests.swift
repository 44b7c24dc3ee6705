import FanOut
import SlurmModel
import TestSupport
import Testing
import Verdicts

@testable import Reports
@testable import Terminal

/// `--gather`: every node stands under exactly one heading, with exactly what it wrote.
@Suite struct GatherPropertyTests {
    private static let outputs = [
        "", "a", "a\n", "b\n", "a\nb\n", "\n", "=== n1 (1 node): exit 0\n",
    ]

    private static func report(_ node: String, _ random: inout SeededRandom) -> NodeReport {
        let outcome: Outcome = Outcome.allCases.randomElement(using: &random) ?? .finished
        let output = outputs.randomElement(using: &random) ?? ""
        guard outcome == .finished else {
            return Rows.ended(
                node, outcome, Bool.random(using: &random) ? "why" : nil,
                remedy: Bool.random(using: &random) ? "do" : nil)
        }
        let exit: SlurmModel.ExitStatus =
            Bool.random(using: &random)
            ? .exited(0) : .signalled(Int.random(in: 1...2, using: &random))
        return Rows.ran(
            node, output, exit: exit, stderr: Bool.random(using: &random) ? "" : "e\n"
        ) { result in
            (result.duration, result.jobID) = (
                Double.random(in: 0...9, using: &random), .random(in: 1...99)
            )
            if Int.random(in: 0..<8, using: &random) == 0 {
                result.cut = CutOutput(path: "/r/\(node)", offset: 0, stdout: 1 << 30, stderr: 0)
            }
        }
    }

    @Test(
        "Every node is in one group, with the ending and the output that are its own",
        arguments: 0..<20)
    func groups(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let reports = (0..<Int.random(in: 0...40, using: &random)).map {
            Self.report("n\($0)", &random)
        }
        let groups = OutputGroup.fold(reports)
        #expect(groups.flatMap(\.nodes).sorted() == reports.map(\.result.node).sorted())
        let sizes = groups.map(\.nodes.count)
        #expect(sizes == sizes.sorted(by: >))
        for report in reports {
            let own = groups.filter { $0.nodes.contains(report.result.node) }
            #expect(own.count == 1)
            #expect(own.first?.result.stdout == report.result.stdout)
            #expect(own.first?.result.stderr == report.result.stderr)
            #expect(own.first?.ending == OutputGroup.fold([report]).first?.ending)
        }
        // No two groups say the same, but for output that cannot be compared.
        let endings = groups.filter { $0.result.cut == nil }.map {
            [$0.ending, "\($0.result.stdout)", "\($0.result.stderr)"]
        }
        #expect(Set(endings).count == endings.count)
    }

    private func text(
        _ reports: [NodeReport], width: Int? = nil, isTerminal: Bool = false, diff: Bool = false
    ) -> String {
        var bytes: [UInt8] = []
        GatherText(isTerminal: isTerminal, width: width) { $0.joined(separator: ",") }
            .write(OutputGroup.fold(reports), diff: diff) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "Each node's name is in one heading, also where outputs are shown as differences",
        arguments: 0..<8)
    func headings(_ seed: UInt64) {
        var random = SeededRandom(seed + 50)
        let reports = (0..<12).map { Self.report("node-\($0)x", &random) }
        for (isDiff, width) in [(false, nil), (true, nil), (false, 40), (true, 80)]
            as [(Bool, Int?)]
        {
            let text = text(reports, width: width, isTerminal: width != nil, diff: isDiff)
            let headings = text.split(separator: "\n").filter {
                $0.hasPrefix("=== ") || $0.hasPrefix("    ")
            }.joined(separator: "\n")
            for report in reports {
                #expect(headings.contains(report.result.node), "\(report.result.node)\n\(text)")
            }
        }
    }

    @Test("A stream alone, both, or none: a reader can tell which, and where it ends")
    func streams() {
        #expect(
            text([Rows.ran("n", "out", exit: .exited(2), stderr: "err\n")])
                == "=== n (1 node): exit 2\nout\n\\ No newline at end of file\n=== stderr:\nerr\n")
        #expect(
            text([Rows.ran("n", "", stderr: "e")])
                == "=== n (1 node): exit 0\n=== stderr:\ne\n\\ No newline at end of file\n")
        #expect(text([Rows.ran("a", ""), Rows.ran("b", "")]) == "=== a,b (2 nodes): exit 0\n")
        #expect(
            text([Rows.ended("n", .notRun, "drained", remedy: "resume it")])
                == "=== n (1 node): not run: drained -> resume it\n")
    }

    @Test("A difference names both nodes and the stream, and equal streams are not shown")
    func difference() {
        let usual = (1...3).map { Rows.ran("n\($0)", "same\nok\n", stderr: "w\n") }
        let text = text(usual + [Rows.ran("odd", "same\nok\n", stderr: "w2\n")], diff: true)
        #expect(
            text.hasSuffix(
                "\n\n=== odd (1 node): exit 0\n--- n1 (stderr)\n+++ odd (stderr)\n@@ -1 +1 @@\n-w\n+w2\n"
            ))
        #expect(text.components("--- ") == 1)
    }

    @Test("On a terminal no name, reason or line steers, and a line's tabs stand where they stood")
    func terminal() {
        let reports = [
            Rows.ran("a", "x\ty\n"), Rows.ran("b", "x\tz\n"),
            Rows.ended("\u{1b}c", .launchFailed, "\u{1b}[2J"), Rows.ran("d", "\u{9b}\u{202e}\n"),
        ]
        let text = text(reports, width: 60, isTerminal: true, diff: true)
        #expect(text.contains("-x       y\n+x       z\n"))
        for scalar in text.unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 0x20 && scalar.value != 0x9b && scalar.value != 0x202e)
        }
    }
}

extension String {
    /// How many times a text stands in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}

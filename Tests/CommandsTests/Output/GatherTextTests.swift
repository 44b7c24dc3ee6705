@testable import FanOut
@testable import Reports
import SlurmKit
import SlurmModel
@testable import Terminal
import Testing
@testable import Verdicts

@Suite struct GatherTextTests {
    private func bytes(
        _ reports: [NodeReport], width: Int? = nil, isTerminal: Bool = false, diff: Bool = false
    ) -> [UInt8] {
        let text = GatherText(isTerminal: isTerminal, width: width) {
            Hostlist.fold($0)
        }
        var result: [UInt8] = []
        text.write(OutputGroup.fold(reports), diff: diff) { result += $0 }
        return result
    }

    private func text(_ reports: [NodeReport], width: Int? = nil, diff: Bool = false) -> String {
        String(
            decoding: bytes(reports, width: width, isTerminal: width != nil, diff: diff),
            as: UTF8.self)
    }

    /// A rack where most nodes agree, and every other kind of end.
    private static let rack: [NodeReport] = {
        let usual = "Linux 6.8.0-1021-aws\nuptime 10 days\nload 0.10\nusers 3\nok\n"
        let odd = usual.replacing("10 days", with: "2 h\tnew").replacing("ok\n", with: "ok")
        return (1...60).map { Fixtures.ran("gpu-\($0 * 2 + 1)", usual) } + [
            Fixtures.ran("gpu-200", odd),
            Fixtures.ran("gpu-201", usual, stderr: "warning: \u{1b}[31mhot\u{1b}[0m\r\n"),
            Fixtures.ran("gpu-202", usual, exit: .exited(3)),
            Fixtures.ran("gpu-203", "", exit: .signalled(9), stderr: "a\nb"),
        ] + Fixtures.runReports
    }()

    @Test func goldens() throws {
        try Golden.check(text(Self.rack), "gather")
        try Golden.check(text(Self.rack, width: 80), "gather-80")
        try Golden.check(text(Self.rack, diff: true), "gather-diff")
        try Golden.check(text(Self.rack, width: 80, diff: true), "gather-diff-80")
    }

    @Test func headingsFit() {
        for width in 24...120 {
            let headings = text(Self.rack, width: width).split(separator: "\n")
                .filter { $0.hasPrefix("=== ") || $0.hasPrefix("    ") }
            #expect(headings.allSatisfy { TerminalText.width(String($0)) <= width })
        }
    }

    /// A heading without its line breaks is the node list again, for copy and paste.
    @Test func listsAreCutAtCommas() {
        let lines = text(Self.rack, width: 60).split(separator: "\n")
        let heading = lines.prefix { $0.hasPrefix("=== ") || $0.hasPrefix("    ") }
        #expect(heading.count > 3)
        let list = heading.map { $0.dropFirst(4) }.joined()
        #expect(list.hasPrefix("gpu-[3,5,7,"))
        #expect(heading.dropLast(1).allSatisfy { $0.hasSuffix(",") })
    }

    @Test(arguments: Fixtures.payloads)
    func everyByte(_ given: OutputPayload) {
        let payload = given.bytes
        let bytes = bytes([Fixtures.ran("n", payload)])
        let heading = Array("=== n (1 node): exit 0\n".utf8)
        let missing = Array("\n\\ No newline at end of file\n".utf8)
        let ends = payload.isEmpty || payload.last == 0x0a
        // Not #expect on 10 MB, which would print them.
        let isSame = bytes == heading + payload + (ends ? [] : missing)
        #expect(isSame)
    }

    @Test func nothing() {
        #expect(text([]).isEmpty)
        #expect(text([Fixtures.ran("n", "")], diff: true) == "=== n (1 node): exit 0\n")
    }

    @Test func terminalIsNotSteered() {
        let reports = [Fixtures.ran("n", Fixtures.binary, stderr: Fixtures.binary)]
        for diff in [false, true] {
            let shown = text(reports + [Fixtures.ran("\u{1b}m", "x")], width: 80, diff: diff)
            #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        }
    }

    /// The comparison is with a group that finished, even where more nodes were not run.
    @Test func reference() {
        let reports =
            Fixtures.runReports.filter { $0.result.outcome == .notRun } + [
                Fixtures.ran("x", "a\nb\n"), Fixtures.ran("y", "a\nc\n"),
            ]
        let shown = text(reports, diff: true)
        #expect(shown.contains("--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"))
        #expect(shown.contains("=== x (1 node): exit 0\na\nb\n"))
    }

    @Test func sameOutput() {
        let shown = text(
            [
                Fixtures.ran("x", "a\n"), Fixtures.ran("y", "a\n"),
                Fixtures.ran("z", "a\n", exit: .exited(2)),
            ], diff: true)
        #expect(shown.hasSuffix("=== z (1 node): exit 2\n(the same output as x)\n"))
    }
}

@testable import FanOut
import Foundation
@testable import Reports
@testable import Runs
import SlurmModel
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// Output of which fleet holds only the beginning never seems to be whole.
@Suite struct CutOutputTests {
    private static func report(_ node: String, path: String = "/r/records/n.7") -> NodeReport {
        var report = Fixtures.ran(node, "hello", stderr: "oops")
        report.result.cut = CutOutput(path: path, offset: 3, stdout: 1_500_000_000, stderr: 4)
        return report
    }

    @Test func json() throws {
        let text = try JSONOutput.line(Self.report("n").json)
        #expect(text.contains("\"stdout_truncated\":true"))
        #expect(text.contains("\"stdout_bytes\":1500000000"))
        #expect(text.contains("\"record\":\"/r/records/n.7\""))
        #expect(!text.contains("stderr_truncated"))
        #expect(try !JSONOutput.line(Fixtures.ran("n", "x").json).contains("truncated"))
    }

    @Test func csv() {
        let row = String(
            decoding: ReportCSV(isTerminal: false).row(Self.report("n")), as: UTF8.self)
        #expect(row.hasSuffix(",hello,oops,1500000000,,\r\n"))
    }

    @Test func table() {
        let row = RunTable().rows(for: Self.report("n"))
        #expect(row.first?.last == "output: 1.4G, in /r/records/n.7")
    }

    /// Equal beginnings say nothing of the rest.
    @Test func groups() {
        let groups = OutputGroup.fold([Self.report("a", path: "/a"), Self.report("b", path: "/b")])
        #expect(groups.map(\.nodes) == [["a"], ["b"]])
        #expect(groups.first?.ending == "exit 0 (output cut: 1.4G, in /a)")
        var text: [UInt8] = []
        GatherText(isTerminal: false, width: nil) { $0.joined() }
            .write(groups, diff: true) { text += $0 }
        #expect(!String(decoding: text, as: UTF8.self).contains("---"))
    }

    @Test("--output-dir gets the whole from the record")
    func folder() throws {
        let folder = try TemporaryFolder(["record": "abcHELLO WORLDERR\ntrailer\n"])
        try folder.write("old and longer than the new one", to: "out/n.out")
        try folder.write("keep", to: "kept")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/out/n.err", withDestinationPath: folder.path + "/kept")
        var report = Fixtures.ran("n", "HEL", stderr: "")
        report.result.cut = CutOutput(
            path: folder.path + "/record", offset: 3, stdout: 11, stderr: 4)
        let output = try OutputFolder(path: folder.path + "/out")
        try output.write(report)
        func read(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
        }
        #expect(try read("out/n.out") == "HELLO WORLD")
        #expect(try read("out/n.err") == "ERR\n")
        #expect(try read("kept") == "keep")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
                == ["n.err", "n.out"])
        // A record that is gone is told.
        report.result.cut?.path = folder.path + "/none"
        #expect(throws: OutputFolderError.self) { try output.write(report) }
    }

    @Test("Rows keep what nodes wrote only where the view needs it", arguments: [false, true])
    func rows(_ keeps: Bool) throws {
        let rows = RunRows([Fixtures.ran("a", "x")], keepsStreams: keeps)
        #expect(rows.add(Fixtures.ran("b", "y", stderr: "z")))
        let targets = ["a", "b"].map {
            Target(node: Node(name: $0), decision: .dispatch(.init(.job)))
        }
        let kept = rows.ordered(targets: targets, head: nil).map(\.result)
        #expect(kept.map(\.stdout) == (keeps ? [Array("x".utf8), Array("y".utf8)] : [[], []]))
        #expect(kept.map(\.exit) == [.exited(0), .exited(0)])
    }
}

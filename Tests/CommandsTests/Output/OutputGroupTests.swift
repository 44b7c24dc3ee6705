@testable import FanOut
@testable import Reports
import SlurmModel
import Testing
@testable import Verdicts

@Suite struct OutputGroupTests {
    private func nodes(_ reports: [NodeReport]) -> [[String]] {
        OutputGroup.fold(reports).map(\.nodes)
    }

    @Test func largestFirst() {
        let reports = [
            Fixtures.ran("a", "x"), Fixtures.ran("b", "y"), Fixtures.ran("c", "z"),
            Fixtures.ran("d", "z"), Fixtures.ran("e", "y"), Fixtures.ran("f", "y"),
        ]
        #expect(nodes(reports) == [["b", "e", "f"], ["c", "d"], ["a"]])
        #expect(nodes([]) == [])
    }

    /// Equally large groups stand in the order of their first nodes.
    @Test func ties() {
        let reports = ["a", "b", "c", "d"].map { Fixtures.ran($0, $0 == "c" ? "a" : $0) }
        #expect(nodes(reports) == [["a", "c"], ["b"], ["d"]])
    }

    @Test func whatMakesADifference() {
        let reports = [
            Fixtures.ran("a", "x"), Fixtures.ran("b", "x\n"),
            Fixtures.ran("c", "x", exit: .exited(1)),
            Fixtures.ran("d", "x", exit: .signalled(1)), Fixtures.ran("e", "x", stderr: "e"),
            Fixtures.ran("f", "", stderr: "x"), Fixtures.ran("g", [0xff]),
            // What replaces bytes that are no text is another output than those bytes.
            Fixtures.ran("h", "\u{fffd}"),
        ]
        #expect(nodes(reports) == reports.map { [$0.result.node] })
    }

    /// Job, duration and name are each node's own, and part nothing.
    @Test func whatMakesNone() {
        #expect(nodes([Fixtures.ran("a", "x"), Fixtures.ran("longer", "x")]).count == 1)
    }

    @Test func reasons() {
        let probe = CommandProbe(payload: Payload(arguments: ["x"], timeout: 60))
        func notRun(_ node: String, _ reason: String) -> NodeReport {
            NodeReport(
                result: NodeResult(node: node, outcome: .notRun, reason: reason), node: nil,
                probe: probe)
        }
        let groups = OutputGroup.fold([
            notRun("a", "powered down"), notRun("b", "drained"), notRun("c", "powered down"),
        ])
        #expect(groups.map(\.nodes) == [["a", "c"], ["b"]])
        #expect(groups.map(\.ending) == ["not run: powered down", "not run: drained"])
    }

    @Test(
        arguments: [
            (Fixtures.ran("a", ""), "exit 0"),
            (Fixtures.ran("a", "", exit: .exited(3)), "exit 3"),
            (Fixtures.ran("a", "", exit: .signalled(9)), "signal 9"),
            (Fixtures.runReports[2], "timed out: still running after 60 s"),
        ] as [(NodeReport, String)])
    func endings(_ report: NodeReport, _ words: String) {
        #expect(OutputGroup.fold([report]).map(\.ending) == [words])
    }
}

import DefinedChecks
import FanOut
import SlurmModel
import Testing
import Verdicts

@Suite struct CommonFieldsTests {
    private static let definition: ProbeDefinition = {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.baseline = [
            .init("kernel", remedy: "update it"), .init("driver", severity: .fail),
        ]
        return definition
    }()

    private func report(
        _ name: String, _ kernel: String, driver: String? = "570", launcher: Launcher = .job
    ) -> NodeReport {
        let lines = "kernel=\(kernel)\n" + (driver.map { "driver=\($0)\n" } ?? "")
        return NodeReport(
            result: NodeResult(
                node: name, outcome: .finished, exit: .exited(0), launcher: launcher,
                stdout: Array(lines.utf8)),
            node: nil, probe: DefinedProbe(Self.definition))
    }

    private func review(_ reports: [NodeReport]) -> [NodeReport] {
        let reviewed = DefinedProbe(Self.definition).review(reports)
        #expect(DefinedProbe(Self.definition).review(reviewed) == reviewed, "twice is not once")
        return reviewed
    }

    @Test func odd() {
        let reviewed = review([
            report("n1", "6.8"), report("n2", "6.8"), report("n3", "6.9", driver: "535"),
        ])
        #expect(reviewed.map(\.verdict) == [.ok, .ok, .fail])
        #expect(
            reviewed.last?.judgement?.findings.map(\.text) == [
                "driver 535 where 2 of 3 have 570", "kernel 6.9 where 2 of 3 have 6.8 -> update it",
            ])
        #expect(
            reviewed.last?.judgement?.findings.map(\.code) == [
                "check.env.odd.driver", "check.env.odd.kernel",
            ])
    }

    @Test("This machine is compared with nothing")
    func head() {
        let reviewed = review([
            report("head", "5.0", launcher: .local), report("n1", "6.8"), report("n2", "6.8"),
            report("n3", "6.8"),
        ])
        #expect(reviewed.allSatisfy { $0.verdict == .ok && $0.judgement?.findings == [] })
    }

    @Test("Fewer than 3 nodes, and a tie, are told and are no fault")
    func undecided() {
        let two = review([report("n1", "6.8"), report("n2", "6.9")])
        #expect(two.map(\.verdict) == [.ok, .ok])
        #expect(two.first?.judgement?.findings.first?.message == "kernel: 2 nodes: no majority")
        let four = review([
            report("n1", "6.8"), report("n2", "6.9"), report("n3", "6.8"), report("n4", "6.9"),
        ])
        #expect(four.map(\.verdict) == [.ok, .ok, .ok, .ok])
        #expect(
            four.first?.judgement?.findings.map(\.message) == [
                "kernel: no majority: 6.8 (2), 6.9 (2)"
            ])
    }

    @Test("A field that is missing is unknown, and does not vote")
    func missing() {
        let reviewed = review([
            report("n1", "6.8"), report("n2", "6.8"), report("n3", "6.8"),
            report("n4", "6.8", driver: nil),
        ])
        #expect(reviewed.map(\.verdict) == [.ok, .ok, .ok, .unknown])
    }
}

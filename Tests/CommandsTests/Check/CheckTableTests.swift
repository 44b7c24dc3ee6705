import DefinedChecks
@testable import FanOut
import Reports
import SlurmModel
import Terminal
import Testing
import Verdicts

@Suite(.serialized) struct CheckTableTests {
    private static let definition: ProbeDefinition = {
        var definition = ProbeDefinition(name: "environment", summary: "", script: "")
        definition.rules = [
            ProbeRule(
                "lustre", .differs, ["mounted"], message: "/lustre: {lustre}",
                remedy: "fleet mount-lustre")
        ]
        definition.baseline = [
            .init("os"), .init("kernel", remedy: "bring it to the kernel of the others"),
            .init("efa_devices"),
        ]
        return definition
    }()

    private static func report(
        _ name: String, kernel: String = "6.8.0-1021-aws", lustre: String = "mounted", efa: Int = 32
    ) -> NodeReport {
        Fixtures.finished(
            name, "os=Ubuntu 22.04.5 LTS\nkernel=\(kernel)\nlustre=\(lustre)\nefa_devices=\(efa)\n",
            node: Fixtures.healthy, probe: DefinedProbe(definition))
    }

    static let reports: [NodeReport] = {
        let probe = DefinedProbe(definition)
        return probe.review(
            (1...40).filter { $0 % 7 != 0 }.map { report("gpu-\($0)") } + [
                report("gpu-41", kernel: "6.8.0-1043-aws", lustre: "no client module"),
                report("gpu-42", efa: 31), Fixtures.notRun(Fixtures.drained, probe: probe),
                Fixtures.ended("gpu-44", .timedOut, "still running after 30 s", probe: probe),
                Fixtures.finished("gpu-45", "os=Ubuntu 22.04.5 LTS\n", probe: probe),
            ])
    }()

    @Test func tables() throws {
        let tables: [(any ReportTable, String)] = [
            (CheckTable(Self.definition), "check"), (CheckDiffTable(Self.definition), "check-diff"),
        ]
        for (table, name) in tables {
            #expect(table.printsAtEnd)
            try Golden.check(table.lines(for: Self.reports, width: nil), name)
            let narrow = table.lines(for: Self.reports, width: 80)
            #expect(narrow.allSatisfy { TerminalText.width($0) <= 80 })
            try Golden.check(narrow, "\(name)-80")
        }
        try Golden.check(
            CheckWideTable(Self.definition).lines(for: Array(Self.reports.suffix(6)), width: nil),
            "check-wide")
    }

    @Test func metrics() throws {
        let run = Fixtures.run("check environment", Array(Self.reports.suffix(6)))
        try Golden.check(CheckMetrics(Self.definition).text(of: run), "check-prometheus")
    }

    @Test func json() throws {
        let run = Fixtures.run("check environment", [Self.reports[34], Self.reports[38]])
        try Golden.check(JSONOutput.pretty(run.json), "check-json")
    }
}

import ArgumentParser
@testable import Commands
@testable import Reports
import Testing
import Verdicts

/// Which rows `fleet show` leaves out, and that it says so.
@Suite struct ShowCommandTests {
    private func shown(_ flags: String...) throws -> Set<String> {
        let command = try ShowCommand.parse(flags)
        return Set(
            Fixtures.runReports.filter(command.isShown).map { $0.verdict?.rawValue ?? "not run" })
    }

    @Test("What was not run did not fail: it is shown to those who ask for it")
    func rows() throws {
        #expect(try shown("--failed") == ["fail", "unknown"])
        #expect(try shown("--not-run") == ["not run"])
        #expect(try shown("--failed", "--not-run") == ["fail", "unknown", "not run"])
        #expect(try shown() == ["ok", "fail", "unknown", "not run"])
    }

    private func talk(_ flags: [String], _ reports: [NodeReport]) throws -> [String] {
        var output = RunOutput(table: RunTable())
        let run = Fixtures.run("run", reports)
        try ShowCommand.parse(flags).narrow(&output, run.id)
        #expect(output.narrowed != nil)
        return output.talk?(.init(report: run, width: 80)) ?? []
    }

    @Test("Nor are they well: their number is said, and the command that shows them")
    func leftOut() throws {
        let command = "fleet show --not-run 20261123-140211-7f3a"
        let reports = Fixtures.runReports
        #expect(
            try talk(["--failed"], reports) == ["2 nodes were not run, and not shown: \(command)"])
        #expect(
            try talk(["--failed"], Array(reports.prefix(2)))
                == ["1 node was not run, and not shown: \(command)"])
        #expect(try talk(["--failed"], Array(reports.prefix(1))).isEmpty)
        #expect(try talk(["--failed", "--not-run"], reports).isEmpty)
        let elsewhere = try talk(["--failed", "--run-dir", "/shared/my runs"], reports)
        #expect(elsewhere.first?.contains("--run-dir '/shared/my runs'") == true)
    }
}

@testable import FanOut
@testable import GPUCheck
@testable import Reports
import Terminal
import Testing
import Verdicts

/// What stands below the closing line of a plain run.
@Suite struct RunOutputTests {
    private func lines(
        _ output: RunOutput, _ reports: [NodeReport] = Fixtures.runReports, hasMore: Bool = true
    ) -> [String] {
        output.nextLines(for: Fixtures.run("run", reports), hasMore: hasMore)
    }

    @Test("Those that failed, as a hostlist to paste, and the command that shows every line")
    func next() {
        var output = RunOutput(table: RunTable())
        let failed = "failed: 'gpu-[3,6-8,10]'"
        #expect(lines(output) == [failed, "all lines: fleet show --gather 20261123-140211-7f3a"])
        #expect(lines(output, hasMore: false) == [failed])
        output.runDir = "/shared/a b"
        #expect(
            lines(output).last
                == "all lines: fleet show --gather --run-dir '/shared/a b' 20261123-140211-7f3a")
    }

    @Test("Nothing where all is shown: none failed, one node alone, data, a check")
    func nothing() {
        let well = Fixtures.runReports[0]
        // The head node is none that another command could be sent to.
        var head = Fixtures.runReports[6]
        head.result.launcher = .local
        let plain = RunOutput(table: RunTable())
        #expect(lines(plain, [well, head], hasMore: false) == [])
        #expect(lines(plain, [Fixtures.runReports[6]]) == [])
        #expect(lines(RunOutput(table: RunTable(), format: .json)) == [])
        #expect(lines(RunOutput(table: GPUWideTable())) == [])
    }
}

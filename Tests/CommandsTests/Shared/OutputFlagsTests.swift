import ArgumentParser
@testable import GPUCheck
@testable import Reports
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

@Suite struct OutputFlagsTests {
    private func output(_ arguments: [String], _ format: OutputFormat = .table) throws -> RunOutput
    {
        try OutputFlags.parse(arguments).output(table: RunTable(), format: format)
    }

    @Test(
        arguments: [
            ([], .rows), (["--gather"], .groups(diff: false)),
            (["--diff"], .groups(diff: true)), (["--gather", "--diff"], .groups(diff: true)),
            (["--label"], .lines),
        ] as [([String], RunOutput.View)])
    func views(_ arguments: [String], _ view: RunOutput.View) throws {
        let output = try output(arguments)
        #expect(output.view == view)
        #expect(output.followsOutput == (view == .lines))
        #expect(output.needsStreams == (arguments != [] && view != .lines))
    }

    @Test(arguments: [["--label", "--gather"], ["--label", "--diff"], ["--output-dir"]])
    func conflicts(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try OutputFlags.parse(arguments) }
    }

    @Test(arguments: [OutputFormat.json, .jsonl, .csv], ["--gather", "--diff", "--label"])
    func formats(_ format: OutputFormat, _ flag: String) throws {
        #expect(throws: UsageError.self) { try output([flag], format) }
        #expect(try output([], format).needsStreams == (format == .json))
        #expect(try !output([], format).followsOutput)
    }

    /// A check's rows wait for the last one: as data they have what the nodes wrote.
    @Test(arguments: OutputFormat.allCases)
    func streamsAtEnd(_ format: OutputFormat) {
        let output = RunOutput(table: GPUWideTable(), format: format)
        #expect(output.printsAtEnd)
        #expect(output.needsStreams == [.json, .jsonl, .csv].contains(format))
    }

    @Test func folder() throws {
        let folder = try TemporaryFolder(["file": ""])
        let path = folder.path + "/a/b"
        #expect(try output(["--output-dir", path], .json).folder?.path == path)
        #expect(throws: OutputFolderError.self) {
            try output(["--output-dir", folder.path + "/file/x"])
        }
    }
}

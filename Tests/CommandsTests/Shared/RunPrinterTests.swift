import Foundation
import GPUCheck
@testable import Reports
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

@Suite struct RunPrinterTests {
    @Test(
        "A run of one node shows its output whole, where a person reads it and asked for no other view"
    )
    func alone() throws {
        let rows = RunOutput(table: RunTable())
        #expect(rows.shown(for: 1).view == .whole && rows.shown(for: 1).followsOutput)
        #expect(rows.shown(for: 2).view == .rows && rows.shown(for: 0).view == .rows)
        for format in OutputFormat.allCases where format != .table {
            #expect(RunOutput(table: RunTable(), format: format).shown(for: 1).view == .rows)
        }
        #expect(RunOutput(table: RunTable(), view: .lines).shown(for: 1).view == .lines)
        #expect(RunOutput(table: GPUTable()).shown(for: 1).view == .rows)
    }

    @Test("A folder that takes no files is told once, by its own name, after the closing line")
    func folder() throws {
        let temporary = try TemporaryFolder()
        let path = temporary.path + "/out"
        let output = RunOutput(
            table: RunTable(), format: .json, folder: try OutputFolder(path: path))
        try FileManager.default.removeItem(atPath: path)
        try Data().write(to: URL(filePath: path))
        let report = Fixtures.ran("gpu-1", "x")
        var printer = RunPrinter(
            console: Console(environment: [:]), output: output, names: ["gpu-1", "gpu-2"])
        printer.row(report)
        printer.row(Fixtures.ran("gpu-2", "y"))
        let error = try #require(throws: OutputFolderError.self) {
            try printer.finish(Fixtures.run("run", []))
        }
        #expect(error.path == path + "/gpu-1.out")
        #expect(ExitCodes.code(for: error) == ExitCodes.couldNotWork)
    }
}

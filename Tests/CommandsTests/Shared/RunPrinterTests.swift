import Foundation
@testable import Reports
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

@Suite struct RunPrinterTests {
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

@testable import FanOut
import Foundation
@testable import GPUCheck
@testable import LustreCheck
@testable import Platform
@testable import Reports
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

@Suite struct RunDocumentTests {
    private let report = Fixtures.run("gpu-check", Fixtures.gpuReports)

    private func text(_ format: OutputFormat, _ table: any ReportTable) throws -> String {
        let output = RunOutput(table: table, format: format, metrics: GPUMetrics())
        var html = output
        html.page = { report in "<p>" + report.reports.map(\.result.node).joined() + "</p>\n" }
        let document = RunDocument(output: html, report: report)
        return String(
            decoding: try document.bytes(width: nil, isTerminal: false), as: UTF8.self)
    }

    @Test("Every format has every node, in order", arguments: OutputFormat.allCases)
    func formats(_ format: OutputFormat) throws {
        let text = try text(format, GPUFoldedTable())
        for report in report.reports { #expect(text.contains(report.result.node)) }
        #expect(text.utf8.last == 10)
    }

    @Test func lines() throws {
        let count = report.reports.count
        #expect(try text(.jsonl, GPUFoldedTable()).split(separator: "\n").count == count)
        #expect(try text(.csv, GPUFoldedTable()).hasPrefix("node,outcome,"))
        #expect(try text(.prometheus, GPUFoldedTable()).hasPrefix("# HELP fleet_gpu_check_"))
    }

    @Test("Rows wait for the last one where they fold or are compared, and nowhere else")
    func waiting() {
        for format in OutputFormat.allCases {
            let waits = RunOutput(table: GPUFoldedTable(), format: format).printsAtEnd
            #expect(waits)
            let mounts = RunOutput(table: MountTable(), format: format).printsAtEnd
            #expect(mounts == [.json, .prometheus, .html].contains(format))
        }
        let lines = RunOutput(table: GPUFoldedTable(), view: .lines)
        #expect(!lines.printsAtEnd)
    }

    @Test("A file is there whole, readable for others, and nothing lies beside it")
    func file() throws {
        let folder = try TemporaryFolder(["old.prom": "old"])
        for name in ["old.prom", "new.prom"] {
            try AtomicFile.write(Array("new\n".utf8), to: "\(folder.path)/\(name)")
            let path = "\(folder.path)/\(name)"
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new\n")
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect(facts[.posixPermissions] as? Int == 0o644)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.sorted() == ["new.prom", "old.prom"])
        #expect(throws: OutputFileError.self) {
            try AtomicFile.write([], to: "\(folder.path)/none/a.prom")
        }
    }
}

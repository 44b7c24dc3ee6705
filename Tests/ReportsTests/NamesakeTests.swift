import FanOut
import Foundation
import Reports
import Terminal
import TestSupport
import Testing
import Verdicts

/// A head node (`--include-head`) that has the name of a node of the cluster.
@Suite("The head node beside a node of its name") struct NamesakeTests {
    private static let head = Rows.ran("n1", "head", stderr: "e") { $0.launcher = .local }

    /// What is in a folder after these rows of a run of these targets.
    private static func files(_ names: [String], _ rows: [NodeReport]) throws -> [String: String] {
        let folder = try TemporaryFolder()
        var printer = RunPrinter(
            console: Console(environment: [:]),
            output: RunOutput(
                table: RunTable(), format: .json, isQuiet: true,
                folder: try OutputFolder(path: folder.path)),
            names: names)
        for row in rows { printer.kept(row) }
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = FileManager.default.contents(atPath: "\(folder.path)/\(name)")
                .map { String(decoding: $0, as: UTF8.self) }
        }
        return files
    }

    @Test("Neither overwrites the other's files, whichever ends first")
    func files() throws {
        let node = Rows.ran("n1", "node")
        for rows in [[Self.head, node], [node, Self.head]] {
            #expect(
                try Self.files(["n1", "n1", "n2"], rows) == [
                    "n1.out": "node", "n1.err": "", "n1%head.out": "head", "n1%head.err": "e",
                ])
        }
    }

    @Test("The name is the same when the node's own row is missing; alone it is that of any node")
    func alone() throws {
        #expect(try Self.files(["n1", "n1"], [Self.head])["n1%head.out"] == "head")
        #expect(try Self.files(["n1", "n2"], [Self.head])["n1.out"] == "head")
    }

    @Test(
        "No node can have the head node's files, whatever its name",
        arguments: ["n1%head", "n1%head.out", "n1%68ead", "n1/head", "n1 (head)"])
    func impostor(_ name: String) throws {
        let files = try Self.files(
            ["n1", "n1", name], [Self.head, Rows.ran("n1", "node"), Rows.ran(name, "other")])
        #expect(files.count == 6)
        #expect(files["n1%head.out"] == "head" && files["n1.out"] == "node")
    }
}

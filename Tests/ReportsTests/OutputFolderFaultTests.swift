import FanOut
import Foundation
import Platform
import TestSupport
import Testing
import Verdicts

@testable import Reports

/// `--output-dir` in a folder that others may write to, or that cannot take what is written.
@Suite struct OutputFolderFaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(["outside/secret": "keep"]) }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    private func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    @Test(
        "A link in a file's place is replaced, whether it leads out, in a circle, to a folder or nowhere"
    )
    func links() throws {
        let output = try OutputFolder(path: path("out"))
        for (node, target) in [
            ("out", path("outside/secret")), ("circle", "circle.out"), ("none", "/nowhere/at/all"),
            ("folder", path("outside")), ("up", "../outside/secret"),
        ] {
            try link("out/\(node).out", to: target)
            try output.write(Rows.ran(node, "new"))
            #expect(read("out/\(node).out") == "new")
            let kind = try FileManager.default.attributesOfItem(atPath: path("out/\(node).out"))
            #expect(kind[.type] as? FileAttributeType == .typeRegular)
        }
        #expect(read("outside/secret") == "keep")
        #expect(try names("outside") == ["secret"])
    }

    @Test("The folder that the user names may be a link; one put there later changes nothing")
    func folderIsALink() throws {
        try folder.write("", to: "real/.keep")
        try link("alias", to: "real")
        let output = try OutputFolder(path: path("alias"))
        try FileManager.default.removeItem(atPath: path("alias"))
        try link("alias", to: "outside")
        try output.write(Rows.ran("n", "x"))
        #expect(read("real/n.out") == "x")
        #expect(try names("outside") == ["secret"])
    }

    @Test(
        "A folder in a file's place is an error that names it, and the other stream's file is left alone"
    )
    func folderInPlace() throws {
        try folder.write("", to: "out/n.out/inner")
        let output = try OutputFolder(path: path("out"))
        let error = try #require(throws: OutputFolderError.self) {
            try output.write(Rows.ran("n", "x"))
        }
        #expect(error.path == path("out/n.out"))
        #expect(
            error.description
                == "cannot write \(path("out/n.out")): \(error.cause)\nGive --output-dir a folder that you may write to, with room for the output."
        )
        #expect(try names("out") == ["n.out"])
    }

    @Test(
        "A record that is gone, or shorter than it says, is an error and never a file that looks whole"
    )
    func record() throws {
        try folder.write("0123456789", to: "record")
        let output = try OutputFolder(path: path("out"))
        func write(_ record: String, offset: Int, _ stdout: Int, _ stderr: Int) throws {
            try output.write(
                Rows.ran("n", "012", stderr: "") {
                    $0.cut = CutOutput(
                        path: path(record), offset: offset, stdout: stdout, stderr: stderr)
                })
        }
        for (name, count) in [("record", 11), ("none", 1)] {
            #expect(throws: OutputFolderError.self) { try write(name, offset: 0, count, 0) }
            #expect(try names("out") == [])
        }
        // The errors' part is missing: what came before is there, and its own file is not.
        #expect(throws: OutputFolderError.self) { try write("record", offset: 2, 8, 1) }
        #expect(read("out/n.out") == "23456789" && read("out/n.err") == nil)
        try write("record", offset: 2, 5, 3)
        #expect(read("out/n.out") == "23456" && read("out/n.err") == "789")
    }

    @Test("Two nodes never share a file, and no name leads out of the folder", arguments: 0..<10)
    func fileNames(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let pieces = [
            "a", ".", "..", "/", "%", "%2F", "%2E", "\n", "\u{0}", "\u{7f}", "한", "-", "2F", "~",
        ]
        let nodes = Set(
            (0..<300).map { _ in
                (0..<Int.random(in: 0...4, using: &random))
                    .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            })
        let names = nodes.map(OutputFolder.fileName)
        #expect(Set(names).count == nodes.count)
        for name in names {
            #expect(!name.contains("/") && !name.hasPrefix("."))
            #expect(!name.utf8.contains { $0 < 0x20 || $0 == 0x7f })
        }
    }

    @Test("The suffix is the caller's, and a node that did not run has no file")
    func suffix() throws {
        let output = try OutputFolder(path: path("out"), outSuffix: ".json")
        for outcome in Outcome.allCases { try output.write(Rows.ended(outcome.rawValue, outcome)) }
        #expect(
            try names("out") == [
                "finished.err", "finished.json", "timed_out.err", "timed_out.json",
            ])
    }
}

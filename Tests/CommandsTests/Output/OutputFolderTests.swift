@testable import FanOut
import Foundation
@testable import Reports
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

@Suite struct OutputFolderTests {
    private func read(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map(Array.init)
    }

    private func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test(arguments: Fixtures.payloads)
    func everyByte(_ given: OutputPayload) throws {
        let payload = given.bytes
        let folder = try TemporaryFolder()
        let output = try OutputFolder(path: folder.path + "/new/deep")
        try output.write(Fixtures.ran("gpu-1", payload, stderr: payload.reversed()))
        let isSame =
            read(folder.path + "/new/deep/gpu-1.out") == payload
            && read(folder.path + "/new/deep/gpu-1.err") == payload.reversed()
        #expect(isSame)
    }

    /// A file stands for a command that ran.
    @Test func onlyWhatRan() throws {
        let folder = try TemporaryFolder()
        let output = try OutputFolder(path: folder.path)
        for report in Fixtures.runReports { try output.write(report) }
        let ran = ["gpu-1", "gpu-3", "gpu-5", "gpu-6", "gpu-7", "gpu-8", "gpu-9", "한글-1"]
        #expect(names(folder.path) == ran.flatMap { [$0 + ".err", $0 + ".out"] }.sorted())

        var cancelled = Fixtures.runReports[12]
        cancelled.result.stdout = [0x41]
        try output.write(cancelled)
        #expect(read(folder.path + "/gpu-13.out") == [0x41])
        #expect(read(folder.path + "/gpu-13.err") == [])
    }

    @Test(
        arguments: [
            ("gpu-1", "gpu-1"), ("a.b", "a.b"), ("..", "%2E."), (".hidden", "%2Ehidden"),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"), ("/etc/x", "%2Fetc%2Fx"),
            ("a%2Fb", "a%252Fb"), ("a\u{0}b\n", "a%00b%0A"), ("한글-1", "한글-1"), ("", ""),
        ] as [(String, String)])
    func fileNames(_ node: String, _ name: String) {
        #expect(OutputFolder.fileName(for: node) == name)
    }

    @Test func staysInside() throws {
        let folder = try TemporaryFolder(["outside.out": "before"])
        let output = try OutputFolder(path: folder.path + "/in")
        for node in ["../outside", "..", ".", "a/b", "/tmp/x"] {
            try output.write(Fixtures.ran(node, "x"))
        }
        #expect(names(folder.path) == ["in", "outside.out"])
        #expect(names(folder.path + "/in").count == 10)
    }

    /// Files of an earlier run are replaced; a link that somebody left is not followed.
    @Test func replaces() throws {
        let folder = try TemporaryFolder(["target": "keep", "out/n.out": "old and longer"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/out/n.err", withDestinationPath: folder.path + "/target")
        try OutputFolder(path: folder.path + "/out").write(
            Fixtures.ran("n", "new", stderr: "err"))
        #expect(read(folder.path + "/out/n.out") == Array("new".utf8))
        #expect(read(folder.path + "/out/n.err") == Array("err".utf8))
        #expect(read(folder.path + "/target") == Array("keep".utf8))
    }

    @Test func errors() throws {
        let folder = try TemporaryFolder(["file": "x"])
        let path = folder.path + "/file/sub"
        let error = try #require(throws: OutputFolderError.self) { try OutputFolder(path: path) }
        #expect(error.path == path && !error.cause.isEmpty)
        #expect(error.description.hasPrefix("cannot write \(path): "))
        #expect(error.description.contains("--output-dir"))
        #expect(throws: OutputFolderError.self) { try OutputFolder(path: folder.path + "/file") }

        let output = try OutputFolder(path: folder.path)
        let long = String(repeating: "n", count: 300)
        let name = try #require(throws: OutputFolderError.self) {
            try output.write(Fixtures.ran(long, "x"))
        }
        #expect(name.path.hasSuffix("\(long).out"))
    }
}

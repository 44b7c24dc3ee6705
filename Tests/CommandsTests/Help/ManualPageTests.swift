@testable import Commands
import Foundation
@testable import Sweeps
import TestSupport
import Testing

/// The manual pages, read by mandoc.
@Suite struct ManualPageTests {
    private static let mandoc = "/usr/bin/mandoc"

    /// The text of each, written once: the parser takes long to say what is in them.
    private static let texts = Result {
        let folder = try TemporaryFolder()
        try ManualPage.writeAll(
            into: folder.path, environment: ["SOURCE_DATE_EPOCH": "1795737600"])
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            texts[name] = try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
        }
        return texts
    }

    @Test("A page for every command, under the name that other pages give it")
    func names() throws {
        let texts = try Self.texts.get()
        let names = Set(texts.keys)
        #expect(names.contains("fleet.1") && names.contains("fleet-status.1"))
        #expect(names.contains("fleet-runs-prune.1") && names.contains("fleet-cluster-create.1"))
        for (name, text) in texts {
            #expect(text.contains("\n.Nm \(name.dropLast(2))\n.Nd "), "\(name)")
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"] {
                #expect(text.contains("\n.Sh \(section)\n"), "\(name): \(section)")
            }
            // What is referred to is there.
            for match in text.matches(of: /\.(?:It )?Xr (fleet[a-z\-]*) 1/) {
                #expect(names.contains("\(match.1).1"), "\(name): \(match.1)")
            }
            for (code, _) in ExitCodes.meanings {
                #expect(text.contains("\n.It \(code)\n"), "\(name): \(code)")
            }
        }
        let root = try #require(texts["fleet.1"])
        #expect(root.hasPrefix(".Dd November 27, 2026\n"))
        #expect(root.contains("fleet health\nfleet status\nfleet node NODE\n"))
    }

    @Test(
        "mandoc finds nothing to complain of",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: mandoc),
            "scripts/install-dependencies installs mandoc"))
    func lint() throws {
        let texts = try Self.texts.get()
        let folder = try TemporaryFolder(texts)
        let said = try Self.lint(texts.keys.sorted().map { "\(folder.path)/\($0)" })
        #expect(said.isEmpty, "\(said.prefix(20).joined(separator: "\n"))")
        // And it would find it.
        let bad = folder.path + "/bad.1"
        try Data(".Dd x\n.Sh NAME\n.Foo\n".utf8).write(to: URL(filePath: bad))
        #expect(try !Self.lint([bad]).isEmpty)
    }

    private static func lint(_ files: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: mandoc)
        process.arguments = ["-T", "lint", "-W", "style"] + files
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        // The pages that are referred to are not installed here: another test looks for them.
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter {
                !$0.contains("manual not found") && !$0.contains("outdated mandoc.db")
                    && !$0.contains("RCS id missing")
            }
    }
}

import Foundation
@testable import Platform
import SystemPackage
import TestSupport
import Testing

/// What an open folder gives out, and what it does not.
@Suite("Open folders", .timeLimit(.minutes(20)))
struct OpenFolderTests {
    @Test(
        "A name leads to what is in the folder, and nowhere else",
        arguments: ["", ".", "..", "a/b", "/etc/passwd", "../x", "a\0b"])
    func names(_ name: String) throws {
        let folder = try TemporaryFolder(["x/a": "1", "y": "2"])
        let open = try OpenFolder(path: folder.path + "/x")
        #expect(throws: Errno.invalidArgument) { try open.read(name, limit: 10) }
        #expect(throws: Errno.invalidArgument) { try open.replace(name, with: []) }
        #expect(throws: Errno.invalidArgument) { try open.remove(name) }
        #expect(throws: Errno.invalidArgument) { try open.removeTree(name) }
        #expect(throws: Errno.invalidArgument) { try open.rename("a", to: name) }
        #expect(open.facts(name) == nil)
    }

    @Test("Links, pipes and folders in a file's place are none")
    func notFiles() throws {
        let folder = try TemporaryFolder(["x/a": "1", "victim": "old"])
        let open = try OpenFolder(path: folder.path + "/x")
        let files = FileManager.default
        for (name, target) in [("link", "../victim"), ("loop", "loop"), ("gone", "none")] {
            try files.createSymbolicLink(
                atPath: "\(folder.path)/x/\(name)", withDestinationPath: target)
            #expect(throws: Errno.tooManySymbolicLinkLevels) { try open.open(name) }
            #expect(throws: Errno.tooManySymbolicLinkLevels) {
                try open.open(name, .writeOnly, [.create, .append])
            }
        }
        #expect(unsafe mkfifo("\(folder.path)/x/pipe", 0o600) == 0)
        // Reading it would wait for a writer that never comes.
        #expect(throws: FolderProblem.self) { try open.read("pipe", limit: 10) }
        _ = try folder.folder("x/inner")
        #expect(throws: (any Error).self) { try open.read("inner", limit: 10) }
        // What is written takes the link's place.
        try open.replace("link", with: Array("new".utf8))
        #expect(try open.read("link", limit: 10) == Array("new".utf8))
        #expect(try String(contentsOfFile: folder.path + "/victim", encoding: .utf8) == "old")
        #expect(try open.read("none", limit: 10) == nil)
        #expect(throws: FolderProblem.self) { try open.read("link", limit: 2) }
    }

    @Test("What is written is its owner's alone, whatever was there and whatever the umask is")
    func modes() throws {
        let folder = try TemporaryFolder(["a": "1"])
        let open = try OpenFolder(path: folder.path)
        for (mode, expected) in [(mode_t(0o600), 0o600), (0o644, 0o644)] {
            try open.replace("a", with: [1], mode: mode)
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/a")
            #expect(facts[.posixPermissions] as? Int == expected)
        }
        #expect(try open.names() == ["a"])
        // A draft that could not be written leaves nothing.
        #expect(throws: Errno.ioError) {
            try open.replace("a") { _ in throw Errno.ioError }
        }
        #expect(try open.names() == ["a"])
        #expect(try open.read("a", limit: 9) == [1])
    }

    @Test("A tree goes with its links, not with what they lead to")
    func removeTree() throws {
        let folder = try TemporaryFolder(["run/a": "1", "run/b/c/d": "2", "kept/x": "3"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/run/link", withDestinationPath: "../kept")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/way", withDestinationPath: "kept")
        let open = try OpenFolder(path: folder.path)
        try open.removeTree("run")
        try open.removeTree("way")
        #expect(try open.names() == ["kept"])
        #expect(try OpenFolder(path: folder.path + "/kept").names() == ["x"])
    }

    @Test("A file without a name leaves none, and has all of it")
    func unnamed() throws {
        let folder = try TemporaryFolder()
        let open = try OpenFolder(path: folder.path)
        let text = String(repeating: "line\n", count: 100_000)
        let range = try FileRange(open.unnamedFile(holding: text))
        #expect(range.size == text.utf8.count)
        #expect(try open.names() == [])
    }

    @Test("Another user's file or folder is told apart", .enabled(if: geteuid() == 0))
    func strangers() throws {
        let folder = try TemporaryFolder(["a": "1"])
        try FileManager.default.setAttributes(
            [.ownerAccountID: 65_534], ofItemAtPath: folder.path + "/a")
        _ = try folder.folder("inner", owner: 65_534)
        let open = try OpenFolder(path: folder.path)
        #expect(throws: FolderProblem.stranger("\(folder.path)/a", owner: 65_534)) {
            try open.read("a", limit: 9)
        }
        #expect(throws: FolderProblem.stranger("\(folder.path)/inner", owner: 65_534)) {
            try open.folder("inner")
        }
    }
}

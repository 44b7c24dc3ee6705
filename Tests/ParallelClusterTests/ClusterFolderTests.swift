import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// What is kept of a cluster lies in one folder of the user's, whatever AWS calls cluster and stack.
@Suite("the folder of a cluster")
struct ClusterFolderTests {
    @Test(
        "No name leads out of the folder",
        arguments: [
            ("ml", "arn:aws:x:stack/ml/0a-1", "ml/0a-1"), ("ml", nil, "ml/unknown"),
            ("ml", "", "ml/unknown"),
            ("ml", "/", "ml/unknown"), ("..", "..", "unnamed/unnamed"),
            ("../../etc", "a/../b", "etc/b"),
            ("a/b", "x", "ab/x"), ("", "x", "unnamed/x"), ("m\u{0}l\n", "$(x)", "ml/x"),
            ("é", "٣", "unnamed/unnamed"),
            (String(repeating: "a", count: 300), "x", String(repeating: "a", count: 128) + "/x"),
        ] as [(String, String?, String)])
    func paths(_ name: String, _ stack: String?, _ place: String) {
        #expect(
            ClusterFolder(home: "/h", name: name, stackID: stack).path == "/h/.fleet/clusters/"
                + place)
    }

    @Test("What is kept is read back, and replaced")
    func keeping() throws {
        let home = try TemporaryFolder()
        let folder = ClusterFolder(home: home.path, name: "ml", stackID: "x/1")
        #expect(folder.kept("a") == nil && ClusterFolder.all(home: home.path, name: "ml").isEmpty)
        for text in ["", "x\n", "é\u{0}\r\n", String(repeating: "y", count: 100_000), "short"] {
            #expect(folder.keep(text, as: "a") && folder.kept("a") == text)
        }
        #expect(ClusterFolder(home: home.path, name: "ml", stackID: "x/2").kept("a") == nil)
        #expect(ClusterFolder.all(home: home.path, name: "ml") == [folder.path])
        #expect(ClusterFolder.all(home: home.path, name: "other").isEmpty)
    }

    /// Where nothing can be kept the command goes on.
    @Test(
        "A home that is none keeps nothing",
        arguments: [".fleet", ".fleet/clusters", ".fleet/clusters/ml"])
    func noHome(_ file: String) throws {
        let home = try TemporaryFolder([file: "a file, no folder\n"])
        let folder = ClusterFolder(home: home.path, name: "ml", stackID: "x/1")
        #expect(!folder.keep("x", as: "a") && folder.kept("a") == nil)
        #expect(ClusterFolder.usualMinutes(home: home.path) == nil)
        #expect(
            try String(contentsOfFile: "\(home.path)/\(file)", encoding: .utf8)
                == "a file, no folder\n")
    }

    /// A median of what can be read; damaged files and those of others are passed over.
    @Test(
        "How long creations took",
        arguments: [
            (["1800"], 30), (["1800\n", "x", ""], 30), (["59"], 1), (["0"], 1), (["x"], nil),
            ([], nil),
            (["600", "1200", "1800"], 20), (["600", "1200"], 20),
            (["1800", "99999999999999999999"], 30),
            ([" 1800 \n"], 30), (["-5", "600"], 10), (["1800.5"], nil),
            (["\(Int.max)"], Int.max / 60),
        ] as [([String], Int?)])
    func durations(_ texts: [String], _ minutes: Int?) throws {
        let files = texts.enumerated().map {
            (".fleet/clusters/c\($0.offset)/s/duration", $0.element)
        }
        let home = try TemporaryFolder(Dictionary(files) { $1 })
        #expect(ClusterFolder.usualMinutes(home: home.path) == minutes)
    }

    @Test("A file that is too large to be one is refused by name")
    func tooLarge() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/big"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.truncate(atOffset: 8 << 20)
        #expect(try PrivateFile.read(file, user: 1)?.utf8.count == 8 << 20)
        try handle.truncate(atOffset: 8 << 20 + 1)
        for user: UInt32 in [0, 1] {
            let error = #expect(throws: ClusterError.self) {
                try PrivateFile.read(file, user: user)
            }
            #expect(
                error?.description == "\(file): is too large to be one" && error?.exitCode == 64)
        }
        let none = #expect(throws: ClusterError.self) { try PrivateFile.read(folder.path, user: 1) }
        #expect(none?.what == folder.path && none?.why.hasPrefix("cannot be read: ") == true)
    }
}

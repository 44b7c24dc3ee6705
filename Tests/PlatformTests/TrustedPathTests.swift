@testable import FanOut
import Foundation
@testable import Platform
import SystemPackage
import TestSupport
import Testing

/// What root refuses to use, and that nobody is faster than its look.
@Suite("Trusted paths", .enabled(if: OtherUser.isThere, OtherUser.whyNot), .timeLimit(.minutes(20)))
struct TrustedPathTests {
    private func refusal(_ path: String) -> String? { RunBase.distrust(path, user: 0) }

    @Test("Every folder on the way counts, whoever owns the last one")
    func ancestors() throws {
        let folder = try TemporaryFolder()
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let own = try folder.folder("theirs/own")
        #expect(
            refusal(own)
                == "\(theirs) belongs to user 65534, who could replace what root's jobs run")
        for (name, mode, who) in [("group", 0o775, "its group"), ("all", 0o777, "anybody")] {
            let open = try folder.folder(name, mode: mode)
            _ = try folder.folder("\(name)/own")
            for path in [open, open + "/own", open + "/new/deep"] {
                #expect(refusal(path)?.hasPrefix("\(who) may write to \(open), and ") == true)
            }
            #expect(throws: FolderProblem.self) { try RunBase.make(open + "/own/runs") }
        }
        // Sticky: each changes only what is his own.
        _ = try folder.folder("tmp", mode: 0o1777)
        #expect(refusal("\(folder.path)/tmp/runs") == nil)
    }

    @Test("A name that begins with a mark, which is one letter with the slash, is a name too")
    func combining() throws {
        let folder = try TemporaryFolder()
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let own = try folder.folder("theirs/\u{301}own")
        #expect(refusal(own)?.hasPrefix("\(theirs) belongs to user 65534") == true)
        let marked = try folder.folder("\u{301}marked")
        #expect(refusal("\(marked)/../theirs")?.hasPrefix("\(theirs) belongs to") == true)
    }

    @Test("A path that is longer than any is refused before its first folder is made")
    func tooLong() throws {
        let folder = try TemporaryFolder()
        #expect(throws: Errno.fileNameTooLong) {
            try RunBase.make(folder.path + String(repeating: "/a", count: 2_048))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test(
        "Who may make files in a folder, besides its user and root",
        arguments: [
            (0, 0o755, 0, nil), (0, 0o700, 7, nil), (7, 0o755, 7, nil), (7, 0o775, 7, nil),
            (7, 0o755, 0, "belongs to user 7"), (7, 0o700, 8, "belongs to user 7"),
            (0, 0o775, 0, "its group may make files in"),
            (0, 0o1777, 0, "anybody may make files in"),
            (0, 0o1777, 7, "anybody may make files in"), (7, 0o777, 7, "anybody may make files in"),
        ] as [(uid_t, Int, uid_t, String?)])
    func strangers(_ owner: uid_t, _ mode: Int, _ user: uid_t, _ words: String?) throws {
        let folder = try TemporaryFolder()
        let place = try folder.folder("place", owner: owner, mode: mode)
        let found = try OpenFolder.stranger(in: place, beside: user)
        #expect((found == nil) == (words == nil))
        if let words { #expect(found?.contains(words) == true, "\(found ?? "")") }
    }

    @Test("A link leads on where root made it, and its end is looked at like any other")
    func links() throws {
        let folder = try TemporaryFolder()
        _ = try folder.folder("tmp", mode: 0o1777)
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let own = try folder.folder("own")
        let files = FileManager.default
        for (name, target) in [
            ("good", own), ("relative", "own/../own"), ("bad", theirs), ("round", "round"),
        ] {
            try files.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: target)
        }
        #expect(refusal("\(folder.path)/good/x") == nil)
        #expect(refusal("\(folder.path)/relative/x") == nil)
        #expect(refusal("\(folder.path)/bad/x")?.contains("\(theirs) belongs to") == true)
        #expect(throws: Errno.tooManySymbolicLinkLevels) {
            try TrustedPath.end(of: "\(folder.path)/round", harm: "")
        }
        try files.createSymbolicLink(
            atPath: "\(folder.path)/tmp/link", withDestinationPath: own)
        #expect(unsafe lchown("\(folder.path)/tmp/link", OtherUser.id, OtherUser.id) == 0)
        #expect(
            refusal("\(folder.path)/tmp/link/x")
                == "\(folder.path)/tmp/link is a link of user 65534, who could point it elsewhere")
    }

    @Test(
        "200 times another user swaps the base while root makes it: nothing is ever made elsewhere")
    func swappedBase() async throws {
        let folder = try TemporaryFolder()
        let open = try folder.folder("tmp", mode: 0o1777)
        let victim = try folder.folder("victim")
        try await OtherUser.while_(
            """
            symlink("\(victim)", "x"); unlink("x"); mkdir("x"); mkdir("x/runs"); rmdir("x/runs"); rmdir("x");
            mkdir("y"); \(OtherUser.exchange("x", "y"))
            """, in: open
        ) {
            for round in 0..<200 {
                let made = try? RunDirectory.create(
                    base: "\(open)/x/runs", id: RunID("r\(round)"), nonce: "secret")
                let names = try FileManager.default.contentsOfDirectory(atPath: victim)
                #expect(names.isEmpty)
                guard let made else { continue }
                #expect(RunBase.distrust(made.path, user: 0) == nil)
                try? FileManager.default.removeItem(atPath: "\(open)/x")
            }
        }
    }

    @Test(
        "200 times a file without a name is made in another user's folder, who swaps what he sees there: it is root's own"
    )
    func unnamed() async throws {
        let folder = try TemporaryFolder()
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let secret = try folder.secret()
        let victim = try folder.folder("victim")
        try await OtherUser.while_(
            """
            opendir(my $d, "."); my @names = grep { !/^\\.\\.?$/ && $_ ne "kept" } readdir($d); closedir($d);
            for my $name (@names) {
                rename($name, "kept"); symlink("\(secret)", $name); unlink($name);
                symlink("\(victim)", $name); unlink($name); mkdir($name); rmdir($name); unlink("kept");
            }
            """, in: theirs
        ) {
            for round in 0..<200 {
                let file = try OpenFolder(path: theirs, followsLink: true).unnamedFile()
                try file.closeAfter {
                    try file.writeAll("round \(round)".utf8)
                    var bytes = [UInt8](repeating: 0, count: 64)
                    let count = try unsafe bytes.withUnsafeMutableBytes {
                        try unsafe file.read(fromAbsoluteOffset: 0, into: $0)
                    }
                    #expect(
                        String(decoding: bytes.prefix(count), as: UTF8.self) == "round \(round)")
                    let facts = try file.stat()
                    #expect(facts.userID.rawValue == 0 && facts.permissions.rawValue == 0o600)
                }
            }
        }
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(try FileManager.default.contentsOfDirectory(atPath: victim) == [])
    }

    @Test("Settings of others are refused, wherever they lie; those of nobody are none")
    func settings() throws {
        let folder = try TemporaryFolder()
        _ = try folder.folder("own")
        _ = try folder.folder("theirs", owner: OtherUser.id)
        for name in ["own/good", "own/open", "own/theirs", "theirs/a"] {
            try folder.write("a: 1\n", to: name)
        }
        let files = FileManager.default
        try files.setAttributes(
            [.posixPermissions: 0o664], ofItemAtPath: "\(folder.path)/own/open")
        try files.setAttributes(
            [.ownerAccountID: Int(OtherUser.id)], ofItemAtPath: "\(folder.path)/own/theirs")
        #expect(try TrustedPath.read("\(folder.path)/own/good", user: 0) == Array("a: 1\n".utf8))
        #expect(try TrustedPath.read("\(folder.path)/own/none", user: 0) == nil)
        for name in ["own/open", "own/theirs", "theirs/a"] {
            #expect(throws: FolderProblem.self) {
                try TrustedPath.read("\(folder.path)/\(name)", user: 0)
            }
        }
        #expect(throws: FolderProblem.self) {
            try TrustedPath.names(in: "\(folder.path)/theirs", user: 0)
        }
        #expect(throws: FolderProblem.tooLarge("\(folder.path)/own/good", size: 5, most: 4)) {
            try TrustedPath.read("\(folder.path)/own/good", user: 0, limit: 4)
        }
        // A pipe is no settings, and is not waited for.
        #expect(unsafe mkfifo("\(folder.path)/own/pipe", 0o600) == 0)
        #expect(throws: FolderProblem.self) {
            try TrustedPath.read("\(folder.path)/own/pipe", user: 0)
        }
    }

    @Test("A file of root's is written where it lies, and nothing of another user's")
    func writing() throws {
        let folder = try TemporaryFolder(["own/file": "old"])
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let files = FileManager.default
        try files.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: "\(folder.path)/own/file")
        try files.createSymbolicLink(
            atPath: "\(folder.path)/link", withDestinationPath: "own/file")
        try TrustedPath.write(Array("new".utf8), to: "\(folder.path)/link")
        #expect(try TrustedPath.read("\(folder.path)/own/file", user: 0) == Array("new".utf8))
        let facts = try files.attributesOfItem(atPath: "\(folder.path)/own/file")
        #expect(facts[.posixPermissions] as? Int == 0o640)
        #expect(throws: FolderProblem.self) { try TrustedPath.write([], to: "\(theirs)/file") }
        #expect(throws: FolderProblem.self) { try TrustedPath.makeFolder("\(theirs)/a/b") }
        #expect(throws: FolderProblem.self) { try TrustedPath.folder(theirs) }
        #expect(throws: FolderProblem.self) {
            try TrustedPath.write([], to: "\(folder.path)/own")
        }
        // Only the last name may be missing, and none is made for it.
        #expect(throws: Errno.noSuchFileOrDirectory) {
            try TrustedPath.write([], to: "\(folder.path)/none/file")
        }
        #expect(throws: Errno.notDirectory) {
            try TrustedPath.makeFolder("\(folder.path)/own/file")
        }
        try TrustedPath.makeFolder("\(folder.path)/a/b")
        #expect(try TrustedPath.folder("\(folder.path)/a/b").permissions.rawValue == 0o700)
        #expect(try files.contentsOfDirectory(atPath: theirs) == [])
    }
}

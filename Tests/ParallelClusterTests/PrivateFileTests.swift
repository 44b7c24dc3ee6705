import Foundation
@testable import ParallelCluster
import Testing
import TestSupport

/// Where variables, configurations and what is kept of a cluster are read and written.
@Suite("private files")
struct PrivateFileTests {
    private func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: target)
    }

    /// The file that a user's own link leads to is written, with its mode; the link stays, and the copy lies beside it.
    @Test func aLinkOfOnesOwnIsFollowed() throws {
        let folder = try TemporaryFolder(["dotfiles/env.sh": "export A='1'\n"])
        let (file, target) = (folder.path + "/env.sh", folder.path + "/dotfiles/env.sh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: target)
        try link(file, to: "dotfiles/env.sh")
        try SavedVariables.save([("A", "2")], in: file)
        #expect(text(target) == "export A='2'\n")
        #expect(try mode(target) == 0o640)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: file) == "dotfiles/env.sh")
        #expect(text(file + ".before-fleet") == "export A='1'\n")
        #expect(try mode(file + ".before-fleet") == 0o600)
    }

    /// A link that somebody put where the copy will be leads nowhere.
    @Test func theCopyFollowsNoLink() throws {
        let folder = try TemporaryFolder(["env.sh": "export A='1'\n", "victim": "precious\n"])
        let file = folder.path + "/env.sh"
        try link(file + ".before-fleet", to: folder.path + "/victim")
        try SavedVariables.save([("A", "2")], in: file)
        #expect(text(folder.path + "/victim") == "precious\n")
        #expect(text(file + ".before-fleet") == "export A='1'\n")
        #expect(
            (try? FileManager.default.destinationOfSymbolicLink(atPath: file + ".before-fleet"))
                == nil)
    }

    @Test func newFilesAndFoldersAreTheirOwnersAlone() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/a/b"
        try PrivateFile.makeFolder(place)
        try PrivateFile.makeFolder(place)
        try PrivateFile.write("x", to: place + "/c")
        #expect(try PrivateFile.read(place + "/c") == "x")
        #expect(try PrivateFile.read(place + "/none") == nil)
        #expect(try mode(place) == 0o700)
        #expect(try mode(place + "/c") == 0o600)
        // Not in place of a folder that is not there.
        #expect(throws: ClusterError.self) {
            try PrivateFile.write("x", to: folder.path + "/none/deep/c")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
    }
}

/// Root in the environment of somebody else, as `sudo -E` and `su -m` leave it.
@Suite("private files as root", .enabled(if: OtherUser.isThere, OtherUser.whyNot))
struct RootPrivateFileTests {
    /// Nothing of that user's home is written, and no link there leads to another file.
    @Test func anothersHomeIsRefused() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.secret()
        let home = try folder.folder("home", owner: OtherUser.id)
        let file = home + "/pcluster-env.sh"
        try folder.write("export A='1'\n", to: "home/pcluster-env.sh")
        for name in ["pcluster-env.sh.before-fleet", "c.yaml", ".fleet"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(home)/\(name)", withDestinationPath: secret)
        }
        let attempts: [() throws -> Void] = [
            { try SavedVariables.save([("A", "2")], in: file) },
            { try PrivateFile.keep("x", as: file + ".before-fleet", user: 0) },
            { try PrivateFile.write("x", to: home + "/c.yaml", user: 0) },
            { try PrivateFile.write("x", to: home + "/new.yaml", user: 0) },
            { try PrivateFile.makeFolder(home + "/clusters/ml") },
            { _ = try PrivateFile.read(file, user: 0) },
        ]
        for attempt in attempts {
            let error = #expect(throws: ClusterError.self) { try attempt() }
            #expect(error?.exitCode == 64)
            #expect(error?.why.contains("root does not use it") == true, "\(error?.why ?? "")")
            #expect(error?.why.contains("belongs to user 65534") == true)
            #expect(error?.next.contains("sudo -H") == true)
        }
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "export A='1'\n")
        #expect(!ClusterFolder(home: home, name: "ml", stackID: nil).keep("x", as: "duration"))
        // What is not there is no harm.
        #expect(try PrivateFile.read(home + "/none", user: 0) == nil)
    }

    /// In a folder for all, as /tmp is, root's own link is followed, and another user's refused.
    @Test func aPlantedLinkIsRefused() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.secret()
        let open = try folder.folder("tmp", mode: 0o1777)
        let file = open + "/env.sh"
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: secret)
        #expect(unsafe lchown(file, OtherUser.id, OtherUser.id) == 0)
        let error = #expect(throws: ClusterError.self) {
            try PrivateFile.write("x", to: file, user: 0)
        }
        #expect(error?.why.contains("is a link of user 65534") == true)
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(unsafe lchown(file, 0, 0) == 0)
        try PrivateFile.write("root's own\n", to: file, user: 0)
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: file) == secret)
    }

    /// A file that anybody may write is none of root's, wherever it lies.
    @Test func anOpenFileIsRefused() throws {
        let folder = try TemporaryFolder(["env.sh": "export A='1'\n"])
        let file = folder.path + "/env.sh"
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        let attempts: [() throws -> Void] = [
            { _ = try PrivateFile.read(file, user: 0) },
            { try PrivateFile.write("x", to: file, user: 0) },
        ]
        for attempt in attempts {
            let error = #expect(throws: ClusterError.self) { try attempt() }
            #expect(error?.why.contains("anybody may write to \(file)") == true)
        }
        // What a shell has opened for root it has opened itself.
        let handle = try #require(FileHandle(forReadingAtPath: file))
        #expect(
            try PrivateFile.read("/dev/fd/\(handle.fileDescriptor)", user: 0)
                == "export A='1'\n")
    }

    /// Whoever is no root is not asked for this: their files are theirs.
    @Test func usersDecideForThemselves() throws {
        let folder = try TemporaryFolder()
        let home = try folder.folder("home", owner: OtherUser.id)
        try PrivateFile.write("x", to: home + "/c.yaml", user: OtherUser.id)
        try PrivateFile.keep("y", as: home + "/c.yaml.before-fleet", user: OtherUser.id)
        #expect(try PrivateFile.read(home + "/c.yaml", user: OtherUser.id) == "x")
        #expect(
            try String(contentsOfFile: home + "/c.yaml.before-fleet", encoding: .utf8) == "y")
    }
}

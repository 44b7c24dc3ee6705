import Foundation
@testable import Platform
import SystemPackage
import TestSupport
import Testing

/// What `--output` and reports for other programs write: all of it, or what was there before.
@Suite struct AtomicFileTests {
    private func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("A file is replaced whole, is for all to read, and leaves no draft beside it")
    func replaces() throws {
        let folder = try TemporaryFolder(["f": String(repeating: "old", count: 100)])
        let path = folder.path + "/f"
        let reader = try FileRange(FileDescriptor.open(FilePath(path), .readOnly))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        for contents in ["new", "", String(repeating: "x", count: 300_000)] {
            try AtomicFile.write(Array(contents.utf8), to: path)
            #expect(text(path) == contents)
        }
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        #expect(facts[.posixPermissions] as? Int == 0o644)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["f"])
        // Who had the old one open still reads the old one.
        #expect(try reader.bytes(from: 0, count: 999).count == 300)
    }

    @Test(
        "A link in the file's place is replaced, and what it leads to stays; the folder may be a link"
    )
    func links() throws {
        let folder = try TemporaryFolder(["kept": "kept", "real/x": ""])
        let files = FileManager.default
        for (name, target) in [("link", "kept"), ("gone", "none"), ("way", "real")] {
            try files.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: target)
        }
        for name in ["link", "gone", "way/new"] {
            try AtomicFile.write(Array("new".utf8), to: "\(folder.path)/\(name)")
            #expect(text("\(folder.path)/\(name)") == "new")
        }
        #expect(text("\(folder.path)/kept") == "kept" && text("\(folder.path)/none") == nil)
        #expect(text("\(folder.path)/real/new") == "new")
    }

    @Test("A file that cannot be written is named, with the reason, and what was there stays")
    func problems() throws {
        let folder = try TemporaryFolder(["f": "old", "d/x": "1"])
        for (name, cause) in [
            ("none/f", "No such file or directory"), ("f/g", "Not a directory"),
            ("d", "Is a directory"), ("d/", "Is a directory"), ("d/..", "Invalid argument"),
            (String(repeating: "n", count: 300), "File name too long"),
        ] {
            let path = "\(folder.path)/\(name)"
            let error = #expect(throws: OutputFileError.self, "\(name)") {
                try AtomicFile.write([1], to: path)
            }
            #expect(error?.description == "cannot write \(path): \(cause)")
        }
        for path in ["", "/"] {
            let error = #expect(throws: OutputFileError.self) { try AtomicFile.write([], to: path) }
            #expect(error?.description == "cannot write \(path): Is a directory")
        }
        #expect(text(folder.path + "/f") == "old")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["d", "f"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/d") == ["x"])
    }

    @Test("No space is an error that leaves the old file and no draft")
    func full() throws {
        let folder = try TemporaryFolder(["f": "old"])
        let open = try OpenFolder(path: folder.path)
        #expect(throws: Errno.noSpace) {
            try open.replace("f", mode: 0o644) { file in
                try file.writeAll([1, 2, 3])
                throw Errno.noSpace
            }
        }
        #expect(try open.names() == ["f"] && text(folder.path + "/f") == "old")
    }

    @Test(
        "The fault of a machine says what it was, where, and what to do, for every error there is")
    func headFaults() {
        let directory = "/home/ann/.fleet/runs/r1"
        for (error, words, remedy) in [
            (Errno.noSpace, "no room left", "prune"), (.diskQuotaExceeded, "no room left", "prune"),
            (.noSuchFileOrDirectory, "is gone", "run it again"),
            (.staleNFSFileHandle, "is gone", "run it again"),
            (.tooManyOpenFiles, "no file descriptor left", "ulimit -n"),
            (.tooManyOpenFilesInSystem, "no file descriptor left", "ulimit -n"),
            (.resourceTemporarilyUnavailable, "starts no more processes", "ulimit -u"),
            (.noMemory, "starts no more processes", "ulimit -u"),
            (.readOnlyFileSystem, "cannot write to", "--run-dir"),
            (.permissionDenied, "cannot write to", "--run-dir"),
            (.ioError, "cannot write to", "--run-dir"),
            (.brokenPipe, "could not keep", "--run-dir"),
        ] {
            let fault = HeadFault(error, directory: directory)
            #expect(fault.description.contains(words), "\(error)")
            #expect(fault.remedy.contains(remedy), "\(error)")
            // A process that cannot start says nothing of a folder; all else names the folder.
            let isProcess = fault.remedy.contains("ulimit")
            #expect(fault.description.contains(directory) != isProcess, "\(error)")
            #expect(fault.description.hasPrefix("this machine") || words == "is gone")
        }
        let other = HeadFault(FolderProblem.stranger("/x", owner: 7), directory: directory)
        #expect(other.description.hasSuffix("\(directory): /x belongs to user 7"))
    }

    @Test("An error of Foundation is told in the system's words")
    func foundation() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: (any Error).self) {
            try Data().write(to: URL(fileURLWithPath: folder.path + "/none/f"))
        }
        #expect(FileProblem.words(error).lowercased() == "no such file or directory")
        for (code, words) in [
            (CocoaError.Code.fileWriteNoPermission, "permission denied"),
            (.fileWriteOutOfSpace, "no space left on the device"),
            (.fileWriteFileExists, "a file is in the way"),
            (.fileWriteVolumeReadOnly, "the file system is read-only"),
        ] {
            #expect(FileProblem.words(CocoaError(code)) == words)
        }
        #expect(FileProblem.words(Errno.noSpace) == "No space left on device")
    }
}

import Foundation
import SlurmKit
import SlurmModel
import TestSupport
import Testing

/// Files with node names: what is read, and what is told where they cannot be.
@Suite struct HostlistFileTests {
    private func error(_ path: String) throws -> SlurmError {
        try #require(throws: SlurmError.self) { try HostlistFile.text(path: path) }
    }

    @Test("A file's text is read as it is, its empty ends and its last line without an end too")
    func text() throws {
        for text in [
            "", "n1", "\n\nn[1-3] # rack 1\r\n한글\n", String(repeating: "n1\n", count: 90_000),
        ] {
            let folder = try TemporaryFolder(["nodes": text])
            #expect(try HostlistFile.text(path: folder.path + "/nodes") == text)
        }
    }

    @Test("A pipe is read to its end, as the shell's <(...) gives one")
    func pipe() throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data("n1\nn2\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(try HostlistFile.text(path: path) == "n1\nn2\n")
    }

    @Test("What cannot be read is named, with the reason and what a list of nodes is")
    func problems() throws {
        let folder = try TemporaryFolder()
        try Data([0x6e, 0x31, 0xff, 0x0a]).write(
            to: URL(fileURLWithPath: folder.path + "/latin"))
        for (path, cause) in [
            (folder.path + "/none", "No such file or directory"),
            (folder.path, "Is a directory"), (folder.path + "/latin", "it is no text in UTF-8"),
            // Has no end.
            ("/dev/zero", "it is longer than 16 MiB"),
        ] {
            let error = try error(path)
            #expect(error.kind == .input && error.code == nil)
            #expect(error.attempt == "read node names from \(path)")
            #expect(error.cause == cause)
            #expect(error.remedy == "A list of nodes holds hostlists, one to a line.")
        }
    }

    @Test("The largest file that is read is read whole, and one byte more is not")
    func size() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/nodes"
        let most = HostlistFile.maximumSize
        for (size, isRead) in [(most, true), (most + 1, false)] {
            try Data(repeating: 0x6e, count: size).write(to: URL(fileURLWithPath: path))
            let text = try? HostlistFile.text(path: path)
            #expect(text?.utf8.count == (isRead ? size : nil))
        }
    }
}

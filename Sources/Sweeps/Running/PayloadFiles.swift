import FanOut
import FoundationEssentials
import Platform
import Subprocess
package import SystemPackage

/// Files on their way to the nodes.
package enum PayloadFiles {
    /// Copies a payload's files into the run directory, where the nodes fetch them.
    ///
    /// - Throws: A ``RunDirectoryError``.
    static func copy(
        _ files: [PayloadFile], into directory: RunDirectory
    ) throws(RunDirectoryError) {
        for file in files {
            do {
                // A link in the caller's path is followed; standard input kept as a file has no name, only a
                // descriptor.
                let source = try FileDescriptor.open(
                    FilePath(file.source), .readOnly, options: [.nonBlocking, .closeOnExec])
                try source.closeAfter { try directory.addFile(file.name, from: source) }
            } catch {
                throw RunDirectoryError(
                    path: "\(directory.files)/\(file.name)", cause: FileProblem.words(error))
            }
        }
    }

    /// Keeps standard input as a file, since a pipe can be read only once.
    ///
    /// The file's name is removed at once and the file lives as long as this process, so that it is never left
    /// behind.
    ///
    /// - Parameter input: The descriptor that is read to its end.
    /// - Returns: A path under which this process and those it starts can read the file, and its size in bytes.
    /// - Throws: A ``PayloadFileError``.
    package static func spool(_ input: FileDescriptor = .standardInput)
        async throws(PayloadFileError)
        -> (path: String, size: Int)
    {
        do {
            // With sudo -E, TMPDIR belongs to another user.
            let file = try OpenFolder(
                path: FileManager.default.temporaryDirectory.path, followsLink: true
            ).unnamedFile()
            // cat(1) reads a pipe or a terminal to its end.
            let ended = try await Subprocess.run(
                .name("cat"),
                input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .string(limit: 1 << 16))
            guard ended.terminationStatus.isSuccess else {
                throw PayloadFileError(
                    path: "standard input", cause: Self.line(ended.standardError))
            }
            let process = ProcessInfo.processInfo.processIdentifier
            return (
                "/proc/\(process)/fd/\(file.rawValue)", Int(try file.seek(offset: 0, from: .end))
            )
        } catch let error as PayloadFileError {
            throw error
        } catch {
            throw PayloadFileError(path: "standard input", cause: FileProblem.words(error))
        }
    }

    /// The SHA-256 of a file, by the same sha256sum(1) that the nodes check it with.
    ///
    /// - Throws: A ``PayloadFileError``.
    package static func sha256(of path: String) async throws(PayloadFileError) -> String {
        do {
            let ended = try await Subprocess.run(
                .name("sha256sum"), arguments: ["--", path], input: .none,
                output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            // sha256sum puts a backslash before a sum when the name has special characters.
            let sum = ended.standardOutput.drop { $0 == "\\" }.prefix { $0 != " " }
            guard ended.terminationStatus.isSuccess, sum.count == 64 else {
                throw PayloadFileError(path: path, cause: Self.line(ended.standardError))
            }
            return String(sum)
        } catch let error as PayloadFileError {
            throw error
        } catch {
            throw PayloadFileError(path: path, cause: "sha256sum: \(error)")
        }
    }

    /// What a program complained of, without the end of its last line.
    private static func line(_ messages: String) -> String {
        messages.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

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
            let target = "\(directory.files)/\(file.name)"
            do {
                if file.isSpooled {
                    // It has no name that could be resolved, only an open descriptor.
                    try Data(contentsOf: URL(filePath: file.source), options: .mappedIfSafe)
                        .write(to: URL(filePath: target))
                } else {
                    try FileManager.default.copyItem(
                        atPath: URL(filePath: file.source).resolvingSymlinksInPath().path,
                        toPath: target)
                }
            } catch {
                throw RunDirectoryError(path: target, cause: FileProblem.words(error))
            }
        }
    }

    /// Keeps standard input as a file, since a pipe can be read only once.
    ///
    /// The file loses its name at once and lives as long as this process, so that no way out leaves it behind.
    ///
    /// - Parameter input: What is read, to its end.
    /// - Returns: A path under which this process and those it starts can read the file, and its size in bytes.
    /// - Throws: A ``PayloadFileError``.
    package static func spool(_ input: FileDescriptor = .standardInput)
        async throws(PayloadFileError)
        -> (path: String, size: Int)
    {
        do {
            let path = FileManager.default.temporaryDirectory
                .appending(path: "fleet-stdin-\(UUID().uuidString)").path
            let file = try FileDescriptor.open(
                FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            try FileManager.default.removeItem(atPath: path)
            // cat(1) reads whatever it is, pipe or terminal, as long as it lasts.
            let ended = try await Subprocess.run(
                .name("cat"),
                input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .string(limit: 1 << 16))
            guard ended.terminationStatus.isSuccess else {
                throw PayloadFileError(path: "standard input", cause: ended.standardError)
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
            // A name with odd characters is told by a backslash in front.
            let sum = ended.standardOutput.drop { $0 == "\\" }.prefix { $0 != " " }
            guard ended.terminationStatus.isSuccess, sum.count == 64 else {
                throw PayloadFileError(path: path, cause: ended.standardError)
            }
            return String(sum)
        } catch let error as PayloadFileError {
            throw error
        } catch {
            throw PayloadFileError(path: path, cause: "sha256sum: \(error)")
        }
    }
}

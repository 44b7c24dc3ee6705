import FleetCore
import FoundationEssentials
import Subprocess
import SystemPackage

/// Files on their way to the nodes.
enum PayloadFiles {
    /// Copies a payload's files into the run directory, where the nodes fetch them.
    ///
    /// - Throws: A ``RunDirectoryError``.
    static func copy(
        _ files: [PayloadFile], into directory: RunDirectory
    ) throws(RunDirectoryError) {
        for file in files {
            do {
                try FileManager.default.copyItem(
                    atPath: URL(filePath: file.source).resolvingSymlinksInPath().path,
                    toPath: "\(directory.files)/\(file.name)")
                if file.baseName.hasPrefix(spoolPrefix) {
                    try? FileManager.default.removeItem(atPath: file.source)
                }
            } catch {
                throw RunDirectoryError(
                    path: "\(directory.files)/\(file.name)", cause: FileProblem.words(error))
            }
        }
    }

    /// What the names of spooled files begin with.
    private static let spoolPrefix = "fleet-stdin-"

    /// Keeps standard input as a file, since a pipe can be read only once; ``copy(_:into:)`` removes it.
    ///
    /// - Returns: The file's path.
    /// - Throws: A ``PayloadFileError``.
    static func spoolStandardInput() async throws(PayloadFileError) -> String {
        do {
            let path = FileManager.default.temporaryDirectory
                .appending(path: spoolPrefix + UUID().uuidString).path
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            // cat(1) reads whatever it is, pipe or terminal, as long as it lasts.
            let ended = try await Subprocess.run(
                .name("cat"),
                input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
                output: .fileDescriptor(file, closeAfterSpawningProcess: true),
                error: .string(limit: 1 << 16))
            guard ended.terminationStatus.isSuccess else {
                throw PayloadFileError(path: "standard input", cause: ended.standardError)
            }
            return path
        } catch let error as PayloadFileError {
            throw error
        } catch {
            throw PayloadFileError(path: "standard input", cause: FileProblem.words(error))
        }
    }

    /// The SHA-256 of a file, by the same sha256sum(1) that the nodes check it with.
    ///
    /// - Throws: A ``PayloadFileError``.
    static func sha256(of path: String) async throws(PayloadFileError) -> String {
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

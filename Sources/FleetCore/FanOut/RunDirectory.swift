import FoundationEssentials
import Glibc
import SystemPackage

/// A run's folder on shared storage: its nonce, its manifest, and the nodes' records.
///
/// ```
/// RUN/            mode 0700
///   nonce         what proves to a node that this is the head's folder
///   run.json      what was run where
///   records/      NODE.JOB: a whole record; .NODE.JOB.*: still being written
/// ```
package struct RunDirectory: RecordStore {
    /// The folder, absolute.
    package let path: String

    private var records: String { path + "/records" }
    /// How much of an ended payload's output is kept when it left no record, in bytes.
    private static let partialLimit = 1 << 20

    /// Makes the folder and what is in it before any job runs.
    ///
    /// - Throws: A ``RunDirectoryError`` that names the path and the cause.
    package static func create(
        base: String, id: RunID, nonce: String, manifest: [UInt8]
    ) throws(RunDirectoryError) -> RunDirectory {
        let directory = RunDirectory(path: "\(base)/\(id)")
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: base, withIntermediateDirectories: true)
            for folder in [directory.path, directory.records] {
                try files.createDirectory(
                    atPath: folder, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
            }
            try Data(nonce.utf8).write(to: URL(filePath: directory.path + "/nonce"))
            try Data(manifest).write(to: URL(filePath: directory.path + "/run.json"))
        } catch {
            throw RunDirectoryError(path: directory.path, cause: Self.cause(of: error))
        }
        return directory
    }

    /// Looks at the records folder; one that cannot be read right now reads as empty.
    package func scan() -> RecordScan {
        RecordScan(fileNames: (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? [])
    }

    /// Reads a node's record.
    package func record(for key: RecordKey) throws(RecordProblem) -> Record {
        let bytes: [UInt8]
        do {
            let path = "\(records)/\(key.node).\(key.job)"
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .missing
        } catch {
            throw .file(Self.cause(of: error))
        }
        return try Record(bytes: bytes, key: key)
    }

    /// What a payload wrote before it was ended, the first MiB of each stream.
    package func partialOutput(node: String, job: UInt32) -> (stdout: [UInt8], stderr: [UInt8]) {
        func read(_ stream: String) -> [UInt8] {
            let url = URL(filePath: "\(records)/.\(node).\(job).\(stream)")
            // Mapped: the file may be as large as the storage, and only its beginning is wanted.
            guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else { return [] }
            return Array(data.prefix(Self.partialLimit))
        }
        return (read("out"), read("err"))
    }

    private static func cause(of error: any Error) -> String {
        if let error = error as? CocoaError {
            if let posix = error.underlying as? POSIXError {
                return Errno(rawValue: posix.code.rawValue).description
            }
            switch error.code {
            case .fileWriteNoPermission, .fileReadNoPermission: return "permission denied"
            case .fileWriteOutOfSpace: return "no space left on the device"
            case .fileNoSuchFile, .fileReadNoSuchFile: return "no such file or directory"
            case .fileWriteFileExists: return "a file is in the way"
            case .fileWriteVolumeReadOnly: return "the file system is read-only"
            default: break
            }
        }
        return "\(error)"
    }
}

package import FoundationEssentials
import SystemPackage

/// A run's folder on shared storage: its nonce, what was asked, and the nodes' records.
///
/// ```
/// RUN/            mode 0700
///   nonce         what proves to a node that this is the head's folder
///   run.json      what was run, and how
///   targets.json  on which nodes, and by which way
///   journal.jsonl every job that was submitted and every row that was given out
///   summary.json  how it ended
///   lock          held by the fleet that watches the run
///   files/        what travels with the payload
///   records/      NODE.JOB: a whole record; .NODE.*: claims, and what is still being written
/// ```
package struct RunDirectory: RecordStore {
    /// The folder, absolute.
    package let path: String

    /// The folder of the files that travel with the payload.
    package var files: String { path + "/files" }
    private var records: String { path + "/records" }
    /// How much of an ended payload's output is kept when it left no record, in bytes.
    private static let partialLimit = 1 << 20
    /// How much of a running payload's output is read at once, in bytes.
    private static let pieceLimit = 1 << 20

    /// Names a folder that exists.
    package init(path: String) {
        self.path = path
    }

    /// Makes the folder and what is in it before anything runs.
    ///
    /// - Throws: A ``RunDirectoryError`` that names the path and the cause.
    package static func create(
        base: String, id: RunID, nonce: String
    ) throws(RunDirectoryError) -> RunDirectory {
        let directory = RunDirectory(path: "\(base)/\(id)")
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: base, withIntermediateDirectories: true)
            for folder in [directory.path, directory.records, directory.files] {
                try files.createDirectory(
                    atPath: folder, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
            }
            try directory.write(Array(nonce.utf8), to: "nonce")
        } catch {
            throw RunDirectoryError(path: directory.path, cause: FileProblem.words(error))
        }
        return directory
    }

    /// Writes one of the folder's own files, whole or not at all.
    ///
    /// - Throws: What the system says.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
    }

    /// Reads one of the folder's own files; nil where it is not there.
    ///
    /// - Throws: What the system says.
    package func read(_ name: String) throws -> Data? {
        do {
            return try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        }
    }

    /// Looks at the records folder; one that cannot be read right now reads as empty.
    package func scan() -> RecordScan {
        RecordScan(fileNames: (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? [])
    }

    /// Reads a node's record.
    package func record(for key: RecordKey) throws(RecordProblem) -> Record {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: "\(records)/\(key.fileName)")))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .missing
        } catch {
            throw .file(FileProblem.words(error))
        }
        return try Record(bytes: bytes, key: key)
    }

    /// What a payload wrote before it was ended, the first MiB of each stream.
    package func partialOutput(node: String, job: String) -> (stdout: [UInt8], stderr: [UInt8]) {
        (
            piece(node: node, job: job, "out", from: 0, most: Self.partialLimit),
            piece(node: node, job: job, "err", from: 0, most: Self.partialLimit)
        )
    }

    /// More of what a payload is writing, at most a MiB of each stream.
    package func output(
        node: String, job: String, from offsets: OutputOffsets
    ) -> OutputPiece {
        OutputPiece(
            stdout: piece(node: node, job: job, "out", from: offsets.stdout, most: Self.pieceLimit),
            stderr: piece(node: node, job: job, "err", from: offsets.stderr, most: Self.pieceLimit))
    }

    private func piece(
        node: String, job: String, _ stream: String, from offset: Int, most: Int
    ) -> [UInt8] {
        let url = URL(filePath: "\(records)/.\(node).\(job).\(stream)")
        // Mapped: the file may be as large as the storage, and only a part is wanted.
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe), data.count > offset
        else { return [] }
        return Array(data.dropFirst(offset).prefix(most))
    }

    /// Takes an attempt away from its node: only one of two can make the file.
    package func claim(node: String, attempt: Int) -> ClaimResult {
        let name = FilePath("\(records)/.\(node).\(attempt).claim")
        do {
            let file = try FileDescriptor.open(
                name, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            defer { try? file.close() }
            // The wrapper's is empty: so a claim can be told from the payload's beginning later, too.
            try file.writeAll("head\n".utf8)
            return .withdrawn
        } catch Errno.fileExists {
            let size = try? FileManager.default.attributesOfItem(atPath: name.string)[.size] as? Int
            return (size ?? 0) > 0 ? .withdrawn : .begun
        } catch {
            return .unknown
        }
    }

    /// The last attempt at each node for which a claim was made.
    package func attempts() -> [String: Int] {
        var attempts: [String: Int] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".claim") {
            let stem = name.dropFirst().dropLast(".claim".count)
            guard let dot = stem.lastIndex(of: "."),
                let attempt = Int(stem[stem.index(after: dot)...])
            else { continue }
            attempts[String(stem[..<dot])] = max(attempts[String(stem[..<dot])] ?? 0, attempt)
        }
        return attempts
    }

    /// Removes what the wrapper leaves beside a record: empty files of its streams.
    package func tidy(node: String, job: String) {
        for stream in ["out", "err"] {
            try? FileManager.default.removeItem(atPath: "\(records)/.\(node).\(job).\(stream)")
        }
    }

    /// The file that takes a step's standard output while it runs.
    package func streamPath(for key: RecordKey) -> String {
        "\(records)/.\(key.fileName).stream"
    }

    /// The record of a step, also one that is still under its first name; nil unless it is whole.
    package func streamedRecord(for key: RecordKey) -> Record? {
        if let record = try? record(for: key) { return record }
        guard let data = try? Data(contentsOf: URL(filePath: streamPath(for: key))),
            let record = try? Record(bytes: Array(data), key: key)
        else { return nil }
        _ = keepStream(for: key)
        return record
    }

    /// Makes a step's standard output its record, whatever is in it: the trailer tells whether it is whole.
    package func keepStream(for key: RecordKey) -> Bool {
        let stream = streamPath(for: key)
        guard let size = try? FileManager.default.attributesOfItem(atPath: stream)[.size] as? Int,
            size >= key.beginning.utf8.count
        else {
            try? FileManager.default.removeItem(atPath: stream)
            return false
        }
        try? FileManager.default.moveItem(atPath: stream, toPath: "\(records)/\(key.fileName)")
        return true
    }
}

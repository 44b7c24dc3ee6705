package import FoundationEssentials
import Glibc
import Platform
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
///   records/      NODE.JOB: a whole record; .NODE.*: claims, stages, and what is still being written
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
        if let cause = RunBase.distrust(base, user: geteuid()) {
            throw RunDirectoryError(path: directory.path, cause: cause)
        }
        var isMade = false
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: base, withIntermediateDirectories: true)
            for folder in [directory.path, directory.records, directory.files] {
                try files.createDirectory(
                    atPath: folder, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
                isMade = true
            }
            try directory.write(Array(nonce.utf8), to: "nonce")
        } catch {
            // Half a run is none; one that was there before is somebody's.
            if isMade { try? FileManager.default.removeItem(atPath: directory.path) }
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
        try Record(path: "\(records)/\(key.fileName)", key: key)
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
        let file = try? FileRange(path: "\(records)/.\(node).\(job).\(stream)")
        return (try? file?.bytes(from: offset, count: most)) ?? []
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
        guard (try? Record(path: streamPath(for: key), key: key)) != nil, keepStream(for: key)
        else { return nil }
        // Once more, under the name under which it stays.
        return try? record(for: key)
    }

    /// The last stage that a step has told behind its beginning; nil where it told none.
    package func stage(of key: RecordKey) -> String? {
        guard let file = try? FileRange(path: streamPath(for: key)),
            let head = try? file.bytes(from: 0, count: Record.endsSize),
            let begun = key.begun(in: head)
        else { return nil }
        return key.stages(in: head, from: begun).last
    }

    /// Makes a step's standard output its record, whatever is in it: the trailer tells whether it is whole.
    package func keepStream(for key: RecordKey) -> Bool {
        let stream = streamPath(for: key)
        guard hasBegun(stream, key) else {
            try? FileManager.default.removeItem(atPath: stream)
            return false
        }
        try? FileManager.default.moveItem(atPath: stream, toPath: "\(records)/\(key.fileName)")
        return true
    }

    /// Whether the line is there that tells that the payload was about to begin: a TaskProlog may print before it, and srun
    /// where it never began.
    private func hasBegun(_ stream: String, _ key: RecordKey) -> Bool {
        guard let file = try? FileRange(path: stream),
            let head = try? file.bytes(from: 0, count: Record.endsSize)
        else { return false }
        return key.begun(in: head) != nil
    }
}

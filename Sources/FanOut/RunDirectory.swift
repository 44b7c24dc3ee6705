package import FoundationEssentials
import Glibc
package import Platform
package import SystemPackage
import Synchronization

/// The folder of a run on shared storage: its nonce, what was asked, and the nodes' records.
///
/// ```
/// RUN/            mode 0700
///   nonce         proves to a node that this is the head node's folder
///   run.json      what was run, and how
///   targets.json  on which nodes, and through which launcher
///   journal.jsonl every job that was submitted and every row that was given out
///   summary.json  how it ended
///   lock          held by the fleet that watches the run
///   files/        the payload's files
///   records/      NODE.JOB: a complete record; .NODE.*: claims, stages, and unfinished output
/// ```
///
/// Only the owner can read and write its files, and fleet reaches them through the open folder. fleet uses the folder
/// only if the caller owns it, and follows no link in place of the folder or of a file in it.
package struct RunDirectory: RecordStore {
    /// The folder, absolute.
    package let path: String
    let folder: RunFolder

    /// The folder of the files that travel with the payload.
    package var files: String { path + "/files" }
    private var records: String { path + "/records" }
    /// How much of an ended payload's output is kept when it left no record, in bytes.
    private static let partialLimit = 1 << 20
    /// How much of a running payload's output is read at once, in bytes.
    private static let pieceLimit = 1 << 20
    /// How large a document of a run may be, in bytes: 10,000 targets take 20 MB.
    private static let documentLimit = 256 << 20
    /// How many bytes of the path limit must remain after the folder's path: for `/files/` and a file name.
    private static let innerLength = 64

    /// Names a folder that exists.
    package init(path: String) {
        self.path = path
        folder = RunFolder(path: path, base: nil)
    }

    /// Names a folder that exists inside an open one.
    package init(_ name: String, in base: OpenFolder, path: String) {
        self.path = "\(path)/\(name)"
        folder = RunFolder(path: self.path, base: base)
    }

    private init(path: String, folder: RunFolder) {
        self.path = path
        self.folder = folder
    }

    // MARK: - The folder

    /// Makes the folder with its subfolders and nonce, before anything runs.
    ///
    /// - Throws: A ``RunDirectoryError`` that names the path and the cause.
    package static func create(
        base: String, id: RunID, nonce: String
    ) throws(RunDirectoryError) -> RunDirectory {
        let path = "\(base)/\(id)"
        do {
            return try make(id.description, base: base, nonce: nonce)
        } catch {
            var problem = RunDirectoryError(path: path, cause: FileProblem.words(error))
            problem.isTaken = error as? Errno == .fileExists
            throw problem
        }
    }

    private static func make(_ name: String, base: String, nonce: String) throws -> RunDirectory {
        let path = "\(base)/\(name)"
        let place = try RunBase.make(base)
        // Nodes reach the folder by its path, so the path must not be too long.
        guard path.utf8.count + innerLength < Int(PATH_MAX) else { throw Errno.fileNameTooLong }
        try FolderCalls.makeFolder(name, in: place.descriptor, mode: 0o700)
        do {
            let run = RunFolder(path: path, base: place)
            try run.hold()
            let made = try run.open()
            _ = try made.makeFolder("records")
            _ = try made.makeFolder("files")
            let directory = RunDirectory(path: path, folder: run)
            try directory.write(Array(nonce.utf8), to: "nonce")
            return directory
        } catch {
            // An incomplete run folder must not stay; a folder that existed before is not ours to remove.
            try? place.removeTree(name)
            throw error
        }
    }

    /// Keeps the folder open, as long as the run is watched.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func hold() throws { try folder.hold() }

    /// Removes the folder and all that is in it.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func remove() throws { try folder.remove() }

    // MARK: - Its own files

    /// Writes one of the folder's own files, whole or not at all.
    ///
    /// - Throws: The error of the system.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try folder.open().replace(name, with: bytes)
    }

    /// Reads one of the folder's own files; nil where it is not there.
    ///
    /// - Throws: The error of the system.
    package func read(_ name: String) throws -> Data? {
        do {
            return try folder.open().read(name, limit: Self.documentLimit).map { Data($0) }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
    }

    /// Whether one of the folder's own files is there.
    package func has(_ name: String) -> Bool {
        (try? folder.open())?.facts(name)?.type == .regular
    }

    /// Opens one of the folder's own files of which parts are read; nil where it is not there.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func range(_ name: String) throws -> FileRange? { try folder.open().range(name) }

    /// Opens one of the folder's own files, and makes it where it is not there.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func open(
        _ name: String, _ access: FileDescriptor.AccessMode,
        _ options: FileDescriptor.OpenOptions = []
    ) throws -> FileDescriptor {
        try folder.open().open(name, access, options)
    }

    // MARK: - The payload's files

    /// Copies a file that travels with the payload into the run directory, from the current position of its
    /// descriptor.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func addFile(_ name: String, from source: FileDescriptor) throws {
        let range = try FileRange(source.duplicate())
        guard range.isRegular else { throw FolderProblem.notAFile(name) }
        try folder.open().folder("files").replace(name) { file in
            var offset = 0
            while offset < range.size {
                let bytes = try range.bytes(from: offset, count: 1 << 20)
                guard !bytes.isEmpty else { break }
                try file.writeAll(bytes)
                offset += bytes.count
            }
        }
    }

    package func file(_ name: String) throws -> [UInt8] {
        guard let bytes = try folder.open().folder("files").read(name, limit: Self.documentLimit)
        else { throw Errno.noSuchFileOrDirectory }
        return bytes
    }

    /// A file without a name that holds a text, open for reading; the caller closes it.
    ///
    /// - Throws: An `Errno`.
    package func unnamedFile(holding text: String) throws -> FileDescriptor {
        try folder.open().unnamedFile(holding: text)
    }

    // MARK: - Records

    /// Looks at the records folder; one that cannot be read right now reads as empty.
    package func scan() -> RecordScan {
        RecordScan(fileNames: (try? folder.records().names()) ?? [])
    }

    /// Reads a node's record.
    package func record(for key: RecordKey) throws(RecordProblem) -> Record {
        try record(named: key.fileName, key: key)
    }

    private func record(named name: String, key: RecordKey) throws(RecordProblem) -> Record {
        do {
            guard let file = try folder.records().range(name) else { throw RecordProblem.missing }
            return try Record(file, path: "\(records)/\(name)", key: key)
        } catch Errno.noSuchFileOrDirectory {
            throw .missing
        } catch let problem as RecordProblem {
            throw problem
        } catch {
            throw .file(FileProblem.words(error))
        }
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
        do {
            guard let file = try folder.records().range(".\(node).\(job).\(stream)") else {
                return []
            }
            return try file.bytes(from: offset, count: most)
        } catch {
            return []
        }
    }

    /// Claims an attempt for the head node: wrapper and head node both try to create one file, and only one can.
    package func claim(node: String, attempt: Int) -> ClaimResult {
        let name = ".\(node).\(attempt).claim"
        do {
            let records = try folder.records()
            do {
                let file = try records.open(name, .writeOnly, [.create, .exclusiveCreate])
                defer { try? file.close() }
                // The wrapper's claim file is empty, so the two can still be told apart later.
                try file.writeAll("head\n".utf8)
                return .withdrawn
            } catch Errno.fileExists {
                guard let facts = records.facts(name), facts.type == .regular else {
                    return .unknown
                }
                return facts.size > 0 ? .withdrawn : .begun
            }
        } catch {
            return .unknown
        }
    }

    /// The last attempt at each node for which a claim was made.
    package func attempts() -> [String: Int] {
        var attempts: [String: Int] = [:]
        for name in (try? folder.records().names()) ?? []
        where name.hasPrefix(".") && name.hasSuffix(".claim") {
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
        guard let records = try? folder.records() else { return }
        for stream in ["out", "err"] { try? records.remove(".\(node).\(job).\(stream)") }
    }

    /// Why this machine cannot use the folder now, found by writing a test file; nil when it can.
    package func fault() -> HeadFault? {
        do {
            // The test file has one block and no name, so that several processes may test at once.
            let block = String(repeating: "\n", count: 4_096)
            try folder.records().unnamedFile(holding: block).close()
            return nil
        } catch {
            return HeadFault(error, directory: path)
        }
    }

    // MARK: - Streams

    /// The file that takes a step's standard output while it runs.
    package func streamPath(for key: RecordKey) -> String {
        "\(records)/\(Self.streamName(key))"
    }

    private static func streamName(_ key: RecordKey) -> String { ".\(key.fileName).stream" }

    /// Opens the file that takes a step's standard output, empty, by the path that ``streamPath(for:)`` gave.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func openStream(_ path: String) throws -> FileDescriptor {
        try folder.records().open(
            FilePath(path).lastComponent?.string ?? "", .writeOnly, [.create, .truncate])
    }

    /// The record of a step, also while the file still has its first name; nil unless the record is complete.
    package func streamedRecord(for key: RecordKey) -> Record? {
        if let record = try? record(for: key) { return record }
        guard (try? record(named: Self.streamName(key), key: key)) != nil, keepStream(for: key)
        else { return nil }
        // The file was renamed in between: read it under its final name.
        return try? record(for: key)
    }

    /// The last stage that a step has reported; nil where it reported none.
    package func stage(of key: RecordKey) -> String? {
        guard let head = head(of: key), let begun = key.begun(in: head) else { return nil }
        return key.stages(in: head, from: begun).last
    }

    /// Turns a step's standard output into its record, whatever it contains: the trailer says whether it is complete.
    package func keepStream(for key: RecordKey) -> Bool {
        let stream = Self.streamName(key)
        guard let records = try? folder.records() else { return false }
        guard let head = head(of: key), key.begun(in: head) != nil else {
            try? records.remove(stream)
            return false
        }
        try? records.rename(stream, to: key.fileName)
        return true
    }

    /// The first bytes of a step's standard output.
    ///
    /// They contain the line that says that the payload is about to begin. Before that line a TaskProlog may have
    /// printed something, and so may srun when the payload never began.
    private func head(of key: RecordKey) -> [UInt8]? {
        do {
            guard let file = try folder.records().range(Self.streamName(key)) else { return nil }
            return try file.bytes(from: 0, count: Record.endsSize)
        } catch {
            return nil
        }
    }
}

/// The open folder of a run: opened for each access until ``RunDirectory/hold()`` keeps it open.
///
/// Hundreds of runs are listed at once, and each open folder takes a descriptor.
final class RunFolder: Sendable {
    private let path: String
    /// The open folder that contains it; nil where only its path is known.
    private let base: OpenFolder?
    private let held = Mutex<OpenFolder?>(nil)

    init(path: String, base: OpenFolder?) {
        self.path = path
        self.base = base
    }

    private var name: String { FilePath(path).lastComponent?.string ?? "" }

    /// The folder, which must be the caller's own.
    func open() throws -> OpenFolder {
        if let held = held.withLock({ $0 }) { return held }
        if let base { return try base.folder(name, owner: geteuid()) }
        let folder = try OpenFolder(path: path)
        guard folder.owner == geteuid() else {
            throw FolderProblem.stranger(path, owner: folder.owner)
        }
        return folder
    }

    func hold() throws {
        let folder = try open()
        held.withLock { $0 = folder }
    }

    /// Its records; opened by name each time, so that a shared file system asks its server again.
    func records() throws -> OpenFolder { try open().folder("records") }

    func remove() throws {
        // Checks that the folder does not belong to another user, whatever the permissions of the folder above.
        _ = try open()
        if let base { return try base.removeTree(name) }
        try OpenFolder(
            path: FilePath(path).removingLastComponent().string, followsLink: true
        ).removeTree(name)
    }
}

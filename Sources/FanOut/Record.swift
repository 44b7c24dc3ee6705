package import Platform
package import SlurmModel

/// The complete answer of one node, as the wrapper wrote it.
///
/// On disk: the standard output, the standard error, then one trailer line with run, node, nonce and job, how the
/// payload ended, and how many bytes each stream has. A file is not a record when its trailer is missing, belongs to
/// another run, node or job, or does not match the file's size. Output of a TaskProlog or TaskEpilog before or after
/// the record on a step's standard output is skipped.
package struct Record: Hashable, Sendable {
    /// How the payload ended.
    package var exit: ExitStatus
    /// Whether the wrapper ended it at its deadline.
    package var timedOut: Bool
    /// Whether the job was told from outside to end while it ran (scancel, Slurm's time limit).
    package var ended: Bool
    /// Whether its files could not be put in place, so that the payload never began; the standard error says why.
    package var setupFailed: Bool
    /// How long it ran, in seconds.
    package var duration: Double
    /// Its standard output.
    package var stdout: [UInt8]
    /// Its standard error.
    package var stderr: [UInt8]
    /// Set when a stream is larger than ``limit``: then only its beginning is in memory.
    package var cut: CutOutput?

    /// Whether somebody else ended it: the job was told to end, or the payload was killed.
    var wasInterrupted: Bool {
        if ended { return true }
        if case .signalled = exit { return true }
        return false
    }

    /// The word a trailer line begins with; the number is the format's.
    package static let mark = "fleet-record/1"
    /// How much of one stream is held in memory, in bytes: 1,000 nodes must not exhaust the head node.
    package static let limit = 16 << 20
    /// How many bytes at each end of a record are searched for its first and its last line.
    static let endsSize = 64 << 10

    /// Makes a record of its parts.
    package init(
        exit: ExitStatus, timedOut: Bool = false, ended: Bool = false, setupFailed: Bool = false,
        duration: Double, stdout: [UInt8], stderr: [UInt8]
    ) {
        self.exit = exit
        self.timedOut = timedOut
        self.ended = ended
        self.setupFailed = setupFailed
        self.duration = duration
        self.stdout = stdout
        self.stderr = stderr
    }

    /// Reads a record that is in memory whole.
    ///
    /// - Throws: A ``RecordProblem`` that says what is wrong with it.
    package init(bytes: [UInt8], key: RecordKey) throws(RecordProblem) {
        try self.init(size: bytes.count, key: key, path: "") { offset, count in
            Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    /// Reads a record's file: both ends, and as much of each stream as ``limit`` allows.
    ///
    /// - Throws: A ``RecordProblem`` that says what is wrong with it.
    package init(
        _ file: FileRange, path: String, key: RecordKey, limit: Int = Self.limit
    ) throws(RecordProblem) {
        try self.init(
            size: file.size, key: key, path: path, limit: limit, read: file.bytes(from:count:))
    }

    // Reads a record through `read`, which returns bytes from an offset on, at most the given number.
    private init(
        size: Int, key: RecordKey, path: String, limit: Int = Self.limit,
        read: (Int, Int) throws -> [UInt8]
    ) throws(RecordProblem) {
        func part(_ offset: Int, _ count: Int) throws(RecordProblem) -> [UInt8] {
            do { return try read(offset, count) } catch {
                throw .file(FileProblem.words(error))
            }
        }
        let tail = min(size, Self.endsSize)
        let (trailer, before) = try RecordTrailer.find(in: part(size - tail, tail), key: key)
        let end = size - tail + before
        let start = try Self.start(
            in: part(0, min(size, Self.endsSize)), key: key, end: end, trailer: trailer)
        exit = trailer.exit
        timedOut = trailer.timedOut
        ended = trailer.ended
        setupFailed = trailer.setupFailed
        duration = trailer.duration
        stdout = try part(start, min(limit, trailer.stdout))
        stderr = try part(start + trailer.stdout, min(limit, trailer.stderr))
        let isCut = trailer.stdout > limit || trailer.stderr > limit
        cut =
            isCut
            ? CutOutput(
                path: path, offset: start, stdout: trailer.stdout, stderr: trailer.stderr) : nil
    }

    /// Where the standard output begins.
    ///
    /// A record from standard output has a first line that says that the payload is about to begin; a TaskProlog may
    /// have printed before it. The payload itself may also print such a line, so the stream sizes in the trailer
    /// decide which one counts.
    private static func start(
        in head: [UInt8], key: RecordKey, end: Int, trailer: RecordTrailer
    ) throws(RecordProblem) -> Int {
        if trailer.total == end { return 0 }
        guard let begun = key.begun(in: head) else {
            throw .wrongSize(expected: trailer.total, found: end)
        }
        // Lines with the payload's stages may follow the first line.
        let starts = [begun] + key.stageEnds(in: head, from: begun)
        guard let start = starts.first(where: { trailer.total == end - $0 }) else {
            throw .wrongSize(expected: trailer.total, found: max(0, end - begun))
        }
        return start
    }
}

/// Where the full output is, when fleet holds only its beginning in memory.
package struct CutOutput: Codable, Hashable, Sendable {
    /// The record's absolute path.
    package var path: String
    /// Where the standard output begins in it, in bytes; the standard error follows it.
    package var offset: Int
    /// How many bytes the standard output has.
    package var stdout: Int
    /// How many bytes the standard error has.
    package var stderr: Int

    /// Bytes of both streams.
    package var total: Int { stdout + stderr }

    /// Reads what a journal says; it may be damaged, and numbers that are no place in a file are none to add up.
    ///
    /// - Throws: A `DecodingError`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        offset = try container.decode(Int.self, forKey: .offset)
        stdout = try container.decode(Int.self, forKey: .stdout)
        stderr = try container.decode(Int.self, forKey: .stderr)
        guard [offset, stdout, stderr].allSatisfy((0...1 << 50).contains) else {
            throw DecodingError.dataCorruptedError(
                forKey: .offset, in: container, debugDescription: "it is no place in a file")
        }
    }

    /// Makes a description of a record.
    package init(path: String, offset: Int, stdout: Int, stderr: Int) {
        self.path = path
        self.offset = offset
        self.stdout = stdout
        self.stderr = stderr
    }
}

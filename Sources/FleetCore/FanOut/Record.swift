package import SlurmModel

/// One node's complete answer, as its wrapper wrote it.
///
/// On disk: the standard output, the standard error, then one trailer line that names run, node, nonce and
/// job, how the payload ended, and how many bytes each stream has. A record whose trailer is
/// missing, is another's, or does not add up to the file's size is not a record.
package struct Record: Hashable, Sendable {
    /// How the payload ended.
    package var exit: ExitStatus
    /// Whether the wrapper ended it at its deadline.
    package var timedOut: Bool
    /// Whether the job was told from outside to end while it ran (scancel, Slurm's time limit).
    package var ended: Bool
    /// Whether the files it needs could not be put in place, so that it never began; the standard error says why.
    package var setupFailed: Bool
    /// How long it ran, in seconds.
    package var duration: Double
    /// Its standard output.
    package var stdout: [UInt8]
    /// Its standard error.
    package var stderr: [UInt8]

    /// Whether its end came from outside: told to end, or killed.
    var wasInterrupted: Bool {
        if ended { return true }
        if case .signalled = exit { return true }
        return false
    }

    /// The word a trailer line begins with; the number is the format's.
    package static let mark = "fleet-record/1"

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

    /// Reads a record.
    ///
    /// - Throws: A ``RecordProblem`` that says what is wrong with it.
    package init(bytes: [UInt8], key: RecordKey) throws(RecordProblem) {
        var content = bytes[...]
        // A record that came back on standard output begins with the line that told that the payload was about to begin.
        if content.starts(with: key.beginning.utf8) {
            content = content.dropFirst(key.beginning.utf8.count)
        }
        let (trailer, body) = try Self.split(content)
        let fields = try Self.fields(of: trailer)
        for (name, expected) in [
            ("run", key.run), ("node", key.node), ("nonce", key.nonce), ("job", key.job),
        ] where fields[name] != expected {
            throw .foreign(field: name)
        }
        guard
            let status = fields["status"].flatMap({ Int($0) }), (0...255).contains(status),
            let late = Self.flag(fields["timed_out"]), let told = Self.flag(fields["ended"]),
            let setup = Self.flag(fields["setup"] ?? "0"),
            let hundredths = fields["hundredths"].flatMap({ Int($0) }),
            let output = fields["stdout"].flatMap({ Int($0) }), output >= 0,
            let errors = fields["stderr"].flatMap({ Int($0) }), errors >= 0
        else { throw .unreadable }
        let (total, overflow) = output.addingReportingOverflow(errors)
        guard !overflow, total == body.count else {
            throw .wrongSize(expected: overflow ? .max : total, found: body.count)
        }
        exit = ExitStatus(shellStatus: status)
        timedOut = late
        ended = told
        setupFailed = setup
        duration = Double(max(0, hundredths)) / 100
        stdout = Array(body.prefix(output))
        stderr = Array(body.suffix(errors))
    }

    private static func flag(_ text: String?) -> Bool? {
        switch text {
        case "0": false
        case "1": true
        default: nil
        }
    }

    /// The last line without its newline, and everything before the newline that sets it off.
    private static func split(
        _ bytes: ArraySlice<UInt8>
    ) throws(RecordProblem) -> (trailer: ArraySlice<UInt8>, body: ArraySlice<UInt8>) {
        let newline = UInt8(ascii: "\n")
        guard bytes.last == newline else { throw .truncated }
        let content = bytes.dropLast()
        guard let start = content.lastIndex(of: newline) else { throw .truncated }
        let trailer = content[(start + 1)...]
        guard trailer.starts(with: Array(mark.utf8)) else { throw .truncated }
        return (trailer, content[..<start])
    }

    private static func fields(
        of trailer: ArraySlice<UInt8>
    ) throws(RecordProblem) -> [String: String] {
        let text = String(decoding: trailer, as: UTF8.self)
        var fields: [String: String] = [:]
        for word in text.split(separator: " ").dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, fields[String(parts[0])] == nil else { throw .unreadable }
            fields[String(parts[0])] = String(parts[1])
        }
        return fields
    }
}

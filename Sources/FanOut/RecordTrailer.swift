import SlurmModel

/// The last line of a record: run, node and job, how the payload ended, and how many bytes each stream has.
struct RecordTrailer: Hashable {
    var exit: ExitStatus
    var timedOut: Bool
    var ended: Bool
    var setupFailed: Bool
    /// How long the payload ran, in seconds.
    var duration: Double
    /// Bytes of standard output.
    var stdout: Int
    /// Bytes of standard error.
    var stderr: Int

    /// Bytes of both streams; Int.max when the sum is too large.
    var total: Int {
        let (total, overflow) = stdout.addingReportingOverflow(stderr)
        return overflow ? .max : total
    }

    /// Finds the trailer in the last bytes of a record.
    ///
    /// Output after the trailer (a TaskEpilog writes to the same stream) is skipped: the last complete line that has
    /// both the mark and the run's nonce is the trailer.
    ///
    /// - Parameters:
    ///   - tail: The record's last bytes.
    ///   - key: What the trailer must contain.
    /// - Returns: The trailer, and how many bytes of the tail come before the newline in front of the trailer.
    /// - Throws: A ``RecordProblem``.
    static func find(
        in tail: [UInt8], key: RecordKey
    ) throws(RecordProblem) -> (trailer: RecordTrailer, before: Int) {
        let newline = UInt8(ascii: "\n")
        let mark = Array("\(Record.mark) ".utf8)
        var end = tail.lastIndex(of: newline)
        let isLast = end == tail.count - 1
        var foreign: [String: String]?
        while let stop = end, let start = tail[..<stop].lastIndex(of: newline) {
            defer { end = start }
            guard tail[(start + 1)..<stop].starts(with: mark) else { continue }
            let line = String(decoding: tail[(start + 1)..<stop], as: UTF8.self)
            guard line.split(separator: " ").contains("nonce=\(key.nonce)") else {
                if isLast, stop == tail.count - 1 { foreign = try? fields(of: line) }
                continue
            }
            return (try RecordTrailer(fields(of: line), key: key), start)
        }
        if let foreign { _ = try RecordTrailer(foreign, key: key) }
        throw .truncated
    }

    private init(_ fields: [String: String], key: RecordKey) throws(RecordProblem) {
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
        exit = ExitStatus(shellStatus: status)
        timedOut = late
        ended = told
        setupFailed = setup
        duration = Double(max(0, hundredths)) / 100
        stdout = output
        stderr = errors
    }

    private static func flag(_ text: String?) -> Bool? {
        switch text {
        case "0": false
        case "1": true
        default: nil
        }
    }

    private static func fields(of line: String) throws(RecordProblem) -> [String: String] {
        var fields: [String: String] = [:]
        for word in line.split(separator: " ").dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, fields[String(parts[0])] == nil else { throw .unreadable }
            fields[String(parts[0])] = String(parts[1])
        }
        return fields
    }
}

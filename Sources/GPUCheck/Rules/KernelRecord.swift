/// One record of the kernel log, without its prefix, and with its further lines joined to the first.
///
/// Only the beginning of a record and its facility show who wrote it: any program can put words into the log through
/// its name or a file's name, but not at the beginning of a kernel record.
struct KernelRecord: Hashable, Sendable {
    /// The time in seconds, after boot or by the calendar; nil when the prefix has no time that can be compared.
    var time: KernelTime?
    /// The message, its lines joined by spaces.
    var message: String
    /// How many equal records the collector merged into this one.
    var count = 1
    /// Whether its facility is not the kernel's, so that a program wrote it to /dev/kmsg.
    var isForeign = false
    /// Whether anything stood before the message.
    var isPrefixed = false

    /// The most records that are read of one log; the collector sends hundreds.
    static let most = 32_768

    /// The most that one record may count, so that no sum of counts overflows.
    private static let mostEqual = 1_000_000

    /// Reads a line.
    init(_ line: String) {
        var rest = Substring(line)
        if rest.hasPrefix("@again ") {
            let words = rest.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            count = words.count > 2 ? min(max(1, Int(words[1]) ?? 1), Self.mostEqual) : 1
            rest = words.last ?? rest
        }
        let prefix = KernelPrefix(rest)
        message = prefix.message.trimmed
        time = prefix.time
        isForeign = prefix.isForeign
        isPrefixed = prefix.isPrefixed
    }

    /// Reads a log: in a log whose records have a prefix, a line without one belongs to the record before it.
    static func records(_ lines: some Sequence<String>) -> [KernelRecord] {
        var records: [KernelRecord] = []
        var hasPrefixes = false
        for line in lines {
            var record = KernelRecord(line)
            if record.isPrefixed { hasPrefixes = true }
            let isIndented = line.first?.isWhitespace == true
            let isContinued = !record.isPrefixed && (hasPrefixes || isIndented)
            guard isContinued || records.last?.takesIn(record) == true, !records.isEmpty else {
                // A record without a time gets the time of the record before it.
                record.time = record.time ?? records.last?.time
                records.append(record)
                continue
            }
            records[records.count - 1].append(record.message)
        }
        return records
    }

    /// Whether it is the driver's own.
    var isDriver: Bool { !isForeign && KernelGrammar.isDriver(message) }

    /// How many bytes of one record are kept.
    private static let longest = 2048

    private mutating func append(_ text: String) {
        guard message.utf8.count < Self.longest else { return }
        let part = text.hasPrefix("NVRM:") ? text.dropFirst(5).trimmed : text
        message += " " + part
    }

    /// Whether another record is a further line of this message: syslog(2) and daemons return every line of a message
    /// as a record of its own.
    private func takesIn(_ other: KernelRecord) -> Bool {
        guard isDriver, other.isDriver, time == other.time else { return false }
        return KernelGrammar.isHeading(message) && KernelGrammar.isFurther(other.message)
    }
}

/// A record's time; it can be compared only with times of the same clock.
struct KernelTime: Hashable, Sendable {
    /// Whether it counts from the boot, and not by the calendar.
    var isSinceBoot: Bool
    /// The seconds.
    var seconds: Double
}

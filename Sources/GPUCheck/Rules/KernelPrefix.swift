/// Removes from a line what tools write before the kernel's message: dmesg in all its forms (`-r`, `-x`, `-T`, `-d`,
/// `-H`, ISO), journalctl's output formats, and a syslog file.
struct KernelPrefix {
    /// The time that a prefix had.
    private(set) var time: KernelTime?
    /// Whether it names another facility than the kernel's.
    private(set) var isForeign = false
    /// Whether there was any prefix.
    private(set) var isPrefixed = false
    private var cursor: TextCursor

    /// The text after the prefix.
    var message: Substring { cursor.text }

    /// Reads a line.
    init(_ line: Substring) {
        cursor = TextCursor(line)
        readPriority()
        readDecoded()
        readBrackets()
        readStamp()
        if isPrefixed { readOrigin() }
    }

    /// Removes `<6>`: eight times the facility, plus the level; the kernel's facility is 0.
    private mutating func readPriority() {
        var next = cursor
        guard next.take("<"), let number = next.number(), next.take(">") else { return }
        if number >= 8 { isForeign = true }
        accept(next)
    }

    /// Removes `kern  :warn  : `.
    private mutating func readDecoded() {
        var next = cursor
        guard let facility = next.take(while: { $0.isSmallLetter || $0.isDigit }) else { return }
        next.skipSpaces()
        guard next.take(":"), next.take(while: \.isSmallLetter) != nil else { return }
        next.skipSpaces()
        guard next.take(": ") else { return }
        if facility != "kern" { isForeign = true }
        accept(next)
    }

    /// Removes `[   11.204175] `, `[Sun Feb 23 16:24:18 2025] `, `[[ 5.1]] ` and the writer's `[  T123] `.
    private mutating func readBrackets() {
        for _ in 0..<3 {
            var next = cursor
            guard next.take(while: { $0 == UInt8(ascii: "[") }) != nil,
                let inside = next.take(through: "]")
            else { return }
            _ = next.take(while: { $0 == UInt8(ascii: "]") })
            next.skipSpaces()
            let words = inside.split(separator: " ")
            guard let first = words.first, words.count <= 6 else { return }
            if inside.utf8.allSatisfy({ $0.isDigit || " .<>+-".utf8.contains($0) }) {
                // A difference from the line before (`+0.000012`) is no time.
                if let value = Double(first), first.first?.isNumber == true, value.isFinite {
                    setTime(KernelTime(isSinceBoot: true, seconds: value))
                }
            } else if !KernelCalendar.isWriter(words) {
                guard KernelCalendar.isDay(first) else { return }
                setTime(KernelCalendar.time(words))
            }
            accept(next)
        }
    }

    /// Removes a time without brackets, as a daemon or a calendar writes it.
    private mutating func readStamp() {
        guard let first = cursor.text.utf8.first, first.isDigit || first.isLetter else { return }
        // As many words as the longest form has: `Thu 2026-11-26 19:00:01 UTC`.
        let words = cursor.text.prefix(64).split(separator: " ").prefix(4)
        guard let count = KernelCalendar.stampWords(words) else { return }
        var next = cursor
        for _ in 0..<count {
            _ = next.take(while: { $0 != 0x20 })
            next.skipSpaces()
        }
        setTime(KernelCalendar.time(Array(words.prefix(count))))
        accept(next)
    }

    /// Removes `HOST kernel: `, and the kernel's own time after it.
    ///
    /// It removes no further words, because the name of a file in a kernel message may also be followed by ` kernel:
    /// `.
    private mutating func readOrigin() {
        var next = cursor
        if !next.take("kernel:") {
            guard next.take(while: Self.isHostName) != nil, next.take(" ") else { return }
            readFacility(&next)
            guard next.take("kernel:") else { return }
        }
        next.skipSpaces()
        accept(next)
        readBrackets()
    }

    /// Removes `kern.warn `, which some daemons write after the host's name.
    private mutating func readFacility(_ next: inout TextCursor) {
        var copy = next
        guard let facility = copy.take(while: \.isSmallLetter), copy.take("."),
            copy.take(while: \.isSmallLetter) != nil, copy.take(" ")
        else { return }
        if facility != "kern" { isForeign = true }
        next = copy
    }

    private static func isHostName(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "._-".utf8.contains(byte)
    }

    /// The kernel's own time is preferred to a daemon's; of two times of the same kind the first one counts.
    private mutating func setTime(_ new: KernelTime?) {
        guard let new, time == nil || new.isSinceBoot && time?.isSinceBoot == false else { return }
        time = new
    }

    private mutating func accept(_ next: TextCursor) {
        cursor = next
        isPrefixed = true
    }
}

/// Reads the calendar times of dmesg -T, ISO 8601 and the journal; a time without a year cannot be compared.
enum KernelCalendar {
    /// Whether a bracket names the writer of the line (`T123`, `C0`), and not the time.
    static func isWriter(_ words: [Substring]) -> Bool {
        guard let word = words.first, word.first == "T" || word.first == "C" else { return false }
        return words.count == 1 && word.utf8.dropFirst().allSatisfy(\.isDigit) && word.count > 1
    }

    /// Whether a word begins a date: `Sun`, `Nov26`, `2026-11-26T19:00:01`.
    static func isDay(_ word: Substring) -> Bool {
        let name = word.prefix(3)
        if isDate(word) { return true }
        guard days.contains(String(name)) || months.contains(String(name)) else { return false }
        return word.utf8.dropFirst(3).allSatisfy(\.isDigit)
    }

    /// How many words of a line form the time before the host's name; nil when there is no such time.
    static func stampWords(_ words: ArraySlice<Substring>) -> Int? {
        guard let first = words.first else { return nil }
        let second = words.dropFirst().first ?? ""
        let third = words.dropFirst(2).first ?? ""
        if months.contains(String(first)), Int(second) != nil, isClock(third) { return 3 }
        if isDate(first) { return first.contains("T") ? 1 : isClock(second) ? 2 : nil }
        if days.contains(String(first)), isDate(second), isClock(third) {
            return words.count > 3 ? 4 : nil
        }
        // journalctl -o short-unix
        return first.utf8.allSatisfy({ $0.isDigit || $0 == 0x2e }) && first.contains(".") ? 1 : nil
    }

    /// The time in these words; nil when the year is missing.
    static func time(_ words: [Substring]) -> KernelTime? {
        var year: Int?, month: Int?, day: Int?, clock: Double?
        for word in words {
            if let index = months.firstIndex(of: String(word)) {
                month = index + 1
            } else if isDate(word) {
                let date = word.prefix(10).split(separator: "-").compactMap { Int($0) }
                if date.count == 3 { (year, month, day) = (date[0], date[1], date[2]) }
                clock = clock ?? seconds(word.dropFirst(11))
            } else if isClock(word) {
                clock = seconds(word)
            } else if let number = Int(word) {
                if number > 31 { year = number } else { day = number }
            } else if let number = Double(word), number > 1e8, number < 1e11 {
                return KernelTime(isSinceBoot: false, seconds: number)
            }
        }
        guard let year, let month, let day, let clock, (1900...9999).contains(year),
            (1...12).contains(month)
        else { return nil }
        return KernelTime(
            isSinceBoot: false, seconds: Double(number(year, month, day)) * 86_400 + clock)
    }

    /// The number of a day in the Gregorian calendar; here the year begins in March, so that leap days come last.
    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let leaps = year / 4 - year / 100 + year / 400
        return 365 * year + leaps + (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day
    }

    private static func isDate(_ word: Substring) -> Bool {
        let date = word.utf8.prefix(10)
        return date.count == 10 && date.split(separator: 0x2d).map(\.count) == [4, 2, 2]
            && date.allSatisfy { $0.isDigit || $0 == 0x2d }
    }

    private static func isClock(_ word: Substring) -> Bool {
        word.utf8.first?.isDigit == true && word.contains(":") && seconds(word) != nil
    }

    /// The seconds of the day in `19:00:01.123456`, also with a comma or followed by a zone.
    ///
    /// The zone is ignored, because all lines of a log have the same one.
    private static func seconds(_ word: Substring) -> Double? {
        let clock = word.prefix { $0.isNumber || $0 == ":" || $0 == "." || $0 == "," }
        let parts = clock.split(separator: ":").map { part in
            Double(String(part.map { $0 == "," ? "." : $0 })) ?? -1
        }
        guard parts.count == 3, parts.allSatisfy({ (0..<61).contains($0) }) else { return nil }
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    }

    private static let days: Set<String> = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

import SlurmModel

/// What the values of a setting may look like.
package enum SettingKind: Hashable, Sendable {
    /// A path; in a file it begins with one of these, so that it means the same wherever fleet is called from, or is one of
    /// these words.
    case path([String])
    /// Several texts.
    case list
    /// One of some words.
    case choice([String])
    /// A number of this range.
    case number(ClosedRange<Int>)
    /// A length of time.
    case time
    /// A length of time in which things are kept.
    case age
    /// An amount of memory.
    case memory
    /// True or false.
    case flag
    /// Generic resources as Slurm's `--gres` takes them.
    case gres
    /// A name without blanks.
    case word
    /// What job names begin with: it becomes part of file names and of what squeue shows.
    case jobName

    /// What a value must be, as in `must be true or false`.
    package var expectation: String {
        switch self {
        case .path(let beginnings):
            (["an absolute path"] + beginnings.filter { !$0.hasSuffix("/") }).joined(
                separator: " or ")
        case .list: "a list of texts"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .time: "a time such as 30s or 10m, at most 24h"
        case .age: "a time such as 12h, 30d or 8w, at least 1h"
        case .memory: "an amount of memory such as 512M or 4G"
        case .flag: "true or false"
        case .gres: "a GRES such as gpu:1 or gpu:h100:2"
        case .word: "a name without blanks that does not begin with '-'"
        case .jobName: "at most 64 letters, digits, '-', '_' and '.'"
        }
    }

    /// Whether a text has the right form.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .path(let beginnings):
            beginnings.contains { $0.hasSuffix("/") ? text.hasPrefix($0) : text == $0 }
                && !Self.hasControl(text)
        case .list: !text.isEmpty
        case .choice(let words): words.contains(text)
        case .number(let range): Int(text).map(range.contains) ?? false
        case .time: Seconds(argument: text) != nil
        case .age: LongTime(argument: text).map { $0.seconds > 0 } ?? false
        case .memory: Mebibytes(argument: text) != nil
        case .flag: text == "true" || text == "false"
        case .gres:
            text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
                $0.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.\-]*(:[A-Za-z0-9_.\-]+){0,2}/) != nil
            }
        case .word:
            !text.isEmpty && !text.hasPrefix("-") && !Self.hasControl(text)
                && !text.unicodeScalars.contains(where: \.properties.isWhitespace)
        case .jobName: text.wholeMatch(of: /[A-Za-z0-9_.\-]{1,64}/) != nil
        }
    }

    /// YAML's block texts end in a line's end, which no path and no name has.
    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

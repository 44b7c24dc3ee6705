/// How commands are printed for whoever reads them: one that takes a right which the reader lacks begins with sudo, so
/// that it works when it is pasted.
///
/// This is the only place that says which commands these are, and who has the right.
package struct CommandRights: Hashable, Sendable {
    /// What stands before such a command; nil where it is printed as it is.
    private let prefix: String?
    /// What is to be said once below such commands; nil where nothing is.
    package let note: String?

    /// Whoever may do everything.
    package static let whole = CommandRights(prefix: nil, note: nil)

    private init(prefix: String?, note: String?) {
        self.prefix = prefix
        self.note = note
    }

    /// Looks at a user.
    ///
    /// AdminLevel Administrator is slurmdbd's to know: it would have to be asked with each command that prints advice.
    ///
    /// - Parameters:
    ///   - user: Who reads it.
    ///   - slurmUser: SlurmUser of slurm.conf, a name or a number.
    ///   - hasSudo: Whether there is a sudo to use.
    ///   - losesSlurmConf: Whether sudo, which takes SLURM_CONF away, would leave fleet without its slurm.conf.
    package init(user: UInt32, slurmUser: String, hasSudo: Bool, losesSlurmConf: Bool) {
        guard user != 0, slurmUser != String(user), slurmUser != Users.name(of: user) else {
            self = .whole
            return
        }
        prefix = hasSudo ? "sudo " + (losesSlurmConf ? "--preserve-env=SLURM_CONF " : "") : nil
        let who = "changing nodes takes root, SlurmUser or AdminLevel Administrator"
        note = hasSudo ? "sudo: \(who)" : "as root: \(who)"
    }

    /// A text in which every command that takes the right begins with sudo.
    package func text(_ text: String) -> String {
        guard let prefix else { return text }
        var result = ""
        var rest = text[...]
        for start in Self.starts(in: text) where start >= rest.startIndex {
            result += rest[..<start] + prefix
            let end = Self.end(of: text[start...])
            result += text[start..<end]
            rest = text[end...]
        }
        return result + rest
    }

    /// Whether a text has a command that takes the right, and the reader lacks it.
    package func concerns(_ text: String) -> Bool {
        note != nil && !Self.starts(in: text).isEmpty
    }

    /// What only root, SlurmUser and AdminLevel Administrator may do, of fleet's and of Slurm's own.
    private static let changing: [Substring: Set<Substring>] = [
        "fleet": ["drain", "resume", "reboot"], "scontrol": ["update", "reconfigure", "reboot"],
    ]
    /// What only root and SlurmUser reach: Slurm starts no job there.
    private static let reaching = " --include-drained"

    /// Where commands begin that take the right, outside the words of another command.
    private static func starts(in text: String) -> [String.Index] {
        var starts: [String.Index] = []
        var place = text.startIndex
        while let found = text[place...].firstMatch(of: #/(fleet|scontrol) ([a-z\-]+)/#) {
            place = found.range.upperBound
            let start = found.range.lowerBound
            let before = text[..<start]
            guard before.last.map({ " '(".contains($0) }) ?? true, !before.hasSuffix("sudo ")
            else { continue }
            let end = end(of: text[start...])
            let takes =
                changing[found.1]?.contains(found.2) == true
                || found.1 == "fleet" && text[start..<end].contains(reaching)
            guard takes else { continue }
            starts.append(start)
            place = end
        }
        return starts
    }

    /// Where a command ends: at the next `;` or comment that stands in no quotes.
    private static func end(of command: Substring) -> String.Index {
        var isQuoted = false
        var last: Character = " "
        for place in command.indices {
            let letter = command[place]
            if letter == "'" { isQuoted.toggle() }
            if !isQuoted, letter == ";" || letter == "#" && last == " " { return place }
            last = letter
        }
        return command.endIndex
    }
}

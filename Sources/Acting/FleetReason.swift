package import SlurmModel
package import Verdicts

/// The reason that fleet sets on a node: `fleet: FINDING [WHO]`.
///
/// slurmctld records as its author whom the request came from, which is root for everybody who used sudo: so the
/// text itself says who it was.
package struct FleetReason: Hashable, Sendable {
    /// What the text of every reason of fleet's begins with.
    package static let prefix = "fleet:"

    /// The most bytes of a reason: slurmdbd keeps it in a column of type tinytext, which holds 255.
    package static let mostBytes = 255

    /// The whole text, in one line.
    package let text: String

    /// Makes a reason; nil where the finding has no words.
    ///
    /// - Parameters:
    ///   - finding: What is wrong with the node; control characters and line ends become blanks, what is too long is
    ///     cut.
    ///   - who: The user who asked for it.
    package init?(_ finding: String, who: String) {
        var words = Self.line(finding)
        while Self.isFleets(words) {
            words = Self.line(String(words.dropFirst(Self.prefix.count)))
        }
        guard !words.isEmpty else { return nil }
        let user = who.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-@+".contains($0)) }
        let end = " [\(user.isEmpty ? "unknown" : String(user.prefix(64)))]"
        let room = Self.mostBytes - Self.prefix.utf8.count - 1 - end.utf8.count
        text = "\(Self.prefix) \(Self.cut(words, bytes: room))\(end)"
    }

    /// A finding as a reason: its code first, since `sinfo -R` shows 20 characters, and after `fleet: ` no more than 13.
    package static func words(_ finding: Finding) -> String {
        "\(finding.code) " + (finding.subject.map { "\($0): " } ?? "") + finding.message
    }

    /// Whether a node's reason was set by fleet; what anybody or Slurm itself set is foreign.
    package static func isFleets(_ text: String) -> Bool {
        text.drop { $0.isWhitespace }.hasPrefix(prefix)
    }

    /// Whether a node has a reason, and it is one of fleet's.
    package static func isFleets(_ reason: NodeReason?) -> Bool {
        reason.map { isFleets($0.text) } ?? false
    }

    /// Whether a node's reason is one of fleet's that says these words: all of them, or where it was cut, those before.
    package static func isOf(_ words: String, text: String) -> Bool {
        guard isFleets(text) else { return false }
        var body = line(String(text.drop { $0.isWhitespace }.dropFirst(prefix.count)))
        // Who asked for it.
        if body.hasSuffix("]"), let open = body.lastIndex(of: "[") {
            body = line(String(body[..<open]))
        }
        guard body.hasSuffix("...") else { return !body.isEmpty && line(words) == body }
        body = line(String(body.dropLast(3)))
        return !body.isEmpty && line(words).hasPrefix(body)
    }

    /// The text in one line: everything that is no visible character is a blank, and blanks stand alone.
    static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
                .unassigned, .privateUse:
                " "
            // Direction marks and the like; the joiner inside emoji is left alone.
            case .format where scalar.value != 0x200d: " "
            default: scalar
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view).split(separator: " ").joined(separator: " ")
    }

    /// The text up to so many bytes of UTF-8, never through a character.
    private static func cut(_ text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var result = ""
        var used = 3
        for character in text {
            used += character.utf8.count
            if used > bytes { break }
            result.append(character)
        }
        return result + "..."
    }
}

/// A file of shell assignments, such as the guide's `~/pcluster-env.sh`: fleet reads it, and never runs it.
///
/// It may contain `export K=V`, `K=V`, quotes, comments, and `${OTHER}` from a line above or from the environment.
/// Anything else that a shell could do is an error with its line, because fleet does not guess the result.
package struct EnvironmentFile: Hashable, Sendable {
    /// One assignment.
    package struct Entry: Hashable, Sendable {
        /// The variable.
        package var name: String
        /// What it is set to.
        package var value: String
        /// Its line, from 1.
        package var line: Int
    }

    /// Why a file is not read, and where.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The path as the user gave it.
        package var file: String
        /// The line, from 1; nil when the whole file is meant.
        package var line: Int?
        /// What is wrong in that line.
        package var why: String

        /// `FILE:LINE: WHY -> NEXT`.
        package var description: String {
            "\(file)\(line.map { ":\($0)" } ?? ""): \(why)"
                + " -> source it in a shell; fleet reads the environment"
        }
    }

    /// The path as the user gave it.
    package let path: String
    /// The assignments in the file's order; the last one for a name counts.
    package private(set) var entries: [Entry] = []
    /// Remarks about a file that can still be read: unusual line ends, a byte order mark.
    package private(set) var notes: [String] = []

    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - path: Its name, for errors.
    ///   - environment: Where a `${NAME}` is looked up that no line above sets.
    /// - Throws: A ``Failure`` for a line that is more than an assignment.
    package init(
        text: String, path: String, environment: [String: String] = [:]
    ) throws(Failure) {
        self.path = path
        var rest = text[...]
        if rest.unicodeScalars.first == "\u{feff}" {
            rest.unicodeScalars.removeFirst()
            notes.append("\(path) begins with a byte order mark; a shell would stumble over it")
        }
        // Splits scalars, because in Swift CR and LF together form one character.
        let lines = rest.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.contains(where: { $0.last == "\r" }) {
            notes.append("\(path) has Windows line ends; a shell would take them into the values")
        }
        var known = environment
        for (index, line) in lines.enumerated() {
            var scalars = Array(line)
            if scalars.last == "\r" { scalars.removeLast() }
            var reader = AssignmentReader(scalars: scalars, known: known)
            do {
                let found = try reader.read()
                entries += found.map { Entry(name: $0.name, value: $0.value, line: index + 1) }
                for (name, value) in found { known[name] = value }
            } catch {
                throw Failure(file: path, line: index + 1, why: error.why)
            }
        }
    }

    /// The last assignment to a name; nil when the file does not set it.
    package func entry(_ name: String) -> Entry? {
        entries.last { $0.name == name }
    }

    /// Whether a text can be a shell variable's name.
    package static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        else { return false }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

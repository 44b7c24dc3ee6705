import SlurmKit
import SlurmModel
import Terminal

/// Reads node names as in `--nodes` and `--exclude`: hostlists, `@FILE`, and `-` for standard input.
package struct HostlistReader {
    private let input: () throws -> String
    private var hasReadInput = false

    /// Makes a reader of standard input, or of a test's replacement for it.
    package init(input: @escaping () throws -> String = HostlistFile.standardInput) {
        self.input = input
    }

    /// The names of all values, in order.
    ///
    /// - Parameters:
    ///   - values: The values of the flag, one for each time it was given.
    ///   - flag: The flag, for errors.
    /// - Returns: The names.
    /// - Throws: A ``SlurmError`` of kind `input` for a malformed hostlist and a file that cannot be read, a
    ///   ``UsageError`` for one that names nothing: what is empty must not select every node.
    package mutating func names(_ values: [String], flag: String) throws -> [String] {
        var names: [String] = []
        for value in values {
            if value == "-" {
                if hasReadInput { throw UsageError("Standard input (-) can be read once only.") }
                hasReadInput = true
                names += try Self.names(text: input(), origin: "standard input", flag: flag)
            } else if value.hasPrefix("@") {
                let path = String(value.dropFirst())
                guard !path.isEmpty else {
                    throw UsageError("\(flag) @: name the file, as in @hosts.txt.")
                }
                names += try Self.names(
                    text: try HostlistFile.text(path: path), origin: path, flag: flag)
            } else {
                names += try HostlistExpression.expand(value)
            }
            try Self.check(names, flag: flag)
        }
        return names
    }

    /// Each line is a hostlist of its own, so that an operator in one line does not affect another line.
    private static func names(text: String, origin: String, flag: String) throws -> [String] {
        var names: [String] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let text = line.prefix { $0 != "#" }
            if text.allSatisfy({ $0.isWhitespace || $0 == "," }) { continue }
            do throws(SlurmError) {
                names += try HostlistExpression.expand(String(text))
            } catch {
                var error = error
                error.attempt += " (\(origin), line \(index + 1))"
                throw error
            }
            try check(names, flag: flag)
        }
        guard !names.isEmpty else { throw UsageError("\(flag): \(origin) names no node.") }
        return names
    }

    private static func check(_ names: [String], flag: String) throws(UsageError) {
        guard names.count <= Hostlist.maximumCount else {
            throw UsageError("\(flag) names more than \(Hostlist.maximumCount) nodes.")
        }
    }
}

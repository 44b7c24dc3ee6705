/// A cluster configuration with `${NAME}` in it, line by line.
package struct ConfigurationTemplate: Hashable, Sendable {
    /// Why no configuration can be made: all problems, not only the first.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// One message per problem.
        package var problems: [String]

        /// The problems, one per line.
        package var description: String { problems.joined(separator: "\n") }
    }

    /// The template's name, for messages.
    package let name: String
    /// Its text.
    package let text: String
    /// The variables in it, in order, each with its lines, from 1.
    package let names: [(name: String, lines: [Int])]
    private let problems: [String]

    /// Templates are equal if name and text are equal.
    package static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.text == right.text
    }

    /// Hashes name and text.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(text)
    }

    /// Takes a template's text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
        var lines: [String: [Int]] = [:]
        var order: [String] = []
        var problems: [String] = []
        for (index, line) in Self.lines(of: text).enumerated() {
            for piece in TemplateLine(line).pieces {
                switch piece {
                case .text: continue
                case .variable(let name):
                    if lines[name] == nil { order.append(name) }
                    if lines[name]?.last != index + 1 { lines[name, default: []].append(index + 1) }
                case .unreadable(let words):
                    problems.append("\(name):\(index + 1): \(words)")
                }
            }
        }
        names = order.map { ($0, lines[$0] ?? []) }
        self.problems = problems
    }

    /// The variables with their values from the sources, in the template's order.
    package func variables(from sources: VariableSources) -> [Variable] {
        names.map { sources.variable($0.name, lines: $0.lines) }
    }

    /// The configuration: every variable is replaced by a YAML scalar, and every other byte stays the same.
    ///
    /// - Parameter sources: Where values are looked up.
    /// - Returns: The text, with the same lines as the template.
    /// - Throws: A ``Failure`` that names every variable without a usable value, with its lines.
    package func configuration(from sources: VariableSources) throws(Failure) -> String {
        let variables = variables(from: sources)
        let bad = variables.filter { $0.verdict == .fail }.map { variable in
            "\(variable.name): \(variable.why) (template \(Self.words(for: variable.lines))) -> "
                + "export it, or fleet cluster env --save \(variable.name)=..."
        }
        guard bad.isEmpty, problems.isEmpty else { throw Failure(problems: problems + bad) }
        let values = Dictionary(
            variables.compactMap { variable in variable.value.map { (variable.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        return Self.lines(of: text).map { TemplateLine($0).filled(with: values) }
            .joined(separator: "\n")
    }

    static func words(for lines: [Int]) -> String {
        (lines.count == 1 ? "line " : "lines ") + lines.map(String.init).joined(separator: ", ")
    }

    static func lines(of text: String) -> [String] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String(String.UnicodeScalarView($0)) }
    }
}

/// A setting's value, and who said so.
package struct SettingValue: Hashable, Sendable {
    /// The value as texts: one, or as many as a list has; none where nothing is set.
    package var words: [String]
    /// Where it comes from.
    package var origin: Origin

    /// Makes a value.
    package init(_ words: [String], from origin: Origin) {
        self.words = words
        self.origin = origin
    }

    /// The value as one text; nil where nothing is set.
    package var text: String? {
        words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// Where a value comes from.
    package enum Origin: Hashable, Sendable, CustomStringConvertible {
        /// Nothing sets it.
        case standard
        /// A file, and the line in it.
        case file(String, line: Int?)
        /// A variable of the environment.
        case variable(String)

        /// `default`, `FILE:LINE` or the variable's name.
        package var description: String {
            switch self {
            case .standard: "default"
            case .file(let path, let line): path + (line.map { ":\($0)" } ?? "")
            case .variable(let name): name
            }
        }
    }
}

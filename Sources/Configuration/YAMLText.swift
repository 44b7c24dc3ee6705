package import Yams

/// Text that should be YAML.
package enum YAMLText {
    /// The document's root; nil for an empty text.
    ///
    /// - Throws: A ``ConfigurationError`` that names the file and the line.
    package static func root(of text: String, origin: String) throws(ConfigurationError) -> Node? {
        do {
            // fleet reads scalars as texts: telling numbers and dates apart costs 1 ms for the expressions alone.
            return try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw ConfigurationError(origin: origin, line: error.line, cause: error.cause)
        } catch {
            throw ConfigurationError(origin: origin, cause: "is no YAML: \(error)")
        }
    }
}

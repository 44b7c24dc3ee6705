import Yams

/// Text that should be YAML.
enum YAMLText {
    /// The document's root; nil for an empty text.
    ///
    /// - Throws: A ``ConfigurationError`` that names the file and the line.
    static func root(of text: String, origin: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigurationError(origin: origin, line: error.line, cause: error.cause)
        } catch {
            throw ConfigurationError(origin: origin, cause: "is no YAML: \(error)")
        }
    }
}

package import Yams

/// Text that should be YAML.
package enum YAMLText {
    /// The document's root; nil for an empty text.
    ///
    /// - Throws: A ``ConfigurationError`` that names the file and the line.
    package static func root(of text: String, origin: String) throws(ConfigurationError) -> Node? {
        // Editors of other systems begin a file with a byte order mark, which libyaml takes for text.
        let text =
            text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
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

extension Node.Sequence {
    /// The list's texts; nil where it has none, or where one is empty, YAML's null, or no text.
    var texts: [String]? {
        let texts = compactMap { $0.null == nil ? $0.scalar?.string : nil }.filter { !$0.isEmpty }
        return texts.isEmpty || texts.count != count ? nil : texts
    }
}

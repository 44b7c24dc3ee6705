import Configuration
import Yams

/// A mapping in a YAML file whose keys are read one by one, with errors that name file, line and key.
struct YAMLMapping {
    private let mapping: Node.Mapping
    private let line: Int?
    /// The file.
    let origin: String

    /// Reads a node as a mapping.
    ///
    /// - Throws: A ``ConfigurationError`` where it is no mapping, or has a key that is not known.
    init(
        _ node: Node, name: String, origin: String, keys: [String]
    ) throws(ConfigurationError) {
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                origin: origin, line: node.mark?.line,
                cause: "\(name) must be a mapping of keys to values")
        }
        self.mapping = mapping
        self.origin = origin
        line = node.mark?.line
        for (key, _) in mapping where !keys.contains(key.string ?? "") {
            throw ConfigurationError(
                origin: origin, line: key.mark?.line,
                cause: "unknown key '\(key.string ?? "?")': \(keys.joined(separator: ", "))")
        }
    }

    /// An error about a key's value, or about the mapping where the key is missing.
    func problem(_ key: String, _ cause: String) -> ConfigurationError {
        ConfigurationError(
            origin: origin, line: mapping[Node(key)]?.mark?.line ?? line, cause: "\(key) \(cause)")
    }

    /// The node of a key; nil where it is missing or null.
    func node(_ key: String) -> Node? {
        mapping[Node(key)].flatMap { $0.null == nil ? $0 : nil }
    }

    /// The text of a key; nil where it is missing.
    func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw problem(key, "must be a text")
        }
        return text
    }

    /// The text of a key that must be there.
    func required(_ key: String) throws(ConfigurationError) -> String {
        guard let text = try text(key) else { throw problem(key, "is missing") }
        return text
    }

    /// A truth value; nil where it is missing.
    func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let text = try text(key) else { return nil }
        switch text {
        case "true", "yes": return true
        case "false", "no": return false
        default: throw problem(key, "must be true or false, not '\(text)'")
        }
    }

    /// One of some words; nil where it is missing.
    func choice<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type
    ) throws(ConfigurationError) -> Word? where Word.RawValue == String {
        guard let text = try text(key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem(key, "must be one of \(words), not '\(text)'")
        }
        return word
    }

    /// The elements of a list; none where it is missing.
    func list(_ key: String) throws(ConfigurationError) -> [Node] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else { throw problem(key, "must be a list") }
        return Array(sequence)
    }
}

import FoundationEssentials
import Yams

/// Reads one YAML file of settings.
///
/// ```yaml
/// run_directory: /home/{user}/.fleet/runs
/// mount:
///   point: /lustre
///   filesystem_types: [lustre]
/// ```
enum ConfigurationFile {
    /// Reads a file; one that is not there sets nothing.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    static func read(path: String) throws(ConfigurationError) -> FleetConfiguration {
        guard FileManager.default.fileExists(atPath: path) else { return FleetConfiguration() }
        let contents: String
        do {
            contents = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ConfigurationError(origin: path, cause: "cannot be read as text")
        }
        return try parse(contents, origin: path)
    }

    /// Reads the text of a file.
    static func parse(
        _ contents: String, origin: String
    ) throws(ConfigurationError) -> FleetConfiguration {
        let root: Node?
        do {
            root = try Yams.compose(yaml: contents)
        } catch let error as YamlError {
            throw ConfigurationError(origin: origin, line: error.line, cause: error.cause)
        } catch {
            throw ConfigurationError(origin: origin, cause: "is no YAML: \(error)")
        }
        guard let root, root.null == nil else { return FleetConfiguration() }
        var configuration = FleetConfiguration()
        for (key, value) in try Section(root, name: "the file", origin: origin).entries {
            switch key.string {
            case "run_directory":
                configuration.runDirectory = try path(
                    value, key: key, origin: origin, beginnings: ["/", "~/", "{user}"])
            case "mount":
                try readMount(value, into: &configuration, origin: origin)
            default: throw unknown(key, origin: origin)
            }
        }
        return configuration
    }

    private static func readMount(
        _ node: Node, into configuration: inout FleetConfiguration, origin: String
    ) throws(ConfigurationError) {
        for (key, value) in try Section(node, name: "mount", origin: origin).entries {
            switch key.string {
            case "point":
                configuration.mountPoint = try path(
                    value, key: key, origin: origin, beginnings: ["/"])
            case "filesystem_types":
                configuration.fileSystemTypes = try list(value, key: key, origin: origin)
            default: throw unknown(key, origin: origin)
            }
        }
    }

    private struct Section {
        let entries: [(Node, Node)]

        init(_ node: Node, name: String, origin: String) throws(ConfigurationError) {
            guard let mapping = node.mapping else {
                throw ConfigurationError(
                    origin: origin, line: node.mark?.line,
                    cause: "\(name) must be a mapping of keys to values")
            }
            entries = mapping.map { ($0.key, $0.value) }
        }
    }

    private static func text(
        _ value: Node, key: Node, origin: String
    ) throws(ConfigurationError) -> String {
        guard value.null == nil, let text = value.scalar?.string, !text.isEmpty else {
            throw ConfigurationError(
                origin: origin, line: value.mark?.line, cause: "\(key.string ?? "?") must be a text"
            )
        }
        return text
    }

    /// A path that means the same wherever fleet is called from.
    private static func path(
        _ value: Node, key: Node, origin: String, beginnings: [String]
    ) throws(ConfigurationError) -> String {
        let path = try text(value, key: key, origin: origin)
        guard beginnings.contains(where: path.hasPrefix) else {
            throw ConfigurationError(
                origin: origin, line: value.mark?.line,
                cause: "\(key.string ?? "?") must be an absolute path, not '\(path)'")
        }
        return path
    }

    private static func list(
        _ value: Node, key: Node, origin: String
    ) throws(ConfigurationError) -> [String] {
        let texts = value.sequence?.compactMap { $0.scalar?.string } ?? []
        guard !texts.isEmpty, texts.count == value.sequence?.count else {
            throw ConfigurationError(
                origin: origin, line: value.mark?.line,
                cause: "\(key.string ?? "?") must be a list of texts")
        }
        return texts
    }

    private static func unknown(_ key: Node, origin: String) -> ConfigurationError {
        ConfigurationError(
            origin: origin, line: key.mark?.line,
            cause: "unknown key '\(key.string ?? "?")'")
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark.line
        default: nil
        }
    }

    fileprivate var cause: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
            .composer(_, let problem, _, _), .reader(let problem, _, _, _):
            "is no YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, _):
            "sets the same key twice: \(keys.joined(separator: ", "))"
        default: "is no YAML"
        }
    }
}

import FoundationEssentials
import Verdicts
import Yams

/// Reads one YAML file of settings.
///
/// ```yaml
/// run_directory: /home/{user}/.fleet/runs
/// mount:
///   point: /lustre
///   filesystem_types: [lustre]
/// fan_out:
///   wait: 2m
/// jobs:
///   account: operations
/// history:
///   keep: 90d
/// checks:
///   gpu.throttle: off
/// ```
///
/// ``Setting`` has every key but `checks`, which ``ChecksSection`` reads.
enum ConfigurationFile {
    /// Reads a file; one that is not there sets nothing.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    static func read(
        path: String, findings: FindingCatalogue
    ) throws(ConfigurationError) -> FleetConfiguration {
        guard FileManager.default.fileExists(atPath: path) else { return FleetConfiguration() }
        let contents: String
        do {
            contents = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ConfigurationError(origin: path, cause: "cannot be read as text")
        }
        return try parse(contents, origin: path, findings: findings)
    }

    /// Reads the text of a file.
    static func parse(
        _ contents: String, origin: String, findings: FindingCatalogue
    ) throws(ConfigurationError) -> FleetConfiguration {
        guard let root = try YAMLText.root(of: contents, origin: origin), root.null == nil else {
            return FleetConfiguration()
        }
        var configuration = FleetConfiguration()
        try readSection(
            root, name: "the file", prefix: "", into: &configuration, origin: origin,
            findings: findings)
        return configuration
    }

    /// Reads a mapping; the keys of the table say which of its values are mappings themselves.
    private static func readSection(
        _ node: Node, name: String, prefix: String, into configuration: inout FleetConfiguration,
        origin: String, findings: FindingCatalogue
    ) throws(ConfigurationError) {
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                origin: origin, line: node.mark?.line,
                cause: "\(name) must be a mapping of keys to values")
        }
        for (key, value) in mapping {
            let word = key.string ?? "?"
            let path = prefix + word
            if path == "checks" {
                configuration.checks = try ChecksSection.read(
                    value, origin: origin, findings: findings)
            } else if word.contains(".") {
                throw unknown(word, at: key, origin: origin)
            } else if let setting = Setting(rawValue: path) {
                configuration[setting] = SettingValue(
                    try words(value, of: setting.row.kind, key: word, origin: origin),
                    from: .file(origin, line: key.mark?.line))
            } else if Setting.allCases.contains(where: { $0.key.hasPrefix(path + ".") }) {
                try readSection(
                    value, name: word, prefix: path + ".", into: &configuration, origin: origin,
                    findings: findings)
            } else {
                throw unknown(word, at: key, origin: origin)
            }
        }
    }

    private static func words(
        _ value: Node, of kind: SettingKind, key: String, origin: String
    ) throws(ConfigurationError) -> [String] {
        func mustBe(_ expectation: String) -> ConfigurationError {
            ConfigurationError(
                origin: origin, line: value.mark?.line, cause: "\(key) must be \(expectation)")
        }
        if kind == .list {
            let texts = value.sequence?.compactMap { $0.scalar?.string } ?? []
            guard !texts.isEmpty, texts.count == value.sequence?.count else {
                throw mustBe(kind.expectation)
            }
            return texts
        }
        guard value.null == nil, let text = value.scalar?.string, !text.isEmpty else {
            if case .path = kind { throw mustBe("a text") }
            throw mustBe(kind.expectation)
        }
        guard kind.accepts(text) else { throw mustBe("\(kind.expectation), not '\(text)'") }
        return [text]
    }

    private static func unknown(
        _ word: String, at key: Node, origin: String
    ) -> ConfigurationError {
        ConfigurationError(origin: origin, line: key.mark?.line, cause: "unknown key '\(word)'")
    }
}

import FoundationEssentials
import Platform
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
        path: String, findings: @autoclosure () -> FindingCatalogue
    ) throws(ConfigurationError) -> FleetConfiguration {
        guard let contents = try SettingsText.read(path, for: path) else {
            return FleetConfiguration()
        }
        return try parse(contents, origin: path, findings: findings())
    }

    /// Reads the text of a file.
    static func parse(
        _ contents: String, origin: String, findings: @autoclosure () -> FindingCatalogue
    ) throws(ConfigurationError) -> FleetConfiguration {
        guard let root = try YAMLText.root(of: contents, origin: origin), root.null == nil else {
            return FleetConfiguration()
        }
        var configuration = FleetConfiguration()
        try readSection(
            root, name: "the file", prefix: "", into: &configuration, origin: origin,
            findings: findings())
        return configuration
    }

    /// Reads a mapping; the keys of the table say which of its values are mappings themselves.
    private static func readSection(
        _ node: Node, name: String, prefix: String, into configuration: inout FleetConfiguration,
        origin: String, findings: @autoclosure () -> FindingCatalogue
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
                    value, origin: origin, findings: findings())
            } else if word.contains(".") {
                throw unknown(word, at: key, origin: origin)
            } else if let setting = Setting(rawValue: path) {
                configuration[setting] = SettingValue(
                    try words(value, of: setting.row.kind, key: word, origin: origin),
                    from: .file(origin, line: key.mark?.line))
            } else if Setting.allCases.contains(where: { $0.key.hasPrefix(path + ".") }) {
                try readSection(
                    value, name: word, prefix: path + ".", into: &configuration, origin: origin,
                    findings: findings())
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
            guard let texts = value.sequence?.texts else { throw mustBe(kind.expectation) }
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

/// Texts that decide what fleet does: settings, probes, and the scripts that they name.
package enum SettingsText {
    /// Reads a file; as root only one that nobody else can change, on the whole way to it.
    ///
    /// - Parameters:
    ///   - path: The file; relative to the working directory.
    ///   - origin: The file that an error is about, and the line in it.
    ///   - line: The line in it that names the file.
    /// - Returns: Its text; nil where it is not there.
    /// - Throws: A ``ConfigurationError``.
    package static func read(
        _ path: String, for origin: String, line: Int? = nil
    ) throws(ConfigurationError) -> String? {
        func problem(_ cause: String) -> ConfigurationError {
            ConfigurationError(
                origin: origin, line: line,
                cause: path == origin ? cause : "cannot read \(path): \(cause)")
        }
        let bytes: [UInt8]
        do {
            guard let read = try TrustedPath.read(absolute(path)) else { return nil }
            bytes = read
        } catch FolderProblem.distrusted(let words) {
            throw problem(refusal(words))
        } catch FolderProblem.notAFile {
            throw problem("cannot be read as text")
        } catch {
            let words = FileProblem.words(error)
            throw problem(path == origin ? "cannot read \(path): \(words)" : words)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem("cannot be read as text")
        }
        return text
    }

    /// The names in a folder of such files.
    ///
    /// - Throws: A ``ConfigurationError``.
    package static func names(in folder: String) throws(ConfigurationError) -> [String] {
        do {
            return try TrustedPath.names(in: absolute(folder))
        } catch FolderProblem.distrusted(let words) {
            throw ConfigurationError(origin: folder, cause: refusal(words))
        } catch {
            throw ConfigurationError(
                origin: folder, cause: "cannot be read: \(FileProblem.words(error))")
        }
    }

    private static func refusal(_ words: String) -> String {
        "root does not use it: \(words); give it to root alone, or call fleet with root's own HOME (sudo -H)"
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}

import Verdicts
import Yams

/// Reads the key `checks` of a configuration file: what findings are worth, by code.
///
/// ```yaml
/// checks:
///   gpu.throttle: off
///   gpu.leaked_memory: {severity: fail, limit: 200}
///   check.environment.clock_offset_ms: warn
///   check.environment.enroot: {expect: [3.4.1, 3.5.*]}
/// ```
enum ChecksSection {
    /// Reads the mapping.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    static func read(
        _ node: Node, origin: String, findings: FindingCatalogue
    ) throws(ConfigurationError) -> [String: CheckSetting] {
        guard let mapping = node.mapping else {
            throw ConfigurationError(
                origin: origin, line: node.mark?.line,
                cause: "checks must be a mapping of finding codes to severities")
        }
        var settings: [String: CheckSetting] = [:]
        for (key, value) in mapping {
            let code = key.string ?? "?"
            // A probe's own codes depend on its file, which need not be there yet.
            guard findings.kind(of: code) != nil || code.hasPrefix("check.") else {
                throw ConfigurationError(
                    origin: origin, line: key.mark?.line,
                    cause:
                        "unknown code '\(code)' in checks; 'fleet gpu-check --explain all' lists them"
                )
            }
            settings[code] = try setting(
                value, code: code, line: key.mark?.line, origin: origin, limits: findings.limits)
        }
        return settings
    }

    private static func setting(
        _ value: Node, code: String, line: Int?, origin: String, limits: [String: FindingLimit]
    ) throws(ConfigurationError) -> CheckSetting {
        var setting = CheckSetting(from: .file(origin, line: line))
        guard let mapping = value.mapping else {
            setting.level = try level(value, key: code, origin: origin)
            return setting
        }
        for (key, value) in mapping {
            switch key.string {
            case "severity":
                setting.level = try level(value, key: "\(code).severity", origin: origin)
            case "limit":
                setting.limit = try limit(value, code: code, origin: origin, limits: limits)
            case "expect":
                setting.expected = try expected(value, code: code, origin: origin)
            default:
                throw ConfigurationError(
                    origin: origin, line: key.mark?.line,
                    cause:
                        "unknown key '\(key.string ?? "?")' in checks.\(code): severity, limit, expect"
                )
            }
        }
        guard setting.level != nil || setting.limit != nil || !setting.expected.isEmpty else {
            throw ConfigurationError(
                origin: origin, line: line,
                cause: "checks.\(code) sets neither severity, limit nor expect")
        }
        return setting
    }

    /// What a field of a check that a file describes is expected to say.
    private static func expected(
        _ value: Node, code: String, origin: String
    ) throws(ConfigurationError) -> [String] {
        func problem(_ words: String) -> ConfigurationError {
            ConfigurationError(
                origin: origin, line: value.mark?.line, cause: "checks.\(code).expect \(words)")
        }
        guard code.hasPrefix("check.") else { throw problem("is for fields of 'fleet check' only") }
        guard let texts = (value.sequence ?? [value]).texts else {
            throw problem("must be a text or a list of texts")
        }
        return texts
    }

    private static func level(
        _ value: Node, key: String, origin: String
    ) throws(ConfigurationError) -> FindingPolicy.Level {
        // To YAML the word off is a truth value: the text is what was written.
        let text = value.scalar?.string ?? ""
        guard let level = FindingPolicy.Level(rawValue: text) else {
            let words = FindingPolicy.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(
                origin: origin, line: value.mark?.line,
                cause: "checks.\(key) must be one of \(words), not '\(text)'")
        }
        return level
    }

    private static func limit(
        _ value: Node, code: String, origin: String, limits: [String: FindingLimit]
    ) throws(ConfigurationError) -> Double {
        guard let known = limits[code] else {
            let codes = limits.keys.sorted().joined(separator: ", ")
            throw ConfigurationError(
                origin: origin, line: value.mark?.line,
                cause: "checks.\(code) takes no limit; these do: \(codes)")
        }
        guard let number = value.scalar.flatMap({ Double($0.string) }), known.range.contains(number)
        else {
            throw ConfigurationError(
                origin: origin, line: value.mark?.line,
                cause:
                    "checks.\(code).limit must be a number of \(known.unit) from \(Int(known.range.lowerBound)) to \(Int(known.range.upperBound))"
            )
        }
        return number
    }
}

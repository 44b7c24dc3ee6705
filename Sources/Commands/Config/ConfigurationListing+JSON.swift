import Configuration
package import Terminal
import Verdicts

extension ConfigurationListing {
    /// The document `fleet.config/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.config/1"),
            "slurm_conf": JSONValue(slurmConf),
            "slurm_conf_problem": JSONValue(slurmProblem),
            "settings": .array(Setting.allCases.map(json)),
            "checks": .array(
                configuration.checks.sorted { $0.key < $1.key }.map { code, setting in
                    .object([
                        "code": .string(code), "severity": JSONValue(setting.level?.rawValue),
                        "limit": setting.limit.map(JSONValue.double) ?? .null,
                        "expect": .array(setting.expected.map(JSONValue.string)),
                        "from": setting.origin.json,
                    ])
                }),
            "files": .array(
                files.map { .object(["path": .string($0.path), "read": .bool($0.isThere)]) }),
        ])
    }

    private func json(_ setting: Setting) -> JSONValue {
        let value = configuration.value(of: setting)
        return .object([
            "key": .string(setting.key), "variable": .string(setting.row.variable),
            "value": value.json(setting.row.kind), "from": value.origin.json,
            "meaning": .string(setting.row.meaning),
        ])
    }
}

extension SettingValue {
    fileprivate func json(_ kind: SettingKind) -> JSONValue {
        guard let text else { return .null }
        switch kind {
        case .list: return .array(words.map(JSONValue.string))
        case .number: return JSONValue(Int(text))
        case .flag: return .bool(text == "true")
        case .path, .choice, .time, .age, .memory, .gres, .word, .jobName: return .string(text)
        }
    }
}

extension SettingValue.Origin {
    fileprivate var json: JSONValue {
        var fields: [String: JSONValue] = ["file": .null, "line": .null, "variable": .null]
        switch self {
        case .standard: fields["kind"] = .string("default")
        case .file(let path, let line):
            fields["kind"] = .string("file")
            fields["file"] = .string(path)
            fields["line"] = JSONValue(line)
        case .variable(let name):
            fields["kind"] = .string("variable")
            fields["variable"] = .string(name)
        }
        return .object(fields)
    }
}

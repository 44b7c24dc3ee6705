package import Configuration

extension ProbeDefinition {
    /// What the configuration expects of the probe's fields, by field.
    package func expectations(of configuration: FleetConfiguration) -> [String: [String]] {
        let prefix = code("")
        var values: [String: [String]] = [:]
        for (code, setting) in configuration.checks where !setting.expected.isEmpty {
            guard code.hasPrefix(prefix) else { continue }
            values[String(code.dropFirst(prefix.count))] = setting.expected
        }
        return values
    }
}

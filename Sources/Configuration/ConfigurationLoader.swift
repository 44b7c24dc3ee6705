package import Verdicts

/// Puts the layers together: /etc/fleet, the cluster's own file beside slurm.conf, the user's, the environment.
package enum ConfigurationLoader {
    /// The configuration in force before flags.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - slurmFolder: The folder that holds slurm.conf; nil where there is none.
    ///   - findings: Every kind of finding that a file may set something about; asked for only where one does.
    /// - Returns: What files and environment set.
    /// - Throws: A ``ConfigurationError``; a file that is not there is none.
    package static func load(
        environment: [String: String], slurmFolder: String?,
        findings: @autoclosure () -> FindingCatalogue
    ) throws(ConfigurationError) -> FleetConfiguration {
        var configuration = FleetConfiguration()
        for path in paths(environment: environment, slurmFolder: slurmFolder) {
            configuration = configuration.overridden(
                by: try ConfigurationFile.read(
                    path: path, findings: findings()))
        }
        return configuration.overridden(by: try variables(environment))
    }

    /// The files, weakest first.
    package static func paths(environment: [String: String], slurmFolder: String?) -> [String] {
        let home =
            value("XDG_CONFIG_HOME", environment)
            ?? value("HOME", environment).map { "\($0)/.config" }
        return ["/etc/fleet/config.yaml"] + (slurmFolder.map { ["\($0)/fleet.yaml"] } ?? [])
            + (home.map { ["\($0)/fleet/config.yaml"] } ?? [])
    }

    /// A variable; nil where it is empty, which means unset for every variable fleet reads.
    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func variables(
        _ environment: [String: String]
    ) throws(ConfigurationError) -> FleetConfiguration {
        var configuration = FleetConfiguration()
        for setting in Setting.allCases {
            let row = setting.row
            guard let text = value(row.variable, environment) else { continue }
            configuration[setting] = SettingValue(
                try words(text, of: row), from: .variable(row.variable))
        }
        return configuration
    }

    private static func words(
        _ text: String, of row: Setting.Row
    ) throws(ConfigurationError) -> [String] {
        switch row.kind {
        case .list:
            let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
            if words.isEmpty {
                throw ConfigurationError(origin: row.variable, cause: "names no type")
            }
            return words
        case .path(let beginnings) where beginnings.allSatisfy { $0.hasSuffix("/") }:
            // A variable may be relative: it is set where fleet is called. Not where words are values too: a mistyped one
            // would be a path.
            return [text]
        case .path, .choice, .number, .time, .age, .memory, .flag, .gres, .word, .jobName:
            guard row.kind.accepts(text) else {
                throw ConfigurationError(
                    origin: row.variable,
                    cause: "must be \(row.kind.expectation), not '\(text)'")
            }
            return [text]
        }
    }
}

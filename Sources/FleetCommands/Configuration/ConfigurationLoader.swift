/// Puts the layers together: /etc/fleet, the cluster's own file beside slurm.conf, the user's, the environment.
package enum ConfigurationLoader {
    /// The configuration in force before flags.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - slurmFolder: The folder that holds slurm.conf.
    /// - Returns: What files and environment set.
    /// - Throws: A ``ConfigurationError``; a file that is not there is none.
    package static func load(
        environment: [String: String], slurmFolder: String
    ) throws(ConfigurationError) -> FleetConfiguration {
        var configuration = FleetConfiguration()
        for path in paths(environment: environment, slurmFolder: slurmFolder) {
            configuration = configuration.overridden(by: try ConfigurationFile.read(path: path))
        }
        return configuration.overridden(by: try variables(environment))
    }

    /// The files, weakest first.
    static func paths(environment: [String: String], slurmFolder: String) -> [String] {
        let home =
            value("XDG_CONFIG_HOME", environment)
            ?? value("HOME", environment).map { "\($0)/.config" }
        return ["/etc/fleet/config.yaml", "\(slurmFolder)/fleet.yaml"]
            + (home.map { ["\($0)/fleet/config.yaml"] } ?? [])
    }

    /// A variable; nil where it is empty, which means unset for every variable fleet reads.
    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func variables(
        _ environment: [String: String]
    ) throws(ConfigurationError) -> FleetConfiguration {
        let types = value("FLEET_FILESYSTEM_TYPES", environment).map {
            $0.split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        if types == [] {
            throw ConfigurationError(origin: "FLEET_FILESYSTEM_TYPES", cause: "names no type")
        }
        var configuration = FleetConfiguration()
        configuration.runDirectory = value("FLEET_RUN_DIR", environment)
        configuration.mountPoint = value("FLEET_MOUNT_POINT", environment)
        configuration.fileSystemTypes = types
        return configuration
    }
}

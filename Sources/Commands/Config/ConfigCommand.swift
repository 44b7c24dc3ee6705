import ArgumentParser
import FoundationEssentials
import SlurmKit
import SlurmModel
import Terminal

/// `fleet config`: every setting, its value, and who set it.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", _superCommandName: "fleet",
        abstract: "Show every setting, its value, and where it comes from.",
        usage: "fleet config [<options>]",
        discussion: """
            Later ones win: /etc/fleet/config.yaml, fleet.yaml beside slurm.conf, \
            ~/.config/fleet/config.yaml, the variables FLEET_*, flags. slurmctld is not asked.
            """)

    @Option(name: .long, help: "How to print.")
    var format: Format = .table

    /// How the settings are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    mutating func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(environment: environment)
        let listing = try ConfigurationListing(environment: environment)
        switch format {
        case .json: try console.print(JSONOutput.pretty(listing.json))
        case .table:
            for line in listing.lines(width: console.columns) { try console.print(line) }
        }
    }
}

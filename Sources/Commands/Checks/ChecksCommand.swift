import ArgumentParser
import DefinedChecks
import FoundationEssentials
import SlurmKit
import Sweeps
import Terminal

/// `fleet checks`: the probes that `fleet check` knows by name.
struct ChecksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks", _superCommandName: "fleet",
        abstract: "List the probes that fleet check knows by name.",
        usage: "fleet checks [<options>]",
        discussion: """
            They are YAML files in ~/.config/fleet/probes, fleet-probes beside slurm.conf, /etc/fleet/probes, \
            the folder that probes_directory names, and share/fleet/probes where fleet is installed. slurmctld is not asked.
            """)

    @Option(name: .long, help: "How to print.")
    var format: ConfigCommand.Format = .table

    mutating func run() async throws {
        let slurm = try? SlurmConfiguration.locate(
            environment: ProcessInfo.processInfo.environment)
        let site = try Site(slurmFolder: slurm?.folder)
        let library = ProbeLibrary(
            environment: site.environment, slurmFolder: slurm?.folder,
            configuration: site.configuration)
        let listing = ProbeListing(library)
        switch format {
        case .json: try site.console.print(JSONOutput.pretty(listing.json))
        case .table:
            for line in listing.lines(width: site.console.columns) { try site.console.print(line) }
            if listing.rows.isEmpty {
                site.console.say(
                    "fleet: no probe in \(library.folders.joined(separator: ", "))")
            }
        }
        guard listing.problems.isEmpty else {
            for problem in listing.problems { site.console.say("fleet: error: \(problem)") }
            throw ExitCode(ExitCodes.couldNotWork)
        }
    }
}

import ArgumentParser
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
import Terminal

/// `fleet doctor`: whether everything fleet needs is there, and what to do where it is not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Is everything there that fleet needs? Each with the fix.",
        usage: "fleet doctor [<options>]",
        discussion: """
            Looks at slurm.conf, fleet's own settings, munge, slurmctld and its release, rights, clocks, Slurm's \
            programs, and the folder for runs, which one short job proves to be shared with the nodes. Works without \
            slurm.conf and without slurmctld too.
            """)

    @Flag(name: .long, help: "Send no job to a node.")
    var noJob = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"))
    var runDir: String?

    @Option(name: .long, help: "How to print: table or json.")
    var format: Format = .table

    /// How the lines are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    mutating func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(environment: environment)
        let report = DoctorReport(
            await Doctor(environment: environment, runDir: runDir, sendsJob: !noJob).lines())
        switch format {
        case .json: try console.print(JSONOutput.pretty(report.json))
        case .table:
            for line in report.lines(width: console.columns) { try console.print(line) }
        }
        throw ExitCode(report.exitCode)
    }
}

import ArgumentParser
import FoundationEssentials
import Glibc
import Platform
import SlurmKit
import SlurmModel
import Terminal

/// `fleet doctor`: whether everything fleet needs is there, and what to do where it is not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", _superCommandName: "fleet",
        abstract: "Is everything there that fleet needs? Each with the fix.",
        usage: "fleet doctor [<options>]",
        discussion: """
            Looks at slurm.conf, fleet's own settings, munge, slurmctld and its release, rights, clocks, Slurm's \
            programs, and the folder for runs, which one short job proves to be shared with the nodes. Works without \
            slurm.conf and without slurmctld too. --report writes what a report of a fault needs, without secrets.
            """)

    @Flag(name: .long, help: "Send no job to a node.")
    var noJob = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"))
    var runDir: String?

    @Option(name: .long, help: "How to print.")
    var format: Format = .table

    @Flag(
        name: .long,
        help:
            "Also write fleet-report-TIME.txt here, for a report of a fault: no secrets, no values of variables."
    )
    var report = false

    /// How the lines are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    mutating func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(environment: environment)
        let lines = await Doctor(environment: environment, runDir: runDir, sendsJob: !noJob).lines()
        let found = DoctorReport(lines)
        switch format {
        case .json: try console.print(JSONOutput.pretty(found.json))
        case .table:
            for line in found.lines(width: console.columns) { try console.print(line) }
        }
        if report {
            let name = "fleet-report-\(Int(Date().timeIntervalSince1970)).txt"
            try Self.write(bundle(lines, environment), to: name)
            console.say("wrote \(name): look it through, then send it with your report")
        }
        throw ExitCode(found.exitCode)
    }

    private func bundle(_ lines: [DoctorLine], _ environment: [String: String]) -> DoctorBundle {
        let slurm = try? SlurmConfiguration.locate(environment: environment)
        func firstLine(_ path: String, _ prefix: String = "") -> String {
            let text =
                FileManager.default.contents(atPath: path)
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
            return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(prefix) }
                .map { TerminalText.visible(String($0.dropFirst(prefix.count))) } ?? "unknown"
        }
        let cluster = ReleaseMismatch.of(slurm).clusterRelease
        return DoctorBundle(
            environment: environment,
            facts: [
                ("program", Version.text),
                ("installed", Installation.current.prefix.map { "below \($0)" } ?? "no"),
                ("cluster's Slurm", cluster.map { "\($0.release) (\($0.program))" } ?? "unknown"),
                ("system", firstLine("/etc/os-release", "PRETTY_NAME=")),
                ("kernel", firstLine("/proc/sys/kernel/osrelease")),
            ],
            lines: lines,
            slurmConf: slurm.flatMap { FileManager.default.contents(atPath: $0.path) }
                .map { String(decoding: $0, as: UTF8.self) })
    }

    /// Writes a file that only its user reads, in the folder that fleet was called in.
    private static func write(_ bundle: DoctorBundle, to name: String) throws {
        do {
            try OpenFolder(path: ".", followsLink: true)
                .replace(name, with: Array(bundle.text.utf8), mode: 0o600)
        } catch {
            throw HeadFault(
                "cannot write \(name): \(FileProblem.words(error))",
                remedy: "Call fleet doctor --report in a folder of your own.")
        }
    }
}

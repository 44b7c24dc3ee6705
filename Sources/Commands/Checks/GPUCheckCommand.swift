import ArgumentParser
import Configuration
import FanOut
import GPUCheck
import Probes
import Reports
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// `fleet gpu-check`: whether the GPUs are healthy on every node that has some.
struct GPUCheckCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "gpu-check", _superCommandName: "fleet",
        abstract: "Ask nvidia-smi on GPU nodes: a verdict, and the remedy.",
        usage: "fleet gpu-check [<options>] [<nodes>]",
        discussion: """
            Compares what nvidia-smi finds with Slurm's GRES and with the other nodes, and reads recovery action, \
            ECC, row remapping, temperature and throttling. Changes nothing. What could not be checked is unknown, \
            never ok.

            Examples:
              fleet gpu-check
              fleet gpu-check --gpus -p gpu
              fleet gpu-check --format prometheus --output ./fleet.prom
              fleet gpu-check --diag 2 --state idle
              fleet gpu-check --explain gpu.count
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions
    @OptionGroup var results: ResultFlags
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags
    @OptionGroup var drainFlags: DrainFlags

    @Flag(name: .long, help: "A row per GPU instead of folded groups of nodes.")
    var gpus = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Run DCGM's diagnostic of this level on idle nodes instead.", valueName: "1|2|3"))
    var diag: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What a finding means, its source and what to do: its code, or all.", valueName: "code"),
        completion: ClusterCompletion.codes)
    var explain: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long the check may take on a node (default: 60s; --diag: 2m, 10m, 60m).",
            valueName: "time"))
    var timeout: Seconds?

    /// Seconds the quick check may take on a node.
    private static let seconds = 60

    mutating func validate() throws {
        if gpus, results.wide { throw ValidationError("--gpus and --wide exclude each other.") }
        guard let diag else { return }
        guard DiagProbe.levels.contains(diag) else {
            throw ValidationError("--diag is a level from 1 to 3.")
        }
        if gpus || results.wide {
            throw ValidationError("--diag has a table of its own: leave --gpus and --wide out.")
        }
        if options.onBusy == .run {
            throw ValidationError("--diag loads every GPU: it never runs beside other jobs.")
        }
    }

    mutating func run() async throws {
        if let explain { return try FindingExplanation(.standard).print(explain) }
        let selection = try selectors.selection()
        try drainFlags.check(options)
        let session = try Session()
        let policy = try results.policy(
            configuration: session.configuration, codes: FindingCatalogue.standard.all.map(\.code))
        let specification: any ProbeSpecification =
            if let diag {
                GPUDiagSpecification(
                    level: diag, timeout: timeout?.count ?? DiagProbe.seconds(level: diag),
                    policy: policy)
            } else {
                GPUCheckSpecification(timeout: timeout?.count ?? Self.seconds, policy: policy)
            }
        let output = RunOutput(
            table: RunTables.table(
                for: specification, view: ReportView(wide: results.wide, gpus: gpus)),
            format: options.format, metrics: RunTables.metrics(for: specification),
            file: results.output)
        if let diag {
            session.console.say(
                "fleet: dcgmi diag -r \(diag) takes each node's GPUs for itself; nodes that are busy are left out"
            )
        }
        let runner = FanOutRunner(
            session: session, specification: specification, output: output, options: options,
            jobFlags: jobFlags)
        let end = try await runner.end(
            selection: selection, filter: { !$0.gpus.isEmpty },
            none: "no selected node has GPUs in its GRES")
        throw ExitCode(try await drainFlags.act(on: end, session, options))
    }
}

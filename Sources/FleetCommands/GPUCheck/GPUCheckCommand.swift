import ArgumentParser
import FleetCore
import SlurmModel

/// `fleet gpu-check`: whether the GPUs are healthy on every node that has some.
struct GPUCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gpu-check",
        abstract: "Ask nvidia-smi on every GPU node: a verdict per node and GPU, with the remedy.",
        usage: "fleet gpu-check [<options>]",
        discussion: """
            Compares what nvidia-smi finds with Slurm's GRES, and reads recovery action, ECC, row remapping, \
            temperature and throttling. Changes nothing. What could not be checked is unknown, never ok.
            """)

    @OptionGroup var selectors: SelectorOptions
    @OptionGroup var options: FanOutOptions
    @OptionGroup var jobFlags: JobFlags

    @Flag(name: .long, help: "A row per GPU instead of a row per node.")
    var gpus = false

    @Option(
        name: .long, help: ArgumentHelp("How long the check may take on a node.", valueName: "time")
    )
    var timeout = Seconds(60)

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        let runner = FanOutRunner(
            session: session, specification: .gpuCheck(timeout: timeout.count),
            output: RunOutput(table: gpus ? GPUTable() : GPUNodeTable(), format: options.format),
            options: options, jobFlags: jobFlags)
        let code = try await runner.run(
            selection: selection, filter: { !$0.gpus.isEmpty },
            none: "no selected node has GPUs in its GRES")
        throw ExitCode(code)
    }
}

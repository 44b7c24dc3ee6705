import ArgumentParser
import FoundationEssentials
import Reports
import Runs
import Sweeps
import Terminal

/// `fleet attach`: watches a run to its end, whichever process began it.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", _superCommandName: "fleet",
        abstract:
            "Watch a run to its end, as after a lost terminal.",
        usage: "fleet attach [<options>] [<run>]",
        discussion: """
            Where the fleet that began the run is still there, attach follows it; Ctrl-C then leaves the run alone. \
            Where it is gone, attach takes its place and sends nothing new: Ctrl-C then ends the jobs.
            """)

    @OptionGroup var kept: KeptRunOptions
    @OptionGroup var outputFlags: OutputFlags

    @Option(name: .long, help: "How to print.")
    var format: OutputFormat = .table

    mutating func run() async throws {
        let session = try Session()
        let run = try kept.find(session.site)
        let manifest = try run.manifest()
        var output = try outputFlags.output(
            table: RunTables.table(for: manifest.specification), format: format,
            metrics: RunTables.metrics(for: manifest.specification))
        output.runDir = kept.runDir
        let follower = RunFollower(
            session: session, run: run, manifest: manifest, output: output)
        throw ExitCode(try await follower.follow())
    }
}

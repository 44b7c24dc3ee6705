import ArgumentParser

/// `fleet runs`: the runs that are kept.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs that are kept, and remove old ones.",
        subcommands: [RunsListCommand.self, RunsPruneCommand.self],
        defaultSubcommand: RunsListCommand.self)
}

import ArgumentParser

/// `fleet history`: what is remembered of runs.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what runs found on nodes over time, and what changed.",
        usage: "fleet history [<options>] [<nodes>]",
        discussion: """
            'fleet help history show' lists the options: --changes, --check, --since, --limit.

            Examples:
              fleet history --since 7d
              fleet history gpu-7 --check gpu-check
              fleet history --changes --since 24h
              fleet history forget --run 20261126-221400-1c3f
            """,
        subcommands: [HistoryShowCommand.self, HistoryForgetCommand.self],
        defaultSubcommand: HistoryShowCommand.self)
}

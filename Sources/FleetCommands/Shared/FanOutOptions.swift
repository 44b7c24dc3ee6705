import ArgumentParser

/// The flags that every command has that runs something on the nodes.
struct FanOutOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a job may wait for its node to be free: 90, 90s, 10m, 2h; 24h at most.",
            valueName: "time"))
    var wait = Seconds(30)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where runs are kept: a folder that the nodes share (default: ~/.fleet/runs).",
            valueName: "folder"))
    var runDir: String?

    @Option(name: .long, help: "How to print: table, json or jsonl.")
    var format: OutputFormat = .table

    @Flag(name: .long, help: "Count a warning as a failure in the exit code.")
    var strict = false

    @Flag(name: .long, help: "Leave nodes that were not run out of the exit code.")
    var ignoreNotRun = false
}

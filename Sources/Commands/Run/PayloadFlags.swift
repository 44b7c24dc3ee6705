import ArgumentParser

/// The flags of `fleet run` that say what is run.
struct PayloadFlags: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Run this line with the nodes' /bin/sh instead.", valueName: "line"))
    var shell: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Run this file of this machine there; what follows -- is its arguments.",
            valueName: "file"),
        completion: .file())
    var script: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Give every node this file as standard input; - takes fleet's own.", valueName: "file|-"
        ),
        completion: .file())
    var stdin: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Set a variable for the command; without a value, as it is here.",
            valueName: "name[=value]"))
    var env: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Copy a file to a path on every node first, with its mode.", valueName: "file:path"),
        completion: .file())
    var copy: [String] = []

    @Flag(name: .long, help: "Put the node's name in place of {node} in the arguments.")
    var template = false

    /// How many of the flags take standard input, which can be read once only.
    var inputReaders: Int {
        [script, stdin].count { $0 == "-" } + copy.count { $0.hasPrefix("-:") }
    }
}

import ArgumentParser
import FanOut
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// `fleet nodes`: what a selection comes to, for people and for other tools.
struct NodesCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "nodes", _superCommandName: "fleet",
        abstract: "Print the selected nodes as a hostlist for Slurm's tools.",
        usage: "fleet nodes [<options>] [<nodes>]",
        discussion: """
            Examples:
              fleet nodes --state '!drain' --gres gpu:h100
              fleet nodes --job 1234 --expand
              d=$(fleet nodes --state down) && scontrol update state=resume nodename="$d"
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions

    @Flag(name: .long, help: "Print one name per line.")
    var expand = false

    @Flag(name: .long, help: "Print only how many there are; none is no error.")
    var count = false

    @Option(name: .long, help: "How to print.")
    var format: Format = .text

    /// How the nodes are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    mutating func validate() throws {
        if [expand, count, format == .json].count(where: \.self) > 1 {
            throw ValidationError("--expand, --count and --format json exclude each other.")
        }
    }

    mutating func run() async throws {
        let selection = try selectors.selection()
        let session = try Session()
        let selected = try await session.select(
            selection, failed: { try session.unfinishedNodes(of: $0) })
        let list = NodeList(names: selected.nodes.map(\.name))
        if count { return try session.console.print(String(list.names.count)) }
        if list.names.isEmpty,
            let words = try selection.allWell({ try session.unfinishedNodes(of: $0) })
        {
            session.console.say(words)
            if format == .json { try session.console.print(JSONOutput.pretty(list.json)) }
            return
        }
        // Nothing on standard output must not read as "all" in a script that goes on.
        guard !list.names.isEmpty else { throw UsageError("no node matches the selection.") }
        switch format {
        case .json: try session.console.print(JSONOutput.pretty(list.json))
        case .text:
            for line in expand ? list.names : [list.folded] { try session.console.print(line) }
        }
    }
}

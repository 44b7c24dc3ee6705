import ArgumentParser
import FleetCore
import SlurmKit
import SlurmModel

/// The flags that pick nodes; the same for every command.
struct SelectorOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Only these nodes, as a hostlist.", valueName: "hostlist"))
    var nodes: [String] = []

    @Option(
        name: [.customShort("p"), .long],
        help: ArgumentHelp("Only nodes in these partitions.", valueName: "names"))
    var partition: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes in these states: base states such as idle, flags such as drain.",
            valueName: "states"))
    var state: [String] = []

    /// The selection, read but not yet compared with any cluster.
    ///
    /// - Throws: A ``SlurmError`` for a malformed hostlist, a ``SelectionError`` for an unknown state, a
    ///   ``UsageError`` for a flag whose list is empty.
    func selection() throws -> NodeSelection {
        NodeSelection(
            names: try nodes.flatMap { try Hostlist.expand($0) },
            partitions: try Self.words(partition, of: "--partition"),
            states: try Self.words(state, of: "--state").map { try StateSelector($0) })
    }

    private static func words(_ lists: [String], of flag: String) throws -> [String] {
        try lists.flatMap { list in
            let words = list.split { $0 == "," || $0.isWhitespace }.map(String.init)
            // An empty shell variable must not select every node.
            if words.isEmpty { throw UsageError("\(flag) '\(list)' names nothing.") }
            return words
        }
    }
}

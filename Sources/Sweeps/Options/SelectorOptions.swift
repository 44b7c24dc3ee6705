package import ArgumentParser
package import FanOut
import Platform
import SlurmKit
import SlurmModel
import Terminal

/// The flags that select nodes; the same for every command.
package struct SelectorOptions: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Only these nodes: 'gpu-[1-8]!gpu-3', @FILE, or - for stdin.", valueName: "hostlist"),
        completion: ClusterCompletion.nodes)
    package var nodes: [String] = []

    @Option(
        name: [.customShort("x"), .long],
        help: ArgumentHelp("Not these nodes.", valueName: "hostlist"),
        completion: ClusterCompletion.nodes)
    var exclude: [String] = []

    @Option(
        name: [.customShort("p"), .long],
        help: ArgumentHelp("Only nodes in these partitions.", valueName: "names"),
        completion: ClusterCompletion.partitions)
    var partition: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes in these states: idle, drain, '!drain'.", valueName: "states"),
        completion: ClusterCompletion.states)
    var state: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes with these features: a,b any, 'a&b' both, '!a' without.",
            valueName: "features"),
        completion: ClusterCompletion.features)
    var feature: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes with these resources: gpu, gpu:h100, gpu:h100:8.", valueName: "gres"),
        completion: ClusterCompletion.resources)
    var gres: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only the nodes of these running jobs.", valueName: "ids"))
    var job: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only nodes where these users' jobs run.", valueName: "names"))
    var user: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only the nodes of these reservations; jobs run in them.", valueName: "names"))
    var reservation: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only nodes that failed in this run: its id, or last.", valueName: "run"),
        completion: ClusterCompletion.runs)
    var failedFrom: String?

    @Option(
        name: .long,
        help: ArgumentHelp("At most so many nodes: the first.", valueName: "number"))
    var limit: Int?

    @Flag(name: .long, help: "With --limit: a random sample.")
    var random = false

    /// Whether reading the selection reads standard input.
    package var readsStandardInput: Bool {
        (nodes + exclude).contains("-")
    }

    /// The flags as words, in one order: given again, they select the same nodes, and two runs with the same words are
    /// about the same choice of nodes.
    package var words: [String] {
        let lists = [
            ("-n", nodes), ("-x", exclude), ("-p", partition), ("--state", state),
            ("--feature", feature), ("--gres", gres), ("--job", job), ("--user", user),
            ("--reservation", reservation), ("--failed-from", failedFrom.map { [$0] } ?? []),
            ("--limit", limit.map { ["\($0)"] } ?? []),
        ]
        return lists.flatMap { flag, values in
            guard ["-n", "-x"].contains(flag), !values.allSatisfy(Self.isPlain) else {
                return values.isEmpty ? [] : [flag, values.joined(separator: ",")]
            }
            return values.flatMap { [flag, $0] }
        } + (random ? ["--random"] : [])
    }

    /// Whether a hostlist stands for the same nodes behind another one: an operator takes in all that stands before it,
    /// and a file or standard input is no part of a list.
    private static func isPlain(_ hostlist: String) -> Bool {
        hostlist != "-" && !hostlist.contains { "!&^@".contains($0) }
    }

    /// The selection as the user gave it, not yet compared with the cluster; reads files and standard input if they
    /// are named.
    ///
    /// - Parameter reader: Reads hostlists.
    /// - Returns: The selection.
    /// - Throws: A ``SlurmError`` for a malformed hostlist, a ``SelectionError`` for a word that cannot be read, a
    ///   ``UsageError`` for a flag whose list is empty.
    package func selection(reader: HostlistReader = HostlistReader()) throws -> NodeSelection {
        try checkLimit()
        var reader = reader
        return NodeSelection(
            names: try reader.names(nodes, flag: "--nodes"),
            excluded: try reader.names(exclude, flag: "--exclude"),
            partitions: try ResultFlags.words(partition, of: "--partition"),
            states: try WordFilter(
                try ResultFlags.words(state, of: "--state"), read: StateSelector.init),
            features: try WordFilter(features: try ResultFlags.words(feature, of: "--feature")),
            resources: try WordFilter(
                try ResultFlags.words(gres, of: "--gres"), read: GRESSelector.init),
            jobs: try ResultFlags.words(job, of: "--job").map { try JobSelector($0) },
            users: try ResultFlags.words(user, of: "--user").map(Self.userName),
            reservations: try ResultFlags.words(reservation, of: "--reservation"),
            failedFrom: try failedFrom.map { run in
                guard !run.isEmpty else { throw UsageError("--failed-from '' names no run.") }
                return run
            },
            limit: limit, isRandom: random)
    }

    private func checkLimit() throws(UsageError) {
        if let limit, limit < 1 { throw UsageError("--limit \(limit) selects no node.") }
        if random, limit == nil { throw UsageError("--random needs --limit.") }
    }

    /// A user's number is replaced by the name, because jobs are compared by user name.
    private static func userName(_ word: String) -> String {
        UInt32(word).map(Users.name(of:)) ?? word
    }
}

import ArgumentParser
import ClusterView
import Sweeps
import Terminal

/// What of the cluster `fleet status` shows, and how.
struct StatusOptions: ParsableArguments {
    @Flag(name: .long, help: "Show a row per node.")
    var nodesView = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show a row per node with these columns: \(NodeColumn.names).", valueName: "names"),
        completion: ClusterCompletion.list(NodeColumn.allCases.map(\.rawValue)))
    var columns: String?

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "Order the rows of nodes by these columns; -NAME is falling: -load,node.",
            valueName: "names"),
        completion: ClusterCompletion.list(NodeColumn.allCases.map(\.rawValue)))
    var sort: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show a row per partition, state, reason, gpu (type) or feature.", valueName: "what"))
    var groupBy: NodeGrouping?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How to print: table; json, always the whole document; jsonl and csv, a node a line.",
            valueName: "format"))
    var format: StatusFormat = .table

    @Flag(
        name: .long,
        help: "Exit with 1 where a node failed, 2 where one is unknown or was not checked, else 0.")
    var exitCode = false

    func validate() throws {
        if groupBy != nil, nodesView || columns != nil || sort != nil {
            throw ValidationError(
                "--group-by makes rows of groups: --nodes-view, --columns and --sort do not go with it."
            )
        }
        if format == .json || format == .jsonl, columns != nil || groupBy != nil {
            throw ValidationError(
                "--columns and --group-by choose what tables and csv show; \(format.rawValue) has every field."
            )
        }
    }

    /// How the cluster is shown.
    ///
    /// - Throws: A ``UsageError`` for a name that is no column.
    func view() throws(UsageError) -> StatusView {
        if let groupBy { return .grouped(groupBy) }
        if let columns { return .nodes(try NodeColumn.list(columns)) }
        if format == .csv { return .nodes(NodeColumn.plain) }
        return nodesView || sort != nil ? .nodes(NodeColumn.standard) : .overview
    }

    /// The order of the nodes; nil is slurmctld's.
    ///
    /// - Throws: A ``UsageError`` for a name that is no column.
    func order() throws(UsageError) -> NodeOrder? {
        guard let sort else { return nil }
        return try NodeOrder(sort)
    }
}

/// How `fleet status` is printed.
enum StatusFormat: String, CaseIterable, ExpressibleByArgument {
    /// Aligned tables for people.
    case table
    /// The document `fleet.status/1`, always whole.
    case json
    /// A node per line, as in the document; with `--watch` a change per line.
    case jsonl
    /// A heading, then a row per node, or per group with `--group-by`.
    case csv
}

import ArgumentParser
import ClusterView
import FanOut
import FoundationEssentials
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// `fleet status`: partitions and nodes, as slurmctld knows them, and what needs attention.
struct StatusCommand: AsyncParsableCommand, NamesNodes {
    static let configuration = CommandConfiguration(
        commandName: "status", _superCommandName: "fleet",
        abstract: "Show partitions and nodes exactly as slurmctld knows them.",
        usage: "fleet status [<options>] [<nodes>]",
        discussion: """
            What needs attention stands below the table, the worst first, with what to do: nodes that are down, failing, \
            drained or do not answer, or whose registration Slurm refuses; nodes of which a check said fail, unknown or \
            warn, or comes and goes; GPUs that no job holds, load that no job explains, another slurmd than most; \
            partitions that start nothing; and which nodes nobody checked within a day. Sleeping cloud nodes are well.

            Examples:
              fleet status --watch
              fleet status --nodes-view --state drain --sort -reason_time
              fleet status --columns node,state,gpus,users -p gpu
              fleet status --group-by reason --state 'down,drain'
            """)

    @OptionGroup var nodeWords: NamedNodes
    @OptionGroup var nodeFlags: SelectorOptions

    @OptionGroup var options: StatusOptions

    @Option(
        name: .long, defaultAsFlag: WatchInterval.standard,
        help: ArgumentHelp(
            "Look again every so many seconds (2); q ends it. Without a terminal: a line a change.",
            valueName: "seconds"))
    var watch: WatchInterval?

    func validate() throws {
        // The parser takes a value that it cannot read for a node.
        if watch != nil, selectors.nodes.contains(where: { Double($0) != nil }) {
            throw ValidationError("--watch takes a number of seconds, from 1 on.")
        }
        if watch != nil, options.exitCode {
            throw ValidationError("--exit-code is of one look: leave --watch out.")
        }
        guard watch != nil, options.format == .json || options.format == .csv else { return }
        throw ValidationError("--watch goes with --format table and jsonl.")
    }

    mutating func run() async throws {
        let view = try options.view()
        let order = try options.order()
        let selection = try selectors.selection()
        let session = try Session()
        let source = StatusSource(
            session: session, selection: selection,
            failed: try selection.failedFrom.map { try session.unfinishedNodes(of: $0) } ?? [],
            needsJobs: Self.needsJobs(view, order),
            needsAttention: options.exitCode || options.format == .json
                || [.table, .csv].contains(options.format) && Self.needsAttention(view, order),
            lastVerdicts: LastVerdictReader(session.history))
        if let watch {
            return try await StatusWatch(
                source: source, view: view, order: order, interval: watch,
                printsJSON: options.format == .jsonl
            ).run()
        }
        var status = try await session.patiently { try await source.next(after: nil).status }
        status.warnings.forEach(session.console.say)
        if let order { status.nodes = order.sorted(status) }
        try print(status, view, to: session.console)
        if options.exitCode { throw ExitCode(status.exitCode) }
    }

    private static func needsJobs(_ view: StatusView, _ order: NodeOrder?) -> Bool {
        if order?.needsJobs == true { return true }
        guard case .nodes(let columns) = view else { return false }
        return columns.contains(where: \.needsJobs)
    }

    private static func needsAttention(_ view: StatusView, _ order: NodeOrder?) -> Bool {
        let known: [NodeColumn] = [.attention, .verdict, .verdictTime]
        if order?.terms.contains(where: { known.contains($0.column) }) == true { return true }
        switch view {
        case .overview: return true
        case .grouped: return false
        case .nodes(let columns): return columns.contains(where: known.contains)
        }
    }

    private func print(
        _ status: ClusterStatus, _ view: StatusView, to console: Console
    ) throws {
        switch options.format {
        case .json: try JSONOutput.print(status, to: console)
        case .jsonl: try console.print(status.nodes.map { try JSONOutput.line(NodeLine($0)) })
        case .csv: try console.write(status.csv(view, isTerminal: console.outputIsTerminal))
        case .table:
            try console.print(
                status.lines(view, width: console.columns, styled: console.isColored))
        }
    }
}

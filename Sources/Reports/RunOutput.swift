import FanOut
import Platform
import SlurmKit
package import SlurmModel
package import Terminal
import Verdicts

/// How a run is shown.
package struct RunOutput: Sendable {
    /// The rows' form.
    package var table: any ReportTable
    /// How data is written.
    var format = OutputFormat.table
    /// How the nodes' output is shown in place of rows.
    var view = View.rows
    /// Whether the closing line is left out, because the caller reports the result.
    package var isQuiet = false
    /// Whether the caller needs the nodes' output, whatever is printed.
    package var keepsStreams = false
    /// The folder that also gets each node's output as files; nil for none.
    var folder: OutputFolder?
    /// Makes metrics from the run; nil for a command that has none.
    package var metrics: (any RunMetrics)?
    /// The file for the data in place of standard output, written whole or not at all; nil for standard output.
    var file: String?

    /// Makes one JSON document from the whole run; nil for `fleet.run/1`.
    package var json: (@Sendable (RunReport) -> JSONValue)?

    /// The rows that are printed, where these are not all.
    package var narrowed: (@Sendable (RunReport) -> RunReport)?

    /// What is said of the whole run after its closing line.
    package var talk: (@Sendable (_ run: TalkOfRun) -> [String])?

    /// All nodes of the cluster as they were when the run's nodes were selected: what limits are counted over.
    package var clusterNodes: [Node] = []

    /// What there is to say something of, after a run.
    package struct TalkOfRun: Sendable {
        /// The run.
        package let report: RunReport
        /// All nodes of the cluster as they were before it.
        package let clusterNodes: [Node]
        /// The terminal's columns; nil where there is none.
        package let width: Int?

        /// Makes a value of its parts.
        package init(report: RunReport, clusterNodes: [Node] = [], width: Int? = nil) {
            self.report = report
            self.clusterNodes = clusterNodes
            self.width = width
        }
    }

    /// The run as a page for a browser; nil for a command that has none.
    package var page: (@Sendable (RunReport) -> String)?

    /// Where the run is kept, where a flag said so: commands that name the run need it too.
    package var runDir: String?

    /// Files that are written beside the output, whole or not at all, each from the whole run.
    package var further: [Further] = []

    /// A further file.
    package struct Further: Sendable {
        let format: OutputFormat
        let file: String

        /// Names the file.
        package init(_ format: OutputFormat, file: String) {
            self.format = format
            self.file = file
        }
    }

    /// Makes a value of its parts.
    package init(
        table: any ReportTable, format: OutputFormat = OutputFormat.table, view: View = View.rows,
        isQuiet: Bool = false, keepsStreams: Bool = false, folder: OutputFolder? = nil,
        metrics: (any RunMetrics)? = nil, file: String? = nil,
        json: (@Sendable (RunReport) -> JSONValue)? = nil
    ) {
        self.table = table
        self.format = format
        self.view = view
        self.isQuiet = isQuiet
        self.keepsStreams = keepsStreams
        self.folder = folder
        self.metrics = metrics
        self.file = file
        self.json = json
    }

    /// How the nodes' output is shown.
    package enum View: Hashable, Sendable {
        /// A row per node.
        case rows
        /// Equal output once, with its nodes; if asked for, as a difference from the majority's output.
        case groups(diff: Bool)
        /// Every line with its node before it, as soon as it arrives.
        case lines
        /// The output of the only node as it arrives, unchanged.
        case whole
    }

    /// Whether rows wait for the last one.
    var printsAtEnd: Bool {
        view == .rows && (table.printsAtEnd || narrowed != nil && format == .table)
            || narrowed != nil && format != .table
            || format == .json || format == .prometheus || format == .html
    }

    /// The same output for a run of this many nodes: with a single node, the user wants the command's full output.
    ///
    /// - Parameter count: How many rows there will be.
    /// - Returns: How that run is shown.
    package func shown(for count: Int) -> RunOutput {
        guard count == 1, format == .table, view == .rows, table is RunTable else { return self }
        var output = self
        output.view = .whole
        return output
    }

    /// What is said below the closing line of a plain run on several nodes: which failed, and where the rest of the output is.
    ///
    /// - Parameters:
    ///   - report: The run.
    ///   - hasMore: Whether rows show less than their nodes wrote.
    /// - Returns: The lines; none for programs, and for checks, which say more themselves.
    func nextLines(for report: RunReport, hasMore: Bool) -> [String] {
        guard format == .table, table is RunTable, report.reports.count > 1 else { return [] }
        let failed = report.reports.filter { $0.verdict == .fail && $0.result.launcher != .local }
        let list = ShellQuote.readable([Hostlist.fold(failed.map(\.result.node))])
        let folder = runDir.map { ["--run-dir", $0] } ?? []
        let show = ShellQuote.readable(["fleet", "show", "--gather"] + folder + [report.id])
        return (failed.isEmpty ? [] : ["failed: \(list)"])
            + (hasMore ? ["all lines: \(show)"] : [])
    }

    /// Whether output is wanted while it is written.
    package var followsOutput: Bool { format == .table && (view == .lines || view == .whole) }

    /// Whether the streams of all nodes are needed at the end of the run.
    package var needsStreams: Bool {
        if keepsStreams { return true }
        if case .groups = view, format == .table { return true }
        // Tables that are printed at the end, and metrics, need only the verdicts.
        return printsAtEnd && ![.table, .prometheus, .html].contains(format)
    }
}

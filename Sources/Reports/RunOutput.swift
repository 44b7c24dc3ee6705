package import Terminal

/// How a run is shown.
package struct RunOutput: Sendable {
    /// The rows' form.
    package var table: any ReportTable
    /// How data is written.
    var format = OutputFormat.table
    /// What is shown of the nodes' output instead of rows.
    var view = View.rows
    /// Whether the line that closes the run is left out: who started it says what came of it.
    package var isQuiet = false
    /// Whether who started the run wants what the nodes wrote, whatever is printed.
    package var keepsStreams = false
    /// Where each node's output is written to as files; nil for nowhere.
    var folder: OutputFolder?
    /// How the run becomes metrics; nil for a command that has none.
    package var metrics: (any RunMetrics)?
    /// Where data goes instead of standard output, whole or not at all; nil for standard output.
    var file: String?

    /// How the whole run becomes one JSON document; nil for `fleet.run/1`.
    package var json: (@Sendable (RunReport) -> JSONValue)?

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

    /// What is shown of the nodes' output.
    package enum View: Hashable, Sendable {
        /// A row per node.
        case rows
        /// Equal output once, with its nodes; as a difference to the majority's where that is asked for.
        case groups(diff: Bool)
        /// Every line with its node before it, as it comes.
        case lines
        /// The output of the only node as it comes, with nothing added to it.
        case whole
    }

    /// Whether rows wait for the last one.
    var printsAtEnd: Bool {
        table.printsAtEnd && view == .rows || format == .json || format == .prometheus
    }

    /// The same, for a run of so many nodes: of one alone a person wants to see all of what a command wrote.
    ///
    /// - Parameter count: How many rows there will be.
    /// - Returns: How that run is shown.
    package func shown(for count: Int) -> RunOutput {
        guard count == 1, format == .table, view == .rows, table is RunTable else { return self }
        var output = self
        output.view = .whole
        return output
    }

    /// Whether output is wanted while it is written.
    package var followsOutput: Bool { format == .table && (view == .lines || view == .whole) }

    /// Whether the streams of all nodes are needed once the run is over.
    package var needsStreams: Bool {
        if keepsStreams { return true }
        if case .groups = view, format == .table { return true }
        // Tables that wait for the last row, and metrics, are made of what was concluded.
        return printsAtEnd && format != .table && format != .prometheus
    }
}

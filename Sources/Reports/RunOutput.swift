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

    /// The rows that are printed, where these are not all.
    package var narrowed: (@Sendable (RunReport) -> RunReport)?

    /// What is said of the whole run after its closing line.
    package var talk: (@Sendable (RunReport) -> [String])?

    /// The run as a page for a browser; nil for a command that has none.
    package var page: (@Sendable (RunReport) -> String)?

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

    /// What is shown of the nodes' output.
    package enum View: Hashable, Sendable {
        /// A row per node.
        case rows
        /// Equal output once, with its nodes; as a difference to the majority's where that is asked for.
        case groups(diff: Bool)
        /// Every line with its node before it, as it comes.
        case lines
    }

    /// Whether rows wait for the last one.
    var printsAtEnd: Bool {
        table.printsAtEnd && view == .rows || narrowed != nil
            || format == .json || format == .prometheus || format == .html
    }

    /// Whether output is wanted while it is written.
    package var followsOutput: Bool { format == .table && view == .lines }

    /// Whether the streams of all nodes are needed once the run is over.
    package var needsStreams: Bool {
        if keepsStreams { return true }
        if case .groups = view, format == .table { return true }
        // Tables that wait for the last row, and metrics, are made of what was concluded.
        return printsAtEnd && ![.table, .prometheus, .html].contains(format)
    }
}

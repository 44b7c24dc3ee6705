import FleetCore

/// How a run is shown.
struct RunOutput: Sendable {
    /// The rows' form.
    var table: any ReportTable
    /// How data is written.
    var format = OutputFormat.table
    /// What is shown of the nodes' output instead of rows.
    var view = View.rows
    /// Where each node's output is written to as files; nil for nowhere.
    var folder: OutputFolder?

    /// What is shown of the nodes' output.
    enum View: Hashable, Sendable {
        /// A row per node.
        case rows
        /// Equal output once, with its nodes; as a difference to the majority's where that is asked for.
        case groups(diff: Bool)
        /// Every line with its node before it, as it comes.
        case lines
    }

    /// Whether output is wanted while it is written.
    var followsOutput: Bool { format == .table && view == .lines }

    /// Whether the streams of all nodes are needed once the run is over.
    var needsStreams: Bool {
        if case .groups = view, format == .table { return true }
        return format == .json
    }
}

import ArgumentParser

/// How data is written to standard output.
package enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// An aligned table for people.
    case table
    /// One JSON document, at the end.
    case json
    /// One JSON document per node and line, as the nodes end.
    case jsonl
    /// A heading, then one row of comma-separated values per node, as the nodes end.
    case csv
    /// Metrics for node_exporter's textfile collector, at the end.
    case prometheus
    /// A page for a browser, at the end.
    case html
}

/// How a listing is printed, when it is one document.
package enum DocumentFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}

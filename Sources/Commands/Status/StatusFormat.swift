import ArgumentParser

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

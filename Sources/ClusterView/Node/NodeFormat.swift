import ArgumentParser

/// How `fleet node` is printed.
package enum NodeFormat: String, CaseIterable, ExpressibleByArgument {
    /// A sheet per node for people.
    case table
    /// The document `fleet.node/1`.
    case json
    /// A node per line, as in the document.
    case jsonl
}

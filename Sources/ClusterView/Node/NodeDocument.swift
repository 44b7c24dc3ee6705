import ArgumentParser
package import Terminal

/// The document `fleet.node/1`: everything that is known of a few nodes.
package struct NodeDocument: JSONWritable {
    private let status: ClusterStatus

    /// Makes the document of a status, with its jobs.
    package init(_ status: ClusterStatus) {
        self.status = status
    }

    package func write(to writer: inout JSONWriter) throws {
        try writer.object { writer in
            writer.field("cluster") { $0.value(status.cluster) }
            writer.field("generated") { $0.time(status.generated) }
            try writer.field("nodes") { writer in
                try writer.array { writer in
                    for node in status.nodes {
                        writer.element { NodeEntry(node, in: status).write(to: &$0) }
                        try writer.breathe()
                    }
                }
            }
            writer.field("schema") { $0.value("fleet.node/1") }
        }
    }
}

/// How `fleet node` is printed.
package enum NodeFormat: String, CaseIterable, ExpressibleByArgument {
    /// A sheet per node for people.
    case table
    /// The document `fleet.node/1`.
    case json
    /// A node per line, as in the document.
    case jsonl
}

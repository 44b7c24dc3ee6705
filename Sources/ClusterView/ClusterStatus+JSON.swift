import SlurmModel
package import Terminal

extension ClusterStatus: JSONWritable {
    /// Writes the document `fleet.status/1`.
    package func write(to writer: inout JSONWriter) throws {
        try writer.object { writer in
            writer.field("attention") { $0.attention(attention) }
            writer.field("cluster") { $0.value(cluster) }
            writer.field("coverage") { $0.coverage(coverage) }
            writer.field("generated") { $0.time(generated) }
            try writer.field("nodes") { try write(nodesTo: &$0) }
            writer.field("partitions") { writer in
                writer.array { writer in
                    for (partition, usage) in zip(partitions, usage) {
                        writer.element { partition.write(usage: usage, to: &$0) }
                    }
                }
            }
            writer.field("schema") { $0.value("fleet.status/1") }
            writer.field("verdicts") { writer in
                writer.verdicts(nodes.flatMap { verdicts[$0.name] ?? [] })
            }
        }
    }

    private func write(nodesTo writer: inout JSONWriter) throws {
        var json = NodeJSON()
        try writer.array { writer in
            for index in nodes.indices {
                writer.element { json.write(nodes, at: index, to: &$0) }
                try writer.breathe()
            }
        }
    }
}

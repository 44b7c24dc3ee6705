package import SlurmModel
package import Terminal

/// One node as a document of its own, for `--format jsonl`.
package struct NodeLine: JSONWritable {
    private let node: Node

    /// Makes the line of a node.
    package init(_ node: Node) {
        self.node = node
    }

    package func write(to writer: inout JSONWriter) {
        var json = NodeJSON()
        json.write(node, to: &writer)
    }
}

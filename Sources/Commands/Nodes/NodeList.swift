import SlurmKit
package import Terminal

/// What `fleet nodes` prints.
package struct NodeList: Hashable, Sendable {
    /// The names, by prefix and then by number, each once.
    package let names: [String]
    /// The same as a hostlist.
    package let folded: String

    /// Sorts and folds names.
    package init(names: [String]) {
        self.names = Hostlist.sorted(names)
        folded = Hostlist.foldSorted(names)
    }

    /// The document `fleet.nodes/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.nodes/1"),
            "count": .int(names.count),
            "folded": .string(folded),
            "nodes": .array(names.map(JSONValue.string)),
        ])
    }
}

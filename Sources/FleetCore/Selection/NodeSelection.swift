package import SlurmModel

/// Which nodes the user asked for; what is empty selects everything.
package struct NodeSelection: Hashable, Sendable {
    /// Node names; every one must exist.
    package var names: [String]
    /// Partitions; a node in any of them is selected.
    package var partitions: [String]
    /// Base states or flags; a node with any of them is selected.
    package var states: [StateSelector]

    /// Makes a selection; the default selects every node.
    package init(
        names: [String] = [], partitions: [String] = [], states: [StateSelector] = []
    ) {
        self.names = names
        self.partitions = partitions
        self.states = states
    }

    /// The nodes selected, in slurmctld's order, each once.
    ///
    /// - Throws: A ``SelectionError`` that names every unknown node or partition.
    package func select(
        from nodes: [Node], partitions known: [Partition]
    ) throws(SelectionError) -> [Node] {
        let unknownPartitions = partitions.filter { name in !known.contains { $0.name == name } }
        if !unknownPartitions.isEmpty { throw .unknownPartitions(unknownPartitions) }

        let existing = Set(nodes.map(\.name))
        let unknownNodes = names.filter { !existing.contains($0) }
        if !unknownNodes.isEmpty { throw .unknownNodes(unknownNodes) }

        let wanted = Set(names)
        return nodes.filter { node in
            (wanted.isEmpty || wanted.contains(node.name))
                && (partitions.isEmpty || node.partitions.contains(where: partitions.contains))
                && (states.isEmpty || states.contains { $0.matches(node.state) })
        }
    }
}

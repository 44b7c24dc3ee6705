package import SlurmModel
package import Terminal

/// The order of `--sort`: columns, the first one first, a leading `-` for falling order.
package struct NodeOrder: Hashable, Sendable {
    /// One column of the order.
    package struct Term: Hashable, Sendable {
        /// The column.
        package var column: NodeColumn
        var isFalling: Bool
    }

    /// The columns, the first one first.
    package let terms: [Term]

    /// Reads the list of `--sort`.
    ///
    /// - Throws: A ``UsageError`` for a name that is no column.
    package init(_ text: String) throws(UsageError) {
        var terms: [Term] = []
        for word in NodeColumn.words(of: text) {
            let isFalling = word.hasPrefix("-")
            let name = isFalling ? String(word.dropFirst()) : word
            terms.append(
                Term(column: try NodeColumn.column(name, flag: "--sort"), isFalling: isFalling))
        }
        guard !terms.isEmpty else { throw UsageError("--sort '\(text)' names no column.") }
        self.terms = terms
    }

    /// Whether it needs the jobs.
    package var needsJobs: Bool { terms.contains { $0.column.needsJobs } }

    /// The nodes in this order; equal ones stay in slurmctld's.
    package func sorted(_ status: ClusterStatus) -> [Node] {
        let keys = status.nodes.map { node in terms.map { $0.column.value(node, in: status) } }
        return status.nodes.indices.sorted { left, right in
            for (place, term) in terms.enumerated() {
                let (one, other) = (keys[left][place], keys[right][place])
                guard let precedes = one.precedes(other) else { continue }
                // What is missing comes last either way.
                let isFixed = one == .missing || other == .missing
                return term.isFalling && !isFixed ? !precedes : precedes
            }
            return left < right
        }.map { status.nodes[$0] }
    }
}

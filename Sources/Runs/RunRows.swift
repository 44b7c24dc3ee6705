package import FanOut
import SlurmModel
import Synchronization
package import Verdicts

/// The rows of a run that were given out so far; one per target.
package final class RunRows: Sendable {
    private let rows: Mutex<[String: NodeReport]>

    /// Whether the nodes' output is kept too: it may need more memory than the head node has.
    private let keepsStreams: Bool

    /// Begins with rows that are known already.
    package init(_ known: [NodeReport] = [], keepsStreams: Bool = false) {
        self.keepsStreams = keepsStreams
        rows = Mutex(
            Dictionary(
                known.map { (Self.key($0.result), keepsStreams ? $0 : $0.slim) }
            ) { first, _ in first })
    }

    /// Adds a row; false where its target has one already.
    package func add(_ report: NodeReport) -> Bool {
        rows.withLock { rows in
            guard rows[Self.key(report.result)] == nil else { return false }
            rows[Self.key(report.result)] = keepsStreams ? report : report.slim
            return true
        }
    }

    /// Whether all these nodes have a row.
    package func has(_ nodes: [String]) -> Bool {
        rows.withLock { rows in nodes.allSatisfy { rows[$0] != nil } }
    }

    /// How many targets failed or are unknown.
    package var failures: Int {
        rows.withLock { rows in
            rows.values.count { $0.verdict == .fail || $0.verdict == .unknown }
        }
    }

    /// The rows in the order in which the nodes were selected, the head node first.
    package func ordered(targets: [Target], head: String?) -> [NodeReport] {
        let names = (head.map { ["/\($0)"] } ?? []) + targets.map(\.node.name)
        return rows.withLock { rows in names.compactMap { rows[$0] } }
    }

    /// The head node may have the same name as a node of the cluster.
    private static func key(_ result: NodeResult) -> String {
        result.launcher == .local ? "/\(result.node)" : result.node
    }
}

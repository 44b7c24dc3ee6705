/// A selection that names what is not there.
package enum SelectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// These nodes are not in slurmctld's list.
    case unknownNodes([String])
    /// These partitions are not in slurmctld's list.
    case unknownPartitions([String])
    /// This is neither a base state nor a flag.
    case unknownState(String)

    /// What is wrong, and how to find what is right.
    package var description: String {
        switch self {
        case .unknownNodes(let names):
            "Slurm knows no node \(Self.list(names)); 'fleet status' lists the nodes."
        case .unknownPartitions(let names):
            "Slurm knows no partition \(Self.list(names)); 'fleet status' lists the partitions."
        case .unknownState(let word):
            "'\(word)' is no node state; use one of: \(StateSelector.words.joined(separator: ", "))."
        }
    }

    /// The first few names: a mistyped range may stand for thousands.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}

package import SlurmModel

/// A selection that names something that does not exist.
package enum SelectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// These nodes are not in slurmctld's list.
    case unknownNodes([String])
    /// These partitions are not in slurmctld's list.
    case unknownPartitions([String])
    /// These reservations are not in slurmctld's list.
    case unknownReservations([String])
    /// These jobs are not in slurmctld's list, or this user may not see them.
    case unknownJobs([String])
    /// This job holds no nodes.
    case jobNotRunning(String, state: Job.State)
    /// This word of a flag's list cannot be read.
    case malformed(flag: String, word: String, hint: String)
    /// This is neither a base state nor a flag.
    case unknownState(String)

    /// What is wrong, and how to find the right name.
    package var description: String {
        switch self {
        case .unknownNodes(let names):
            "Slurm knows no node \(Self.list(names)); 'fleet status' lists the nodes."
        case .unknownPartitions(let names):
            "Slurm knows no partition \(Self.list(names)); 'fleet status' lists the partitions."
        case .unknownReservations(let names):
            "Slurm knows no reservation \(Self.list(names)); "
                + "'scontrol show reservation' lists the reservations."
        case .unknownJobs(let names):
            "Slurm knows no job \(Self.list(names)); 'squeue' lists the jobs."
        case .jobNotRunning(let name, let state):
            "Job \(name) holds no nodes: it is \(state.rawValue)."
        case .malformed(let flag, let word, let hint):
            "\(flag): cannot read '\(word)'; write it \(hint)."
        case .unknownState(let word):
            "--state: '\(word)' is no node state such as idle, mixed, allocated, down or drain; "
                + "'fleet status' shows each node's."
        }
    }

    /// Only the first few names, because a mistyped range may stand for thousands.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}

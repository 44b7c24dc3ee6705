import Configuration
import Acting
import ClusterView
import FanOut
import FoundationEssentials
import Glibc
import SlurmKit
import SlurmModel
import Sweeps
import Terminal

/// Where statuses come from: slurmctld, asked again and again for what has changed.
struct StatusSource: Sendable {
    /// One answer.
    struct Answer: Sendable {
        /// What the next question begins with.
        let snapshot: ClusterSnapshot
        /// What it came to.
        let status: ClusterStatus
    }

    let session: Session
    let selection: NodeSelection
    /// The nodes that failed in the run the selection names.
    let failed: [String]
    /// Whether what is shown needs the jobs, whatever the nodes look like.
    let needsJobs: Bool
    /// Whether what is shown needs to know what is the matter, what the checks said last included.
    let needsAttention: Bool
    /// Reads what the checks said last, and keeps it.
    let lastVerdicts: LastVerdictReader

    /// Asks slurmctld.
    ///
    /// - Parameter previous: The answer before; nil asks for everything, and takes a name that is not there for an error.
    /// - Returns: The answer.
    /// - Throws: A ``SlurmError`` or a ``SelectionError``.
    func next(after previous: ClusterSnapshot?) async throws -> Answer {
        let controller = session.controller
        let snapshot = try await controller.snapshot(since: previous)
        let cluster = snapshot.cluster
        var jobs =
            needsJobs || selection.needsJobs ? try await controller.allJobs() : nil
        let reservations =
            selection.needsReservations ? try await controller.reservations() : []
        let facts = SelectionFacts(
            nodes: cluster.nodes, partitions: cluster.partitions, jobs: jobs ?? [],
            reservations: reservations, failed: failed)
        // Under a watch nodes and partitions may go: what is left of the names is still watched.
        let nodes =
            previous == nil
            ? try selection.select(from: facts)
            : try selection.restricted(to: facts)?.select(from: facts) ?? []
        let (verdicts, warning) =
            needsAttention ? await lastVerdicts.next(cluster: cluster.name) : ([:], nil)
        var warnings = [warning].compactMap(\.self)
        if jobs == nil, needsAttention, nodes.contains(where: AttentionRules.needsJobs) {
            do {
                jobs = try await controller.allJobs()
            } catch {
                // Without them less is concluded: that is to be said.
                warnings.append(
                    TerminalText.visible(
                        "fleet: no jobs, so GPUs that no job holds are not told: \(error.cause)"))
            }
        }
        return Answer(
            snapshot: snapshot,
            status: ClusterStatus(
                cluster: cluster, nodes: nodes, partitionNames: selection.partitions, jobs: jobs,
                seesAllJobs: geteuid() == 0, verdicts: verdicts, needsAttention: needsAttention,
                warnings: warnings, generated: Int(Date().timeIntervalSince1970),
                manager: Clustermgtd.read(session.configuration.clustermgtd),
                canReboot: session.slurm.rebootProgram != nil, rights: session.rights))
    }
}

extension NodeSelection {
    /// The selection without the names that are no longer there; nil where nothing is left of what was named.
    func restricted(to facts: SelectionFacts) -> NodeSelection? {
        let nodes = Set(facts.nodes.map(\.name))
        let known = Set(facts.partitions.map(\.name))
        let reserved = Set(facts.reservations.map(\.name))
        var rest = self
        rest.names.removeAll { !nodes.contains($0) }
        rest.excluded.removeAll { !nodes.contains($0) }
        rest.partitions.removeAll { !known.contains($0) }
        rest.reservations.removeAll { !reserved.contains($0) }
        // An empty list selects every node.
        let isLost =
            (rest.names.isEmpty && !names.isEmpty)
            || (rest.partitions.isEmpty && !partitions.isEmpty)
            || (rest.reservations.isEmpty && !reservations.isEmpty)
        return isLost ? nil : rest
    }
}

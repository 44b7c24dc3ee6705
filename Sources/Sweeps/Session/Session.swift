package import Configuration
package import FanOut
import FoundationEssentials
import Glibc
package import Platform
import Runs
package import SlurmKit
package import SlurmModel
package import Terminal

/// Common to most commands: the configuration is read, libslurm is started, and slurmctld can be asked.
package struct Session: Sendable {
    /// The part that needs no Slurm.
    package let site: Site
    /// slurmctld, as libslurm reaches it.
    package let controller: SlurmController
    /// Slurm's own configuration.
    package let slurm: SlurmConfiguration

    /// Finds the configurations and starts libslurm; slurmctld is not asked yet.
    ///
    /// - Throws: A ``SlurmError`` or a ``ConfigurationError``.
    package init() throws {
        // Each look at it makes a dictionary of all variables.
        let environment = ProcessInfo.processInfo.environment
        slurm = try SlurmConfiguration.locate(environment: environment)
        site = try Site(environment: environment, slurmFolder: slurm.folder)
        controller = SlurmController(configuration: slurm)
    }

    /// The process's environment.
    package var environment: [String: String] { site.environment }
    /// Where data and messages are printed.
    package var console: Console { site.console }
    /// The settings from files and environment.
    package var configuration: FleetConfiguration { site.configuration }
    /// How commands are printed for whoever began this process.
    package var rights: CommandRights {
        CommandRights(
            user: geteuid(), slurmUser: slurm.slurmUser,
            hasSudo: SlurmProgram.find("sudo", environment: environment) != nil,
            losesSlurmConf: slurm.needsVariable)
    }
    /// The history of this user's runs and of the actions on nodes.
    package var history: HistoryAccess { site.history() }

    /// The history of the runs that are kept where a flag says so.
    package func historyOfRuns(in folder: String?) -> HistoryAccess {
        site.history(runs: folder.flatMap { try? site.runDirectoryBase($0) })
    }

    /// Loads partitions and nodes, and says so when that takes long: libslurm needs 10 s to give up on a dead
    /// slurmctld.
    func cluster() async throws -> Cluster {
        try await patiently { try await controller.cluster() }
    }

    /// Asks slurmctld a question, and says so when the answer takes long.
    package func patiently<Answer>(_ question: () async throws -> Answer) async rethrows -> Answer {
        let patience = patience()
        defer { patience.cancel() }
        return try await question()
    }

    /// Loads what a selection needs, each part only once, and selects the nodes.
    ///
    /// - Parameters:
    ///   - selection: What was asked for.
    ///   - failed: The nodes that failed in a run, by the run's name or `last`.
    ///   - withJobs: Whether the caller needs the jobs too.
    ///   - filter: Which nodes the command is for; ``NodeSelection/limit`` counts only these.
    /// - Returns: The nodes, and what they were chosen from.
    /// - Throws: A ``SlurmError``, a ``SelectionError``, or what `failed` throws.
    package func select(
        _ selection: NodeSelection, failed: (String) throws -> [String], withJobs: Bool = false,
        filter: ((Node) -> Bool)? = nil
    ) async throws -> SelectedNodes {
        // The part that needs no slurmctld comes first.
        let failedNodes = try selection.failedFrom.map(failed) ?? []
        let patience = patience()
        defer { patience.cancel() }
        let cluster = try await controller.cluster()
        let jobs = withJobs || selection.needsJobs ? try await controller.allJobs() : nil
        let reservations =
            selection.needsReservations ? try await controller.reservations() : []
        let facts = SelectionFacts(
            nodes: cluster.nodes, partitions: cluster.partitions, jobs: jobs ?? [],
            reservations: reservations, failed: failedNodes)
        return SelectedNodes(
            cluster: cluster, nodes: try selection.select(from: facts, filter: filter), jobs: jobs)
    }

    /// The nodes of an earlier run that failed, are unknown, or have no row.
    ///
    /// - Parameters:
    ///   - run: Its name, or `last`.
    ///   - runDir: Where a flag says that runs are kept.
    /// - Returns: Their names.
    /// - Throws: A ``RunStoreError`` for a run that is not known, a ``ConfigurationError``.
    package func unfinishedNodes(of run: String, runDir: String? = nil) throws -> [String] {
        let kept = try KeptRun(
            site.run(named: run, runDir: runDir, cluster: slurm.clusterName))
        try RunOwner.check(kept.manifest, cluster: slurm.clusterName)
        return kept.unfinished
    }

    private func patience() -> Task<Void, any Error> {
        let controllers = slurm.controllers.joined(separator: ", ")
        let console = console
        return Task.detached {
            try await Task.sleep(for: .seconds(1))
            console.say("fleet: waiting for slurmctld (\(controllers)) ...")
        }
    }
}

/// The selected nodes, with the facts that they were selected from.
package struct SelectedNodes: Sendable {
    /// The partitions and nodes from slurmctld.
    package let cluster: Cluster
    /// The nodes selected, in slurmctld's order.
    package let nodes: [Node]
    /// All jobs; nil where neither the selection nor the caller needed them.
    package let jobs: [Job]?
}

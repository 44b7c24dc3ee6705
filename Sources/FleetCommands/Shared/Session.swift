import FoundationEssentials
import FleetCore
import SlurmKit
import SlurmModel

/// What every command begins with: configuration found, libslurm started, slurmctld at hand.
struct Session: Sendable {
    /// What needs no Slurm.
    let site: Site
    let controller: SlurmController
    let slurm: SlurmConfiguration

    /// Finds the configurations and starts libslurm; slurmctld is not asked yet.
    ///
    /// - Throws: A ``SlurmError`` or a ``ConfigurationError``.
    init() throws {
        slurm = try SlurmConfiguration.locate(environment: ProcessInfo.processInfo.environment)
        site = try Site(slurmFolder: slurm.folder)
        controller = SlurmController(configuration: slurm)
    }

    var environment: [String: String] { site.environment }
    var console: Console { site.console }
    var configuration: FleetConfiguration { site.configuration }
    /// The history of this user's runs, and of what was done to nodes.
    var history: History { site.history() }

    /// Loads partitions and nodes, and says so when that takes long: libslurm needs 10 s to give a dead slurmctld up.
    func cluster() async throws -> Cluster {
        try await patiently { try await controller.cluster() }
    }

    /// Asks slurmctld something, and says so when that takes long.
    func patiently<Answer>(_ question: () async throws -> Answer) async rethrows -> Answer {
        let patience = patience()
        defer { patience.cancel() }
        return try await question()
    }

    /// Loads what a selection needs, nothing twice, and decides it.
    ///
    /// - Parameters:
    ///   - selection: What was asked for.
    ///   - failed: The nodes that failed in a run, by the run's name or `last`.
    ///   - withJobs: Whether the caller needs the jobs too.
    ///   - filter: Which nodes the command is for; ``NodeSelection/limit`` counts only these.
    /// - Returns: The nodes, and what they were chosen from.
    /// - Throws: A ``SlurmError``, a ``SelectionError``, or what `failed` throws.
    func select(
        _ selection: NodeSelection, failed: (String) throws -> [String], withJobs: Bool = false,
        filter: ((Node) -> Bool)? = nil
    ) async throws -> SelectedNodes {
        // First what needs no slurmctld.
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

    /// The nodes that did not come out well in an earlier run, or have no row there.
    ///
    /// - Parameters:
    ///   - run: Its name, or `last`.
    ///   - runDir: Where a flag says that runs are kept.
    /// - Returns: Their names.
    /// - Throws: A ``RunStoreError`` for a run that is not known, a ``ConfigurationError``.
    func unfinishedNodes(of run: String, runDir: String? = nil) throws -> [String] {
        let kept = try KeptRun(site.run(named: run, runDir: runDir))
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

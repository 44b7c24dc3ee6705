internal import CSlurm
import Glibc
import Platform
package import SlurmModel

/// slurmctld, through libslurm: every query and every request that fleet sends to it.
///
/// Calls block, so they run on a thread of their own, one at a time. libslurm offers no way to cancel a call.
package actor SlurmController {
    private let executor = QueueExecutor()
    private nonisolated let configuration: SlurmConfiguration
    private var userNames: [UInt32: String] = [:]

    /// The actor's own thread.
    nonisolated package var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Starts libslurm; asks slurmctld nothing yet.
    ///
    /// - Parameter configuration: A configuration found by ``SlurmConfiguration/locate(environment:)``.
    package init(configuration: SlurmConfiguration) {
        self.configuration = configuration
        SlurmLibrary.start(with: configuration)
    }

    /// Loads partitions and nodes.
    ///
    /// - Throws: A ``SlurmError``; of kind `controller` when slurmctld does not answer, after 10 seconds at most
    ///   where it takes no connection.
    package nonisolated func cluster() async throws(SlurmError) -> Cluster {
        try await snapshot(since: nil).cluster
    }

    /// Loads the changes since an earlier load, so that `--watch` costs slurmctld nothing while nothing changes.
    ///
    /// The numbers that connect nodes with partitions are positions in slurmctld's table of nodes, and a
    /// reconfiguration between the two answers reorders that table. So new nodes are used only if the partitions are
    /// still the same afterwards.
    ///
    /// - Parameter previous: The previous load; nil loads everything.
    /// - Returns: The present state.
    /// - Throws: A ``SlurmError``, like ``cluster()``.
    package nonisolated func snapshot(
        since previous: ClusterSnapshot?
    ) async throws(SlurmError) -> ClusterSnapshot {
        guard previous == nil else { return try await load(since: previous) }
        return try await ControllerReach(configuration).bounded { () async throws(SlurmError) in
            try await self.load(since: nil)
        }
    }

    private func load(since previous: ClusterSnapshot?) throws(SlurmError) -> ClusterSnapshot {
        let controllers = configuration.controllers.joined(separator: ", ")
        let newPartitions = try partitions(since: previous?.partitions, from: controllers)
        let newNodes = try nodes(since: previous?.nodes, from: controllers)
        guard var partitions = newPartitions ?? previous?.partitions,
            var nodes = newNodes ?? previous?.nodes
        else { preconditionFailure("a first load is always new") }
        if let previous, newPartitions == nil, newNodes == nil {
            return ClusterSnapshot(unchanged: previous)
        }
        // At most three rounds, in case slurmctld is reconfigured again and again; then the last answer is used.
        for _ in 0..<3 where newNodes != nil {
            guard let after = try self.partitions(since: partitions, from: controllers) else {
                break
            }
            let isSettled = after.indexes == partitions.indexes
            partitions = after
            if isSettled { break }
            nodes = try self.nodes(since: nil, from: controllers) ?? nodes
        }
        return ClusterSnapshot(
            name: configuration.clusterName, partitions: partitions, nodes: nodes)
    }

    private func partitions(
        since previous: PartitionLoad?, from controllers: String
    ) throws(SlurmError) -> PartitionLoad? {
        try PartitionLoad.load(
            since: previous, attempt: "load the partitions from slurmctld (\(controllers))")
    }

    private func nodes(
        since previous: NodeLoad?, from controllers: String
    ) throws(SlurmError) -> NodeLoad? {
        try NodeLoad.load(
            since: previous, attempt: "load the nodes from slurmctld (\(controllers))",
            userName: { self.userName($0) })
    }

    /// Loads the jobs of one user, those that ended within MinJobAge included, without users, nodes and times: the
    /// fan-out asks every second.
    ///
    /// - Throws: A ``SlurmError``.
    package func jobs(of user: UInt32) throws(SlurmError) -> [Job] {
        let answer = try unsafe SlurmMessage<job_info_msg_t>(
            attempt: "load the jobs from slurmctld"
        ) {
            unsafe cslurm_load_user_jobs(&$0, user)
        }
        return unsafe answer.map { unsafe Job(slurm: $0) }
    }

    /// Loads every job this user may see, those that ended within MinJobAge included, with all fleet knows of jobs.
    ///
    /// - Throws: A ``SlurmError``.
    package func allJobs() throws(SlurmError) -> [Job] {
        let answer = try unsafe SlurmMessage<job_info_msg_t>(
            attempt: "load the jobs from slurmctld"
        ) {
            unsafe cslurm_load_jobs(&$0)
        }
        return unsafe answer.map { unsafe Job(slurm: $0, userName: { self.userName($0) }) }
    }

    /// Loads the reservations this user may see.
    ///
    /// - Throws: A ``SlurmError``.
    package func reservations() throws(SlurmError) -> [Reservation] {
        let answer = try unsafe SlurmMessage<reserve_info_msg_t>(
            attempt: "load the reservations from slurmctld"
        ) {
            unsafe cslurm_load_reservations(&$0)
        }
        return unsafe answer.map { unsafe Reservation(slurm: $0) }
    }

    /// The user that slurmctld runs as.
    ///
    /// - Throws: A ``SlurmError``.
    package func slurmUser() throws(SlurmError) -> UInt32 {
        var user: UInt32 = 0
        let code = unsafe cslurm_slurm_user(&user)
        guard code == 0 else {
            throw SlurmError(code: code, attempt: "load the configuration from slurmctld")
        }
        return user
    }

    /// Submits a job as the calling user.
    ///
    /// - Returns: The job's number.
    /// - Throws: A ``SlurmError``; of kind `temporary` when the same request may go through later.
    package func submit(_ job: BatchJob) throws(SlurmError) -> UInt32 {
        var id: UInt32 = 0
        let code = unsafe job.withCStructure { request in
            unsafe withUnsafePointer(to: request) { unsafe cslurm_submit($0, &id) }
        }
        guard code == 0 else {
            throw SlurmError(code: code, attempt: "submit a job to node \(job.node)")
        }
        return id
    }

    /// Ends a job; one that has already ended is no error.
    ///
    /// - Throws: A ``SlurmError``.
    package func cancel(job: UInt32) throws(SlurmError) {
        let code = cslurm_kill_job(job)
        guard code == 0 else { throw SlurmError(code: code, attempt: "cancel job \(job)") }
    }

    private func userName(_ user: UInt32) -> String {
        if let known = userNames[user] { return known }
        let name = Users.name(of: user)
        userNames[user] = name
        return name
    }
}

/// Facts about slurmctld itself.
package struct ControllerFacts: Codable, Hashable, Sendable {
    /// Its release, such as `22.05.8`.
    package var version: String?
    /// The user it runs as (SlurmUser).
    package var slurmUser: UInt32
    /// Its clock when it answered, in seconds since 1970.
    package var clock: Int
    /// The program that reboots a node; nil where slurm.conf names none.
    package var rebootProgram: String?
}

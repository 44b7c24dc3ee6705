internal import CSlurm
import Glibc
package import SlurmModel

/// slurmctld, through libslurm: every question and every request fleet has for it.
///
/// Calls block, so they run on a thread of their own, one at a time. A call that is under way cannot be
/// cancelled: libslurm offers no way.
package actor SlurmController {
    private let executor = QueueExecutor()
    private let configuration: SlurmConfiguration
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
    /// - Throws: A ``SlurmError``; of kind `controller` when slurmctld does not answer, which libslurm takes
    ///   about 10 seconds to find out.
    package func cluster() throws(SlurmError) -> Cluster {
        let controllers = configuration.controllers.joined(separator: ", ")
        let partitionAnswer = try unsafe SlurmMessage<partition_info_msg_t>(
            attempt: "load the partitions from slurmctld (\(controllers))"
        ) { unsafe cslurm_load_partitions(&$0) }
        let nodeAnswer = try unsafe SlurmMessage<node_info_msg_t>(
            attempt: "load the nodes from slurmctld (\(controllers))"
        ) { unsafe cslurm_load_nodes(&$0) }

        var holders: [Int: [String]] = [:]
        let partitions = unsafe partitionAnswer.map { record -> Partition? in
            guard let partition = unsafe Partition(slurm: record) else { return nil }
            for range in unsafe Partition.nodeIndexes(slurm: record) {
                for index in range { holders[index, default: []].append(partition.name) }
            }
            return partition
        }
        var index = -1
        let nodes = unsafe nodeAnswer.map { record in
            index += 1
            return unsafe Node(
                slurm: record, partitions: holders[index] ?? [], userName: { self.userName($0) })
        }
        return Cluster(name: configuration.clusterName, partitions: partitions, nodes: nodes)
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

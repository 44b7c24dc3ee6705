internal import CSlurm
import SlurmModel

extension Job {
    /// Copies only the fields of slurmctld's record that the fan-out watches every second, because a full copy takes
    /// longer.
    init(slurm record: job_info_t) {
        let bits = unsafe record.job_state
        let state = State(slurm: bits & cslurm_job_base_mask)
        let status = unsafe record.exit_code
        unsafe self.init(
            id: withUnsafePointer(to: record) { unsafe cslurm_job_id($0) },
            name: String(slurm: record.name),
            requestedNode: String(slurm: record.req_nodes),
            state: state,
            isConfiguring: bits & cslurm_job_configuring != 0,
            isCompleting: bits & cslurm_job_completing != 0,
            reason: withUnsafePointer(to: record) { unsafe String(slurm: cslurm_job_reason($0)) },
            exit: state.isFinal && status != cslurm_no_val ? ExitStatus(waitStatus: status) : nil)
        waitsForOthers =
            state == .pending
            && (unsafe withUnsafePointer(to: record) { unsafe cslurm_job_waits_for_others($0) })
    }

    /// Copies slurmctld's record in full.
    ///
    /// - Parameters:
    ///   - record: libslurm's record.
    ///   - userName: Gives the name of a user number; called when slurmctld sent none.
    init(slurm record: job_info_t, userName: (UInt32) -> String) {
        unsafe self.init(slurm: record)
        user = unsafe String(slurm: record.user_name) ?? userName(record.user_id)
        nodes = unsafe Hostlist.names(slurm: record.nodes)
        partition = unsafe String(slurm: record.partition)
        account = unsafe String(slurm: record.account)
        start = unsafe record.start_time > 0 ? Int(record.start_time) : nil
        // A job without a limit shows an end a year after its start.
        let isUnlimited = unsafe record.time_limit == cslurm_infinite
        if unsafe record.end_time > 0, !isUnlimited || state.isFinal {
            end = unsafe Int(record.end_time)
        }
        let array = unsafe record.array_job_id
        let heterogeneous = unsafe record.het_job_id
        group = array != 0 ? array : heterogeneous != 0 ? heterogeneous : nil
        let task = unsafe record.array_task_id
        arrayTask = array != 0 && task != cslurm_no_val ? task : nil
    }
}

extension Job.State {
    fileprivate init(slurm value: UInt32) {
        switch value {
        case cslurm_job_pending: self = .pending
        case cslurm_job_running: self = .running
        case cslurm_job_suspended: self = .suspended
        case cslurm_job_complete: self = .completed
        case cslurm_job_cancelled: self = .cancelled
        case cslurm_job_failed: self = .failed
        case cslurm_job_timeout: self = .timeout
        case cslurm_job_node_fail: self = .nodeFail
        case cslurm_job_preempted: self = .preempted
        case cslurm_job_boot_fail: self = .bootFail
        case cslurm_job_deadline: self = .deadline
        case cslurm_job_out_of_memory: self = .outOfMemory
        default: self = .unknown
        }
    }
}

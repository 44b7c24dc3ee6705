internal import CSlurm
import SlurmModel

extension Node {
    /// Copies slurmctld's record; nil for a slot that slurmctld hides from this user (it has no name).
    ///
    /// - Parameters:
    ///   - record: libslurm's record, loaded with details.
    ///   - partitions: The names of the partitions that hold it: slurmctld does not send them here.
    ///   - userName: The name of a user number.
    init?(slurm record: node_info_t, partitions: [String], userName: (UInt32) -> String) {
        guard let name = unsafe String(slurm: record.name) else { return nil }
        let load = unsafe record.cpu_load
        let free = unsafe record.free_mem
        let boot = unsafe record.boot_time
        let features =
            unsafe String(slurm: record.features_act) ?? String(slurm: record.features) ?? ""
        unsafe self.init(
            name: name,
            hostname: String(slurm: record.node_hostname),
            partitions: partitions,
            state: NodeState(slurm: record.node_state),
            cpus: CPUs(
                total: Int(record.cpus),
                allocated: withUnsafePointer(to: record) {
                    unsafe Int(cslurm_node_allocated_cpus($0))
                },
                load: load == cslurm_no_val ? nil : Double(load) / 100),
            memory: Memory(
                total: Int(clamping: record.real_memory),
                allocated: withUnsafePointer(to: record) {
                    unsafe Int(clamping: cslurm_node_allocated_memory($0))
                },
                free: free == cslurm_no_val64 ? nil : Int(clamping: free)),
            gpus: GPUCount.counts(
                gres: String(slurm: record.gres), used: String(slurm: record.gres_used)),
            gres: GRES.parse(String(slurm: record.gres) ?? ""),
            reason: NodeReason(slurm: record, userName: userName),
            features: features.split(separator: ",").map(String.init),
            bootTime: boot > 0 ? Int(boot) : nil,
            version: String(slurm: record.version))
    }
}

extension NodeReason {
    fileprivate init?(slurm record: node_info_t, userName: (UInt32) -> String) {
        guard let text = unsafe String(slurm: record.reason) else { return nil }
        let time = unsafe record.reason_time
        let user = unsafe record.reason_uid
        self.init(
            text: text, user: user == cslurm_no_val ? nil : userName(user),
            time: time > 0 ? Int(time) : nil)
    }
}

internal import CSlurm
import SlurmModel

extension Partition {
    /// Copies slurmctld's record; nil for one without a name.
    init?(slurm pointer: UnsafePointer<partition_info_t>) {
        let record = unsafe pointer.pointee
        guard let name = unsafe String(slurm: record.name) else { return nil }
        let bits = unsafe cslurm_partition_flags(pointer)
        unsafe self.init(
            name: name,
            state: State(slurm: UInt32(record.state_up)),
            isDefault: bits & cslurm_partition_default != 0,
            isHidden: bits & cslurm_partition_hidden != 0,
            refusesRoot: bits & cslurm_partition_no_root != 0,
            isRootOnly: bits & cslurm_partition_root_only != 0,
            nodes: String(slurm: record.nodes) ?? "",
            nodeCount: Int(record.total_nodes),
            cpuCount: Int(record.total_cpus),
            maxMinutes: Int(slurm: record.max_time))
        flags = Self.flagBits.filter { $0.0 & bits != 0 }.map(\.1)
        limits = unsafe PartitionLimits(slurm: pointer)
        access = unsafe PartitionAccess(slurm: pointer)
        unsafe qos = String(slurm: record.qos_char)
        let preempt = unsafe record.preempt_mode
        if preempt != cslurm_no_val16 {
            unsafe preemptMode = String(slurm: slurm_preempt_mode_string(preempt))
        }
        oversubscribe = unsafe Self.oversubscribe(record.max_share)
        priorityTier = unsafe Int(record.priority_tier)
        priorityJobFactor = unsafe Int(record.priority_job_factor)
        unsafe alternate = String(slurm: record.alternate)
        suspendSeconds = unsafe SlurmLimit(slurm: record.suspend_time)
        suspendTimeoutSeconds = unsafe SlurmLimit(slurm: record.suspend_timeout)
        resumeTimeoutSeconds = unsafe SlurmLimit(slurm: record.resume_timeout)
        unsafe tres = String(slurm: record.tres_fmt_str)
        unsafe billingWeights = String(slurm: record.billing_weights_str)
        unsafe nodeSets = String(slurm: record.nodesets)
        unsafe topology = String(slurm: cslurm_partition_topology(pointer))
    }

    /// The pairs of first and last node index, inclusive, into the nodes loaded with it.
    static func nodeIndexes(slurm record: partition_info_t) -> [ClosedRange<Int>] {
        guard let indexes = unsafe record.node_inx else { return [] }
        var ranges: [ClosedRange<Int>] = []
        var position = 0
        while true {
            let first = unsafe indexes[position]
            guard first >= 0 else { return ranges }
            let last = unsafe indexes[position + 1]
            if last >= first { ranges.append(Int(first)...Int(last)) }
            position += 2
        }
    }

    private static let flagBits: [(UInt32, Flag)] = [
        (cslurm_partition_requires_reservation, .requiresReservation),
        (cslurm_partition_least_loaded, .leastLoadedNodes),
        (cslurm_partition_exclusive_user, .exclusiveUser),
        (cslurm_partition_power_down_on_idle, .powerDownOnIdle),
        (cslurm_partition_exclusive_topology, .exclusiveTopology),
    ]

    /// Reads max_share, which holds a count and a bit, and writes it as scontrol does.
    private static func oversubscribe(_ share: UInt16) -> String {
        let isForced = share & cslurm_shared_force != 0
        let count = share & ~cslurm_shared_force
        if count == 0 { return "EXCLUSIVE" }
        if isForced { return "FORCE:\(count)" }
        return count == 1 ? "NO" : "YES:\(count)"
    }
}

extension PartitionLimits {
    fileprivate init(slurm pointer: UnsafePointer<partition_info_t>) {
        let record = unsafe pointer.pointee
        self.init()
        defaultMinutes = unsafe Int(slurm: record.default_time)
        overTimeMinutes = unsafe SlurmLimit(slurm: record.over_time_limit)
        graceSeconds = unsafe Int(slurm: record.grace_time)
        minNodes = unsafe Int(slurm: record.min_nodes)
        maxNodes = unsafe Int(slurm: record.max_nodes)
        maxCPUsPerNode = unsafe Int(slurm: record.max_cpus_per_node)
        maxCPUsPerSocket = unsafe Int(slurm: cslurm_partition_cpus_per_socket(pointer))
        defaultMemory = unsafe Memory(slurm: record.def_mem_per_cpu)
        maxMemory = unsafe Memory(slurm: record.max_mem_per_cpu)
    }
}

extension PartitionLimits.Memory {
    /// Nil for Slurm's "unlimited", which is 0.
    fileprivate init?(slurm value: UInt64) {
        let amount = Int(clamping: value & ~cslurm_mem_per_cpu)
        guard amount > 0, value != cslurm_no_val64 else { return nil }
        self = value & cslurm_mem_per_cpu != 0 ? .perCPU(amount) : .perNode(amount)
    }
}

extension PartitionAccess {
    fileprivate init(slurm pointer: UnsafePointer<partition_info_t>) {
        let record = unsafe pointer.pointee
        func list(_ text: UnsafePointer<CChar>?) -> [String]? {
            unsafe String(slurm: text)?.split(separator: ",").map(String.init)
        }
        self.init()
        unsafe allowedAccounts = list(record.allow_accounts)
        unsafe allowedGroups = list(record.allow_groups)
        unsafe allowedQOS = list(record.allow_qos)
        unsafe allowedSubmitNodes = String(slurm: record.allow_alloc_nodes)
        unsafe deniedAccounts = list(record.deny_accounts)
        unsafe deniedQOS = list(record.deny_qos)
    }
}

extension Partition.State {
    fileprivate init(slurm value: UInt32) {
        switch value {
        case cslurm_partition_up: self = .up
        case cslurm_partition_down: self = .down
        case cslurm_partition_drain: self = .drain
        default: self = .inactive
        }
    }
}

internal import CSlurm
import SlurmModel

/// Copies the nodes of one answer of slurmctld from libslurm's records.
///
/// Values that many nodes share are made only once: states by their bits, and repeated texts.
@safe
struct NodeReader {
    private let userName: (UInt32) -> String
    private var states: [UInt32: NodeState] = [:]
    private var counts: [[String]: [GPUCount]] = [:]

    /// The details that were new last.
    private var details = Indirect(wrappedValue: NodeDetails())
    /// The GPUs of the previous node, with the texts that they were read from.
    private var gpus: (configured: String?, used: String?, counts: [GPUCount]) = (nil, nil, [])

    private var version = RepeatedText<String>()
    private var architecture = RepeatedText<String>()
    private var operatingSystem = RepeatedText<String>()
    private var features = RepeatedText<[String]>()
    private var activeFeatures = RepeatedText<[String]>()
    private var gres = RepeatedText<(text: String, entries: [GRES])>()
    private var gresUsed = RepeatedText<String>()
    private var gresDrained = RepeatedText<String>()
    private var tres = RepeatedText<String>()
    private var instanceType = RepeatedText<String>()

    /// Makes a reader.
    ///
    /// - Parameter userName: The name of a user number.
    init(userName: @escaping (UInt32) -> String) {
        self.userName = userName
    }

    /// Copies one record, without partitions, because slurmctld does not send them with nodes.
    ///
    /// Nil for an entry that slurmctld hides from this user (it has no name).
    mutating func node(_ record: UnsafePointer<node_info_t>) -> Node? {
        guard let name = unsafe String(slurm: record.pointee.name) else { return nil }
        let gres = unsafe gres.value(of: record.pointee.gres) { ($0, GRES.parse($0)) }
        let used = unsafe gresUsed.value(of: record.pointee.gres_used) { $0 }
        var details = unsafe details(record)
        details.gresConfigured = gres?.text
        details.gresUsed = used
        let load = unsafe record.pointee.cpu_load
        let free = unsafe record.pointee.free_mem
        let active = unsafe activeFeatures.value(of: record.pointee.features_act, make: Self.list)
        var node = unsafe Node(
            name: name,
            hostname: String(slurm: record.pointee.node_hostname),
            address: String(slurm: record.pointee.node_addr),
            instanceID: String(slurm: cslurm_node_instance_id(record)),
            partitions: [],
            state: state(record.pointee.node_state),
            cpus: Node.CPUs(
                total: Int(record.pointee.cpus),
                allocated: Int(cslurm_node_allocated_cpus(record)),
                effective: Int(slurm: record.pointee.cpus_efctv),
                load: load == cslurm_no_val ? nil : Double(load) / 100),
            memory: Node.Memory(
                total: Int(clamping: record.pointee.real_memory),
                allocated: Int(clamping: cslurm_node_allocated_memory(record)),
                free: free == cslurm_no_val64 ? nil : Int(clamping: free)),
            gpus: gpus(configured: gres?.text, used: used),
            gres: gres?.entries ?? [],
            reason: reason(record),
            features: active ?? details.availableFeatures,
            bootTime: Self.time(record.pointee.boot_time),
            slurmdStart: Self.time(record.pointee.slurmd_start_time),
            lastBusy: Self.time(record.pointee.last_busy),
            version: version.value(of: record.pointee.version) { $0 })
        if self.details.wrappedValue != details { self.details = Indirect(wrappedValue: details) }
        node.share(self.details)
        return node
    }

    private mutating func details(_ record: UnsafePointer<node_info_t>) -> NodeDetails {
        var details = NodeDetails()
        details.port = unsafe Int(record.pointee.port)
        details.architecture = unsafe architecture.value(of: record.pointee.arch) { $0 }
        details.operatingSystem = unsafe operatingSystem.value(of: record.pointee.os) { $0 }
        details.boards = unsafe Int(record.pointee.boards)
        details.sockets = unsafe Int(record.pointee.sockets)
        details.coresPerSocket = unsafe Int(record.pointee.cores)
        details.threadsPerCore = unsafe Int(record.pointee.threads)
        details.temporaryDiskMiB = unsafe Int(record.pointee.tmp_disk)
        details.specializedCores = unsafe Int(record.pointee.core_spec_cnt)
        unsafe details.specializedCPUs = String(slurm: record.pointee.cpu_spec_list)
        details.specializedMemoryMiB = unsafe Int(clamping: record.pointee.mem_spec_limit)
        details.restrictedCoresPerGPU = unsafe Int(slurm: cslurm_node_cores_per_gpu(record))
        unsafe details.restrictedCores = String(slurm: cslurm_node_gpu_cores(record))
        details.availableFeatures =
            unsafe features.value(of: record.pointee.features, make: Self.list) ?? []
        details.gresDrained = unsafe gresDrained.value(of: record.pointee.gres_drain) { $0 }
        details.weight = unsafe Int(record.pointee.weight)
        unsafe details.comment = String(slurm: record.pointee.comment)
        unsafe details.extra = String(slurm: record.pointee.extra)
        unsafe details.mcsLabel = String(slurm: record.pointee.mcs_label)
        details.owner =
            unsafe Int(slurm: record.pointee.owner) == nil
            ? nil : userName(record.pointee.owner)
        details.resumeAfter = unsafe Self.time(cslurm_node_resume_after(record))
        let next = unsafe record.pointee.next_state
        if next != cslurm_no_val {
            unsafe details.nextState = String(slurm: slurm_node_state_string(next))
        }
        details.suspendSeconds = unsafe SlurmLimit(slurm: cslurm_node_suspend_time(record))
        details.watts = unsafe Int(slurm: cslurm_node_watts(record))
        unsafe details.reservation = String(slurm: cslurm_node_reservation(record))
        details.instanceType =
            unsafe instanceType.value(of: cslurm_node_instance_type(record)) { $0 }
        unsafe details.topology = String(slurm: cslurm_node_topology(record))
        details.tresConfigured = unsafe tres.value(of: record.pointee.tres_fmt_str) { $0 }
        details.tresAllocated = unsafe Self.allocatedTRES(record)
        return details
    }

    private mutating func state(_ bits: UInt32) -> NodeState {
        if let known = states[bits] { return known }
        let state = NodeState(slurm: bits)
        states[bits] = state
        return state
    }

    private mutating func gpus(configured: String?, used: String?) -> [GPUCount] {
        if gpus.configured == configured, gpus.used == used { return gpus.counts }
        let key = [configured ?? "", used ?? ""]
        let fresh = counts[key] ?? GPUCount.counts(gres: configured, used: used)
        counts[key] = fresh
        gpus = (configured, used, fresh)
        return fresh
    }

    private func reason(_ record: UnsafePointer<node_info_t>) -> NodeReason? {
        guard let text = unsafe String(slurm: record.pointee.reason) else { return nil }
        // A reason without a time comes from slurm.conf; its user number, 0, does not mean that root set it.
        guard let time = unsafe Self.time(record.pointee.reason_time) else {
            return NodeReason(text: text)
        }
        let user = unsafe record.pointee.reason_uid
        return NodeReason(
            text: text, user: user == cslurm_no_val ? nil : userName(user), time: time)
    }

    private static func allocatedTRES(_ record: UnsafePointer<node_info_t>) -> String? {
        var owned: UnsafeMutablePointer<CChar>? = nil
        defer { unsafe cslurm_free(owned) }
        return unsafe String(slurm: cslurm_node_allocated_tres(record, &owned))
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map(String.init)
    }

    /// Slurm writes 0 for an event that never happened.
    private static func time(_ seconds: time_t) -> Int? {
        seconds > 0 ? Int(seconds) : nil
    }
}

internal import CSlurm
import SlurmModel

extension Partition {
    /// Copies slurmctld's record; nil for one without a name.
    init?(slurm record: partition_info_t) {
        guard let name = unsafe String(slurm: record.name) else { return nil }
        let flags = unsafe withUnsafePointer(to: record) { unsafe cslurm_partition_flags($0) }
        let minutes = unsafe record.max_time
        unsafe self.init(
            name: name,
            state: State(slurm: UInt32(record.state_up)),
            isDefault: flags & cslurm_partition_default != 0,
            isHidden: flags & cslurm_partition_hidden != 0,
            refusesRoot: flags & cslurm_partition_no_root != 0,
            isRootOnly: flags & cslurm_partition_root_only != 0,
            nodes: String(slurm: record.nodes) ?? "",
            nodeCount: Int(record.total_nodes),
            cpuCount: Int(record.total_cpus),
            maxMinutes: minutes == cslurm_infinite || minutes == cslurm_no_val ? nil : Int(minutes))
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

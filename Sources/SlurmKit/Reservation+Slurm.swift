internal import CSlurm
import SlurmModel

extension Reservation {
    /// Copies slurmctld's record; nil for one without a name.
    init?(slurm record: reserve_info_t) {
        guard let name = unsafe String(slurm: record.name) else { return nil }
        let start = unsafe record.start_time
        let end = unsafe record.end_time
        unsafe self.init(
            name: name,
            nodes: Hostlist.names(slurm: record.node_list),
            start: start > 0 ? Int(start) : nil,
            end: end > 0 ? Int(end) : nil,
            partition: String(slurm: record.partition),
            users: Self.words(String(slurm: record.users)),
            accounts: Self.words(String(slurm: record.accounts)),
            isMaintenance: UInt64(record.flags) & cslurm_reservation_maintenance != 0)
    }

    private static func words(_ list: String?) -> [String] {
        list?.split(separator: ",").map(String.init) ?? []
    }
}

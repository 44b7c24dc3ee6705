import Acting
import History
import SlurmModel
import Verdicts

extension NodeColumn {
    /// What stands in this column for a node of the status.
    func value(_ node: Node, in status: ClusterStatus) -> CellValue {
        switch self {
        case .node: .text(node.name)
        case .hostname: CellValue(node.hostname)
        case .address: CellValue(node.address)
        case .port: CellValue(node.details.port)
        case .state: .text(node.state.text)
        case .slurm: CellValue(node.state.names?.compact.lowercased())
        case .base: .text(node.state.base.rawValue)
        case .flags: Self.list(node.state.flags.map(\.rawValue))
        case .partitions: Self.list(node.partitions)
        case .power: CellValue(node.state.isAsleep ? node.state.powerWords : nil)
        case .reason: CellValue(node.reason?.text)
        case .reasonUser: CellValue(node.reason?.user)
        case .reasonTime: CellValue(moment: node.reason?.time)
        case .reservation: CellValue(node.details.reservation)
        case .owner: CellValue(node.details.owner)
        case .features: Self.list(node.features)
        case .featuresAvailable: Self.list(node.details.availableFeatures)
        case .weight: CellValue(node.details.weight)
        case .comment: CellValue(node.details.comment)
        case .extra: CellValue(node.details.extra)
        case .topology: CellValue(node.details.topology)
        case .boot: CellValue(moment: node.bootTime)
        case .slurmdStart: CellValue(moment: node.slurmdStart)
        case .lastBusy: CellValue(moment: node.lastBusy)
        case .resumeAfter: CellValue(moment: node.details.resumeAfter)
        case .version: CellValue(node.version)
        case .architecture: CellValue(node.details.architecture)
        case .os: CellValue(node.details.operatingSystem)
        case .instance: CellValue(node.instanceID)
        case .instanceType: CellValue(node.details.instanceType)
        case .jobs, .users, .attention, .verdict, .verdictTime: known(node, in: status)
        case .cpus, .cpusAllocated, .cpusTotal, .load, .sockets, .cores, .threads, .memory,
            .memoryAllocated, .memoryTotal, .memoryFree, .gpus, .gpusUsed, .gpusTotal, .gpusFree,
            .gpusInUse, .gres, .gresUsed, .tres, .tresUsed:
            resource(node)
        }
    }

    private func resource(_ node: Node) -> CellValue {
        switch self {
        case .cpus: .share(node.cpus.allocated, of: node.cpus.total)
        case .cpusAllocated: .integer(node.cpus.allocated)
        case .cpusTotal: .integer(node.cpus.total)
        case .load: node.cpus.load.map(CellValue.decimal) ?? .missing
        case .sockets: CellValue(node.details.sockets)
        case .cores: CellValue(node.details.coresPerSocket)
        case .threads: CellValue(node.details.threadsPerCore)
        case .memory: .mebibyteShare(node.memory.allocated, of: node.memory.total)
        case .memoryAllocated: .mebibytes(node.memory.allocated)
        case .memoryTotal: .mebibytes(node.memory.total)
        case .memoryFree: node.memory.free.map(CellValue.mebibytes) ?? .missing
        case .gpus: CellValue(NodeWords.gpus(of: node))
        case .gpusUsed: .integer(node.gpus.reduce(0) { $0 + $1.used })
        case .gpusTotal: .integer(node.gpus.reduce(0) { $0 + $1.total })
        case .gpusFree: .integer(PartitionUsage.sum(of: [node]).gpusFree)
        case .gpusInUse: CellValue(NodeWords.gpusInUse(on: node))
        case .gres: CellValue(node.details.gresConfigured)
        case .gresUsed: CellValue(node.details.gresUsed)
        case .tres: CellValue(node.details.tresConfigured)
        case .tresUsed: CellValue(node.details.tresAllocated)
        default: .missing
        }
    }

    /// What others than slurmctld's node record know.
    private func known(_ node: Node, in status: ClusterStatus) -> CellValue {
        switch self {
        case .jobs: Self.list(status.holders(of: node.name).map { String($0.id) })
        case .users:
            Self.list(Set(status.holders(of: node.name).compactMap(\.user)).sorted())
        case .attention: Self.list(status.matters[node.name]?.map(\.what) ?? [], separator: "; ")
        case .verdict:
            CellValue(
                LastVerdict.worst(status.verdicts[node.name] ?? []).map {
                    "\($0.verdict.rawValue) (\($0.check))"
                })
        case .verdictTime:
            CellValue(moment: LastVerdict.worst(status.verdicts[node.name] ?? [])?.time)
        default: .missing
        }
    }

    private static func list(_ words: [String], separator: String = ",") -> CellValue {
        CellValue(words.joined(separator: separator))
    }
}

import SlurmModel
import Terminal

/// The values of Slurm's that several objects have.
extension JSONWriter {
    /// A moment; nil is null.
    mutating func time(_ seconds: Int?) {
        value(seconds.map(UTCTime.text))
    }

    /// A limit: null where the cluster's setting counts, `"unlimited"` where there is none.
    mutating func limit(_ limit: SlurmLimit?) {
        switch limit {
        case .value(let number): value(number)
        case .unlimited: value("unlimited")
        case nil: null()
        }
    }

    /// A list of texts; nil is null.
    mutating func strings(_ texts: [String]?) {
        guard let texts else { return null() }
        array { writer in
            for text in texts { writer.element { $0.value(text) } }
        }
    }

    /// A list of numbers; nil is null.
    mutating func numbers(_ numbers: [Int]?) {
        guard let numbers else { return null() }
        array { writer in
            for number in numbers { writer.element { $0.value(number) } }
        }
    }

    /// A list of objects, with the fields that the body writes of each.
    mutating func objects<Element>(
        _ elements: [Element], _ body: (inout JSONWriter, Element) -> Void
    ) {
        array { writer in
            for element in elements {
                writer.element { $0.object { body(&$0, element) } }
            }
        }
    }

    /// A node's CPUs.
    mutating func cpus(of node: Node, _ details: NodeDetails) {
        object { writer in
            writer.field("allocated") { $0.value(node.cpus.allocated) }
            writer.field("effective") { $0.value(node.cpus.effective) }
            writer.field("load") { $0.value(node.cpus.load) }
            writer.field("restricted_cores") { $0.value(details.restrictedCores) }
            writer.field("restricted_cores_per_gpu") { $0.value(details.restrictedCoresPerGPU) }
            writer.field("specialized") { $0.value(details.specializedCPUs) }
            writer.field("specialized_cores") { $0.value(details.specializedCores) }
            writer.field("total") { $0.value(node.cpus.total) }
        }
    }

    /// What a node is made of.
    mutating func hardware(_ details: NodeDetails) {
        object { writer in
            writer.field("architecture") { $0.value(details.architecture) }
            writer.field("boards") { $0.value(details.boards) }
            writer.field("cores_per_socket") { $0.value(details.coresPerSocket) }
            writer.field("operating_system") { $0.value(details.operatingSystem) }
            writer.field("sockets") { $0.value(details.sockets) }
            writer.field("temporary_disk_mib") { $0.value(details.temporaryDiskMiB) }
            writer.field("threads_per_core") { $0.value(details.threadsPerCore) }
        }
    }

    /// A node's generic resources, read and as Slurm writes them.
    mutating func gres(of node: Node, _ details: NodeDetails) {
        object { writer in
            writer.field("configured") { $0.gres(node.gres) }
            writer.field("text") { writer in
                writer.object { writer in
                    writer.field("configured") { $0.value(details.gresConfigured) }
                    writer.field("drained") { $0.value(details.gresDrained) }
                    writer.field("used") { $0.value(details.gresUsed) }
                }
            }
            writer.field("used") { $0.gres(GRES.parse(details.gresUsed ?? "")) }
        }
    }

    /// A node's GPUs by type.
    mutating func gpus(_ counts: [GPUCount]) {
        objects(counts) { writer, count in
            writer.field("mig") { $0.value(count.isMIG) }
            writer.field("total") { $0.value(count.total) }
            writer.field("type") { $0.value(count.type) }
            writer.field("used") { $0.value(count.used) }
            writer.field("used_indexes") { $0.numbers(count.usedIndexes) }
        }
    }

    /// Generic resources.
    mutating func gres(_ resources: [GRES]) {
        objects(resources) { writer, resource in
            writer.field("count") { $0.value(resource.count) }
            writer.field("indexes") { $0.numbers(resource.indexes) }
            writer.field("name") { $0.value(resource.name) }
            writer.field("shares") { $0.shares(resource.shares) }
            writer.field("sockets") { $0.value(resource.sockets) }
            writer.field("type") { $0.value(resource.type) }
        }
    }

    /// What each GPU has of shards or MPS percents.
    private mutating func shares(_ shares: [GRESShare]?) {
        guard let shares else { return null() }
        objects(shares) { writer, share in
            writer.field("total") { $0.value(share.total) }
            writer.field("used") { $0.value(share.used) }
        }
    }

    /// A node's state: the bits by name, Slurm's own words, and plain ones.
    mutating func state(_ state: NodeState) {
        object { writer in
            writer.field("base") { $0.value(state.base.rawValue) }
            writer.field("compact") { $0.value(state.names?.compact) }
            writer.field("complete") { $0.value(state.names?.complete) }
            writer.field("flags") { $0.strings(state.flags.map(\.rawValue)) }
            writer.field("long") { $0.value(state.names?.long) }
            writer.field("words") { $0.value(state.words) }
        }
    }

    /// Why a node is down or drained.
    mutating func reason(_ reason: NodeReason?) {
        guard let reason else { return null() }
        object { writer in
            writer.field("text") { $0.value(reason.text) }
            writer.field("time") { $0.time(reason.time) }
            writer.field("user") { $0.value(reason.user) }
        }
    }
}

package import SlurmModel
package import Terminal

/// Writes nodes as JSON objects, one after another; what a node has in common with the one before it is put into
/// bytes once.
///
/// This saves memory and time, because most nodes differ only in name, address, load and free memory.
package struct NodeJSON {
    private var beforeHostname = JSONMemo()
    private var beforeName = JSONMemo()
    private var afterName = JSONMemo()
    private var features = JSONMemo()
    private var gres = JSONMemo()
    private var hardware = JSONMemo()
    private var state = JSONMemo()
    private var tres = JSONMemo()

    /// Begins with no node before the first.
    package init() {}

    /// Writes one node.
    package mutating func write(_ node: Node, to writer: inout JSONWriter) {
        write([node], at: 0, to: &writer)
    }

    /// Writes the node at a place of a list, of which those before it were written before.
    ///
    /// In place, since a copy of a node counts its references up and down: a fifth of the time of writing.
    package mutating func write(_ nodes: [Node], at index: Int, to writer: inout JSONWriter) {
        let last = index > 0 ? index - 1 : nil
        let isSame = last.map { nodes[index].hasDetails(of: nodes[$0]) } ?? false
        writer.object { writer in
            writer.field("address") { $0.value(nodes[index].address) }
            var beforeHostname = self.beforeHostname
            writer.repeated(
                &beforeHostname, isSame: isSame && Self.sameResources(nodes, index, last)
            ) {
                writeResources(of: nodes[index], last.map { nodes[$0] }, to: &$0)
            }
            self.beforeHostname = beforeHostname
            writer.field("hostname") { $0.value(nodes[index].hostname) }
            writer.field("instance_id") { $0.value(nodes[index].instanceID) }
            var beforeName = self.beforeName
            writer.repeated(&beforeName, isSame: isSame && Self.sameMemory(nodes, index, last)) {
                writeMemory(of: nodes[index], to: &$0)
            }
            self.beforeName = beforeName
            writer.field("name") { $0.value(nodes[index].name) }
            var afterName = self.afterName
            writer.repeated(&afterName, isSame: isSame && Self.sameState(nodes, index, last)) {
                writeState(of: nodes[index], last.map { nodes[$0] }, to: &$0)
            }
            self.afterName = afterName
        }
    }

    private static func sameResources(_ nodes: [Node], _ index: Int, _ last: Int?) -> Bool {
        guard let last else { return false }
        return nodes[index].bootTime == nodes[last].bootTime
            && nodes[index].cpus == nodes[last].cpus
            && nodes[index].features == nodes[last].features
            && nodes[index].gpus == nodes[last].gpus && nodes[index].gres == nodes[last].gres
    }

    private static func sameMemory(_ nodes: [Node], _ index: Int, _ last: Int?) -> Bool {
        guard let last else { return false }
        return nodes[index].memory == nodes[last].memory
            && nodes[index].lastBusy == nodes[last].lastBusy
    }

    private static func sameState(_ nodes: [Node], _ index: Int, _ last: Int?) -> Bool {
        guard let last else { return false }
        return nodes[index].partitions == nodes[last].partitions
            && nodes[index].reason == nodes[last].reason
            && nodes[index].state == nodes[last].state
            && nodes[index].slurmdStart == nodes[last].slurmdStart
            && nodes[index].version == nodes[last].version
    }

    private static func sameHardware(_ details: NodeDetails, _ last: NodeDetails?) -> Bool {
        guard let last else { return false }
        return details.architecture == last.architecture && details.boards == last.boards
            && details.coresPerSocket == last.coresPerSocket && details.sockets == last.sockets
            && details.operatingSystem == last.operatingSystem
            && details.temporaryDiskMiB == last.temporaryDiskMiB
            && details.threadsPerCore == last.threadsPerCore
    }

    private static func sameGRES(_ node: Node, _ last: Node?) -> Bool {
        guard let last, node.gpus == last.gpus, node.gres == last.gres else { return false }
        return sameTexts(node.details, last.details)
    }

    private static func sameTexts(_ details: NodeDetails, _ last: NodeDetails) -> Bool {
        details.gresConfigured == last.gresConfigured && details.gresUsed == last.gresUsed
            && details.gresDrained == last.gresDrained
    }

    /// The fields from `boot_time` to `hardware`.
    private mutating func writeResources(
        of node: Node, _ last: Node?, to writer: inout JSONWriter
    ) {
        let details = node.details
        let before = last?.details
        writer.field("boot_time") { $0.time(node.bootTime) }
        writer.field("comment") { $0.value(details.comment) }
        writer.field("cpus") { $0.cpus(of: node, details) }
        writer.field("extra") { $0.value(details.extra) }
        let isSame =
            last != nil && node.features == last?.features
            && details.availableFeatures == before?.availableFeatures
        writer.repeated(&features, isSame: isSame) { writer in
            writer.field("features") { $0.strings(node.features) }
            writer.field("features_available") { $0.strings(details.availableFeatures) }
        }
        writer.repeated(&gres, isSame: Self.sameGRES(node, last)) { writer in
            writer.field("gpus") { $0.gpus(node.gpus) }
            writer.field("gres") { $0.gres(of: node, details) }
        }
        writer.repeated(&hardware, isSame: Self.sameHardware(details, before)) { writer in
            writer.field("hardware") { $0.hardware(details) }
        }
    }

    /// The fields from `instance_type` to `memory_mib`.
    private func writeMemory(of node: Node, to writer: inout JSONWriter) {
        writer.field("instance_type") { $0.value(node.details.instanceType) }
        writer.field("last_busy") { $0.time(node.lastBusy) }
        writer.field("mcs_label") { $0.value(node.details.mcsLabel) }
        writer.field("memory_mib") { writer in
            writer.object { writer in
                writer.field("allocated") { $0.value(node.memory.allocated) }
                writer.field("free") { $0.value(node.memory.free) }
                writer.field("specialized") { $0.value(node.details.specializedMemoryMiB) }
                writer.field("total") { $0.value(node.memory.total) }
            }
        }
    }

    /// The fields from `next_state` to `weight`.
    private mutating func writeState(of node: Node, _ last: Node?, to writer: inout JSONWriter) {
        let details = node.details
        let before = last?.details
        writer.field("next_state") { $0.value(details.nextState) }
        writer.field("owner") { $0.value(details.owner) }
        writer.field("partitions") { $0.strings(node.partitions) }
        writer.field("port") { $0.value(details.port) }
        writer.field("reason") { $0.reason(node.reason) }
        writer.field("reservation") { $0.value(details.reservation) }
        writer.field("resume_after") { $0.time(details.resumeAfter) }
        writer.field("slurmd_start") { $0.time(node.slurmdStart) }
        writer.field("slurmd_version") { $0.value(node.version) }
        writer.repeated(&state, isSame: node.state == last?.state) { writer in
            writer.field("state") { $0.state(node.state) }
        }
        writer.field("suspend_seconds") { $0.limit(details.suspendSeconds) }
        writer.field("topology") { $0.value(details.topology) }
        let isSame =
            before != nil && details.tresAllocated == before?.tresAllocated
            && details.tresConfigured == before?.tresConfigured
        writer.repeated(&tres, isSame: isSame) { writer in
            writer.field("tres") { writer in
                writer.object { writer in
                    writer.field("allocated") { $0.value(details.tresAllocated) }
                    writer.field("configured") { $0.value(details.tresConfigured) }
                }
            }
        }
        writer.field("watts") { $0.value(details.watts) }
        writer.field("weight") { $0.value(details.weight) }
    }
}

/// One node as a document of its own, for `--format jsonl`.
package struct NodeLine: JSONWritable {
    private let node: Node

    /// Makes the line of a node.
    package init(_ node: Node) {
        self.node = node
    }

    package func write(to writer: inout JSONWriter) {
        var json = NodeJSON()
        json.write(node, to: &writer)
    }
}

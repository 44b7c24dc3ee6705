import SlurmModel
import Verdicts

extension GPUNodeRule {
    /// NVLink: whether as many links are active as board and peers require, and as fast as those of the others.
    ///
    /// nvidia-smi does not say how many links should be active. A GPU without a peer uses none. A board with switches
    /// uses all. A card uses as many as its bridges connect, or none; every link connects two GPUs.
    static let nvlink = GPUNodeRule { evidence, report in
        guard let all = evidence.nvlink.value else { return [] }
        let hasPeers = evidence.hasPeers(report.gpus)
        return unread(all, report)
            + all.flatMap { status -> [Finding] in
                let gpu = report.gpus.first { status.isAbout($0) }
                let node = LinkedNode(all: all, hasPeers: hasPeers)
                let found = [node.missing(status), node.slow(status)].compactMap(\.self)
                return found.map { fault in
                    Finding(
                        fault.severity, code: "gpu.nvlink",
                        subject: gpu?.subject ?? "GPU \(status.index)",
                        message: fault.message, remedy: fault.remedy)
                }
            }
    }
}

extension GPUNodeRule {
    /// GPUs that the answer leaves out although it names others.
    private static func unread(_ all: [NVLinkStatus], _ report: NvidiaSMIReport) -> [Finding] {
        guard !all.isEmpty, all.count < report.gpus.count else { return [] }
        return report.gpus.filter { gpu in
            GPUModel(product: gpu.name.word)?.hasLinks == true
                && !all.contains { $0.isAbout(gpu) }
        }.map { gpu in
            gpu.finding(
                .unknown, "gpu.nvlink_unread", "nvidia-smi nvlink says nothing about it",
                remedy: "run nvidia-smi nvlink -s on the node")
        }
    }
}

extension GPUEvidence {
    /// Whether the node has another GPU that a GPU's links can go to.
    func hasPeers(_ gpus: [GPUReport]) -> Bool {
        // When the bus was not read, it is not known whether the GPU is alone.
        guard let slots else { return true }
        // A GPU that does not answer is still a peer; the parts of a split GPU (MIG) are not.
        let cards = expected.filter { !$0.isMIG }.reduce(0) { $0 + $1.total }
        let most = max(gpus.count, slots.count, cards)
        return most > 1 || hasSwitches || gpus.contains { $0.fabric.isOfRack }
    }
}

extension GPUFabric {
    /// Whether the GPU belongs to an NVLink domain that spans several hosts.
    fileprivate var isOfRack: Bool {
        guard let word = cluster.word else { return false }
        return word.contains { $0 != "0" && $0 != "-" }
    }
}

/// The NVLink states of one node's GPUs, which show what each GPU should have.
private struct LinkedNode {
    typealias Fault = (severity: Severity, message: String, remedy: String?)

    /// The state of every GPU's links.
    let all: [NVLinkStatus]
    /// Whether there is another GPU that a link can go to.
    let hasPeers: Bool

    private func peers(_ status: NVLinkStatus) -> [NVLinkStatus] {
        all.filter { $0.name == status.name && $0.message != .unsupported && $0.message != .split }
    }

    private func most(_ status: NVLinkStatus) -> Int { peers(status).map(\.active).max() ?? 0 }

    /// Links that should be active and are not; nil when none is missing.
    func missing(_ status: NVLinkStatus) -> Fault? {
        guard status.message == nil || status.message == .allInactive else { return nil }
        let model = GPUModel(product: status.name)
        return model?.hasLinks == true ? onBoard(status, model) : onCard(status, model)
    }

    private func onBoard(_ status: NVLinkStatus, _ model: GPUModel?) -> Fault? {
        let most = most(status)
        if status.active == 0, status.total > 0 || status.message == .allInactive {
            guard hasPeers else { return nil }
            return (.fail, "all NVLink links are inactive", GPURemedy.links)
        }
        // On boards with direct links, the number of used links depends on the board, but is the same for all its
        // GPUs.
        if status.active < status.total, model?.isDirectlyLinked != true || status.active < most {
            return (
                .fail,
                "\(status.total - status.active) of \(status.total) NVLink links are inactive",
                GPURemedy.links
            )
        }
        guard status.active < most else { return nil }
        return (
            .fail, "\(status.active) NVLink links, other GPUs of the node have \(most)",
            GPURemedy.links
        )
    }

    private func onCard(_ status: NVLinkStatus, _ model: GPUModel?) -> Fault? {
        let most = most(status)
        if status.active == 0 {
            // A link connects two cards. It is normal that no card has a bridge, or that one of an odd number has none.
            let linked = peers(status).count { $0.active > 0 }
            let isSingle = linked.isMultiple(of: 2) && peers(status).count - linked == 1
            guard most > 0, !isSingle else { return nil }
            return (
                .warn, "no NVLink link is active, other cards of the node have \(most)",
                GPURemedy.bridge
            )
        }
        let expected = max(most, model?.wiredLinks ?? 0)
        let wanted = expected > status.active ? expected : Self.bridged(status)
        guard status.active < wanted else { return nil }
        return (
            .warn, "\(status.active) of \(wanted) NVLink links of its bridge are active",
            GPURemedy.bridge
        )
    }

    /// The number of links when every bridge is complete: a bridge connects four (on older cards two, which are all).
    private static func bridged(_ status: NVLinkStatus) -> Int {
        let active = status.active
        if active == status.total || active.isMultiple(of: 4) { return active }
        return min(status.total, (active / 4 + 1) * 4)
    }

    /// The fraction of the usual speed below which a link is slow: links run at full, half or quarter speed.
    private static let slowest = 0.9

    /// Links that are slower than those of other GPUs of the same model; nil without any.
    func slow(_ status: NVLinkStatus) -> Fault? {
        let usual = peers(status).flatMap(\.links).compactMap(\.self).max() ?? 0
        let slow = status.links.enumerated().filter { link in
            link.element.map { $0 < usual * Self.slowest } ?? false
        }
        guard let first = slow.first, let speed = first.element else { return nil }
        let names = slow.prefix(8).map { String($0.offset) }.joined(separator: ", ")
        let which = slow.count == 1 ? "link \(names) runs" : "links \(names) run"
        let isCard = GPUModel(product: status.name)?.hasLinks != true
        return (
            .warn, "NVLink \(which) at \(speed) GB/s, others at \(usual) GB/s",
            isCard ? GPURemedy.bridge : GPURemedy.links
        )
    }
}

import Verdicts

extension GPUHostRule {
    /// The driver's events in the kernel log: one finding per GPU and kind; an event that follows another is part of
    /// the finding about its cause.
    static let kernelEvents = GPUHostRule { evidence, gpus in
        guard let judge = KernelJudge(evidence, gpus) else { return [] }
        guard judge.history.lost > 0 else { return judge.findings }
        return judge.findings + [
            Finding(
                .unknown, code: "gpu.kernel_unread",
                message:
                    "\(judge.history.lost) events of the driver in the kernel log were too many for one answer",
                remedy: "read them on the node: dmesg | grep -E 'NVRM|nvswitch'")
        ]
    }
}

extension KernelJudge {
    /// Makes the judge of a node's log; nil when the log could not be read.
    init?(_ evidence: GPUEvidence, _ gpus: [GPUReport]) {
        guard let log = evidence.kernelLog.value else { return nil }
        self.init(
            history: KernelHistory(
                log, uptime: evidence.uptime, hours: evidence.limits.eventHours),
            gpus: gpus, expected: evidence.expectedTotal)
    }

    // MARK: Faults without a number

    /// The finding about a fault without an Xid; nil when another finding reports the same.
    func fault(_ event: KernelEvent) -> Finding? {
        let severity = severity(event)
        // For a fault with a GPU's address, only events of that GPU count.
        let others = event.address == nil ? history.events : byGPU[event.address] ?? []
        if others.contains(where: { explains($0, event, severity) }) { return nil }
        let reason = reason(event)
        let words = reason.map { $0.words + ": " } ?? ""
        let answers = gpu(event)?.isReadable == true ? "; it answers now" : ""
        return Finding(
            severity, code: "gpu.kernel_fault", subject: subject(event),
            message: words + quoted(event) + when(event) + answers,
            remedy: reason?.remedy ?? (severity == .fail ? GPURemedy.reboot : "watch it"))
    }

    private func reason(_ event: KernelEvent) -> DriverReason? {
        switch event.kind {
        case .refused(let reason): reason
        case .notProbed: .bound
        default: nil
        }
    }

    /// Only a warning when the GPU answers again, or when all GPUs that Slurm expects answer and the driver refused
    /// another one.
    private func severity(_ event: KernelEvent) -> Severity {
        if gpu(event)?.isReadable == true { return .warn }
        guard case .refused(let reason) = event.kind, event.address == nil || reason.isConfiguration
        else { return .fail }
        let answering = gpus.filter(\.isReadable).count
        return answering > 0 && answering == gpus.count && answering >= expected ? .warn : .fail
    }

    /// Whether another event reports the same fault more exactly, with at least the same severity.
    private func explains(_ other: KernelEvent, _ event: KernelEvent, _ own: Severity) -> Bool {
        guard let ownRank = Self.rank(event.kind) else { return false }
        if other.kind == .xid(79), ownRank < Self.reasonRank {
            // After Xid 79 (GPU lost), a GPU that cannot be started is only a consequence.
            return event.address != nil ? other.address == event.address : event.isOfLostGPU
        }
        // The same fault, reported with the GPU's address.
        if other.kind == event.kind, event.address == nil, other.address != nil {
            return severity(other) >= own
        }
        guard let rank = Self.rank(other.kind), rank > ownRank, severity(other) >= own,
            event.kind != .refused(.lost) || other.kind == .offBus
        else { return false }
        return event.address == nil
            ? other.address != nil || rank == Self.reasonRank : other.address == event.address
    }

    private static let reasonRank = 5

    /// How exactly a fault says what is wrong; nil for an event that is no fault.
    private static func rank(_ kind: KernelEvent.Kind) -> Int? {
        switch kind {
        case .refused(.lost): 0
        case .probeFailed: 1
        case .notProbed: 2
        case .initFailed: 3
        case .offBus: 4
        case .refused: reasonRank
        case .xid, .sxid, .inReset, .reloaded, .loaded: nil
        }
    }

    // MARK: Words

    /// The GPU that an event is about; nil when nvidia-smi does not list it.
    func gpu(_ event: KernelEvent) -> GPUReport? {
        event.address.flatMap { address in gpus.first { $0.pci == address } }
    }

    /// The subject of the finding about an event.
    func subject(_ event: KernelEvent) -> String? {
        gpu(event)?.subject ?? event.address.map { "GPU \($0)" }
    }

    /// How often, and how long ago.
    func when(_ event: KernelEvent) -> String {
        let times = event.count > 1 ? " \(event.count) times" : ""
        guard let age = history.age(of: event) else { return times }
        let minutes = Int(min(age, 1e9) / 60)
        let text = minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h"
        return times + (event.count > 1 ? ", last \(text) ago" : " \(text) ago")
    }

    /// The event's own words, fit to be shown.
    func quoted(_ event: KernelEvent) -> String {
        let printable = event.text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        return String(String(printable).prefix(160))
    }
}

extension KernelEvent {
    /// Whether it reports a lost GPU without naming it.
    fileprivate var isOfLostGPU: Bool { kind == .refused(.lost) }
}

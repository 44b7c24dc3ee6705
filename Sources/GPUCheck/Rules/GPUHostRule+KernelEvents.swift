import Verdicts

extension GPUHostRule {
    /// The driver's events in the kernel log: one finding per GPU and kind, followers folded into their cause.
    static let kernelEvents = GPUHostRule { evidence, gpus in
        guard let log = evidence.kernelLog.value else { return [] }
        let history = KernelHistory(
            log, uptime: evidence.uptime, hours: evidence.limits.eventHours)
        let judge = KernelJudge(history: history, gpus: gpus)
        return history.events.flatMap { judge.findings($0) }
    }
}

/// Weighs the events of one node's kernel log.
private struct KernelJudge {
    let history: KernelHistory
    let gpus: [GPUReport]

    func findings(_ event: KernelEvent) -> [Finding] {
        switch event.kind {
        case .xid(let number): xid(number, event).map { [$0] } ?? []
        case .sxid(let number, let isFatal): [sxid(number, isFatal, event)]
        case .offBus, .initFailed, .probeFailed: fault(event).map { [$0] } ?? []
        case .inReset, .reloaded: []
        }
    }

    // MARK: Xid

    private func xid(_ number: Int, _ event: KernelEvent) -> Finding? {
        let others = others(number, event)
        // What follows a cause is part of its finding.
        if XidCatalogue.isFollower(number), !others.isEmpty { return nil }
        var action = XidCatalogue.action(number)
        var severity = action.severity
        var remedy = action.remedy
        switch action {
        case .graded: (severity, remedy) = graded(event.text)
        case .told: (severity, remedy) = told(event.text)
        case .reset, .links:
            if isRecovered(event) {
                (severity, remedy) = (.warn, "watch it; reset the GPU when the node is free")
            } else if let told = told(event.address) {
                (severity, remedy) = told
            }
        case .application where number == 94:
            (severity, remedy) = (.warn, "the job was hit: tell its owner; watch the GPU")
        case .application, .ignore, .reboot, .replace, .power, .update, .attention: break
        }
        if severity == .info { action = .ignore }
        let title = XidCatalogue.title(number).map { " (\($0))" } ?? ""
        let followers = followers(event, of: number)
        return Finding(
            severity, code: severity == .info || number == 94 ? "gpu.xid_application" : "gpu.xid",
            subject: subject(event),
            message: "Xid \(number)\(title)\(when(event))\(followers): \(quoted(event))",
            remedy: remedy)
    }

    /// Other events of the same GPU that may be the cause of this one.
    private func others(_ number: Int, _ event: KernelEvent) -> [Int] {
        numbers(event.address).filter { $0 != number && !XidCatalogue.isFollower($0) }
    }

    private func numbers(_ address: PCIAddress?) -> [Int] {
        history.events.compactMap {
            if $0.address == address, case .xid(let number) = $0.kind { number } else { nil }
        }
    }

    private func followers(_ event: KernelEvent, of number: Int) -> String {
        guard !XidCatalogue.isFollower(number) else { return "" }
        let list = numbers(event.address).filter(XidCatalogue.isFollower)
        return list.isEmpty
            ? "" : ", followed by Xid \(list.sorted().map(String.init).joined(separator: ", "))"
    }

    /// Whether the driver itself says that nothing is to be done about the GPU now.
    private func isRecovered(_ event: KernelEvent) -> Bool {
        guard let gpu = gpu(event) else { return false }
        return gpu.isReadable && gpu.recovery.actionText == "None"
            && told(event.address).map { $0.0 != .fail } ?? true
    }

    // "Nonfatal" goes on working; only what says Fatal needs a reset, and what says neither is looked at.
    private func graded(_ text: String) -> (Severity, String?) {
        let words = text.lowercased()
        if words.contains("nonfatal") || words.contains("non-fatal") { return (.info, nil) }
        return words.contains("fatal")
            ? (.fail, GPURemedy.reset) : (.warn, XidAction.attention.remedy)
    }

    /// What an Xid 154 of a GPU asks for; nil without one.
    private func told(_ address: PCIAddress?) -> (Severity, String?)? {
        history.events.last { $0.address == address && $0.kind == .xid(154) }
            .map { told($0.text) }
    }

    private func told(_ text: String) -> (Severity, String?) {
        switch KernelHistory.Recovery(text) {
        case .none: (.info, nil)
        case .reset: (.fail, GPURemedy.reset)
        case .drainAndReset: (.fail, GPURemedy.drainAndReset)
        case .reboot: (.fail, "reboot the node")
        case .drainP2P: (.warn, "let peer-to-peer work on it end, then reset the GPU")
        case .unclear: (.warn, XidAction.attention.remedy)
        }
    }

    // MARK: Others

    private func sxid(_ number: Int, _ isFatal: Bool, _ event: KernelEvent) -> Finding {
        Finding(
            isFatal ? .fail : .info, code: "gpu.sxid",
            subject: event.address.map { "NVSwitch \($0)" },
            message: "SXid \(number)\(when(event)): \(quoted(event))",
            remedy: isFatal ? "reset all GPUs, or reboot the node; if it comes back, replace" : nil)
    }

    private func fault(_ event: KernelEvent) -> Finding? {
        let xids = numbers(event.address)
        // Xid 79 says the same, and what could not be started afterwards is its consequence.
        if xids.contains(79), event.address != nil { return nil }
        if event.kind == .initFailed, event.address == nil, hasBetter(event) { return nil }
        if event.kind == .probeFailed, hasBetter(event) { return nil }
        if event.kind == .initFailed,
            history.events.contains(where: { $0.kind == .offBus && $0.address == event.address })
        {
            return nil
        }
        let answers = gpu(event)?.isReadable ?? false
        return Finding(
            answers ? .warn : .fail, code: "gpu.kernel_fault", subject: subject(event),
            message: quoted(event) + when(event) + (answers ? "; it answers now" : ""),
            remedy: answers ? "watch it" : GPURemedy.reboot)
    }

    /// Whether another fault names the GPU that this one does not.
    private func hasBetter(_ event: KernelEvent) -> Bool {
        history.events.contains { other in
            guard other.address != nil else { return false }
            return other.kind == .offBus || other.kind == .initFailed && event.kind != .offBus
        }
    }

    // MARK: Words

    private func gpu(_ event: KernelEvent) -> GPUReport? {
        event.address.flatMap { address in gpus.first { $0.pci == address } }
    }

    private func subject(_ event: KernelEvent) -> String? {
        gpu(event)?.subject ?? event.address.map { "GPU \($0)" }
    }

    private func when(_ event: KernelEvent) -> String {
        let times = event.count > 1 ? " \(event.count) times" : ""
        guard let age = history.age(of: event) else { return times }
        let minutes = Int(min(age, 1e9) / 60)
        let text = minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h"
        return times + (event.count > 1 ? ", last \(text) ago" : " \(text) ago")
    }

    private func quoted(_ event: KernelEvent) -> String {
        let printable = event.text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        return String(String(printable).prefix(160))
    }
}

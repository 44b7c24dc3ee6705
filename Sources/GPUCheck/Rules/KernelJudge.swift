import Verdicts

/// Decides how severe the events of one node's kernel log are.
///
/// Every event has its own severity. An event that follows another, or repeats it in other words, becomes part of
/// that event's finding if that finding is at least as severe; otherwise it gets its own finding.
struct KernelJudge {
    let history: KernelHistory
    let gpus: [GPUReport]
    /// How many GPUs Slurm expects.
    let expected: Int
    /// The events by GPU: a log may hold thousands, and each is compared only with events of its own GPU.
    let byGPU: [PCIAddress?: [KernelEvent]]
    /// The action that the last Xid 154 of a GPU asks for.
    private let asking: [PCIAddress?: Weight]
    /// The followers among a GPU's Xids, by number.
    private let following: [PCIAddress?: [Int]]

    /// The severity and remedy of an event by itself.
    private typealias Weight = (severity: Severity, remedy: String?)

    init(history: KernelHistory, gpus: [GPUReport], expected: Int) {
        (self.history, self.gpus, self.expected) = (history, gpus, expected)
        byGPU = Dictionary(grouping: history.events, by: \.address)
        asking = byGPU.compactMapValues { events in
            events.last { $0.kind == .xid(154) }.map { Self.told($0.recovery) }
        }
        following = byGPU.mapValues { events in
            let numbers = events.compactMap {
                if case .xid(let number) = $0.kind { number } else { nil }
            }
            return Set(numbers.filter(XidCatalogue.isFollower)).sorted()
        }
    }

    /// Every finding, in the order of the events.
    var findings: [Finding] {
        let switches = switchFindings
        let causes = byGPU.mapValues(causes(among:))
        return history.events.flatMap { event -> [Finding] in
            switch event.kind {
            case .xid(let number):
                xid(number, event, causes[event.address] ?? []).map { [$0] } ?? []
            case .offBus, .initFailed, .probeFailed, .notProbed, .refused:
                fault(event).map { [$0] } ?? []
            case .sxid, .inReset, .reloaded, .loaded: []
            }
        } + switches
    }

    /// The remedies for the reasons that the driver itself gives for taking no GPU.
    var configurationRemedies: [String] {
        var remedies: [String] = []
        for event in history.events {
            let reason: DriverReason? =
                switch event.kind {
                case .refused(let reason) where reason.isConfiguration: reason
                case .notProbed: .bound
                default: nil
                }
            if let remedy = reason?.remedy, !remedies.contains(remedy) { remedies.append(remedy) }
        }
        return remedies
    }

    // MARK: Xid

    private func xid(_ number: Int, _ event: KernelEvent, _ causes: [Cause]) -> Finding? {
        let weight = weight(number, event)
        if XidCatalogue.isFollower(number), isFolded(number, event, weight, causes) { return nil }
        let title = XidCatalogue.title(number).map { " (\($0))" } ?? ""
        let isLight = weight.severity == .info || number == 94
        return Finding(
            weight.severity, code: isLight ? "gpu.xid_application" : "gpu.xid",
            subject: subject(event),
            message:
                "Xid \(number)\(title)\(when(event))\(followers(event, of: number)): \(quoted(event))",
            remedy: weight.remedy)
    }

    private func weight(_ number: Int, _ event: KernelEvent) -> Weight {
        if number == 45, let cause = event.cause, cause != 45 { return causeWeight(cause, event) }
        let action = XidCatalogue.action(number)
        let own: Weight = (action.severity, action.remedy)
        switch action {
        case .graded: return asked(event.address, over: graded(event.word))
        case .told: return Self.told(event.recovery)
        case .reset, .links:
            let asked = asked(event.address, over: own)
            return isRecovered(event)
                ? (.warn, "watch it; reset the GPU when the node is free") : asked
        case .application where number == 94:
            return (.warn, "the job was hit: tell its owner; watch the GPU")
        case .application, .ignore, .reboot, .replace, .power, .update, .attention: return own
        }
    }

    /// The severity of an event that names its cause: that of the cause, as far as its number alone shows.
    ///
    /// A line with the cause's number may belong to another event, so the words in it are not used.
    private func causeWeight(_ number: Int, _ event: KernelEvent) -> Weight {
        var cause = event
        (cause.kind, cause.cause, cause.word) = (.xid(number), nil, .nothing)
        return weight(number, cause)
    }

    /// An Xid that others may follow, and its weight.
    private typealias Cause = (number: Int, weight: Weight)

    /// One event for each kind of cause on a GPU: a log may hold thousands of causes and of followers.
    private func causes(among events: [KernelEvent]) -> [Cause] {
        var kinds: [String: Cause] = [:]
        for event in events {
            guard case .xid(let number) = event.kind, !XidCatalogue.isFollower(number) else {
                continue
            }
            let weight = weight(number, event)
            let isReboot = XidCatalogue.action(number) == .reboot
            kinds["\(weight.severity) \(isReboot) \(weight.remedy ?? "")"] = (number, weight)
        }
        return Array(kinds.values)
    }

    /// Whether an event that only follows others is part of one that is at least as severe.
    private func isFolded(
        _ number: Int, _ event: KernelEvent, _ weight: Weight, _ causes: [Cause]
    ) -> Bool {
        causes.contains { cause in
            guard cause.weight.severity >= weight.severity else { return false }
            // The driver's own request must not be lost: the cause's finding must ask for the same or for more.
            return number != 154 || cause.weight.remedy == weight.remedy || weight.severity == .info
                || XidCatalogue.action(cause.number) == .reboot && event.recovery != .drainP2P
        }
    }

    private func followers(_ event: KernelEvent, of number: Int) -> String {
        guard !XidCatalogue.isFollower(number), let list = following[event.address], !list.isEmpty
        else { return "" }
        return ", followed by Xid \(list.map(String.init).joined(separator: ", "))"
    }

    /// Whether the driver itself now says that the GPU needs no action.
    private func isRecovered(_ event: KernelEvent) -> Bool {
        guard let gpu = gpu(event) else { return false }
        return gpu.isReadable && gpu.recovery.actionText == "None"
            && asking[event.address].map { $0.severity != .fail } ?? true
    }

    // After "Nonfatal" the GPU goes on working, and only "Fatal" needs a reset; without either word, somebody must
    // look.
    private func graded(_ word: KernelEvent.Word) -> Weight {
        switch word {
        case .nonfatal: (.info, nil)
        case .fatal: (.fail, GPURemedy.reset)
        case .nothing: (.warn, XidAction.attention.remedy)
        }
    }

    /// The action that the driver asks for, which replaces the event's own remedy if it is as severe.
    private func asked(_ address: PCIAddress?, over own: Weight) -> Weight {
        guard own.severity > .info, let told = asking[address], told.severity >= own.severity else {
            return own
        }
        return told
    }

    private static func told(_ recovery: KernelEvent.Recovery?) -> Weight {
        switch recovery {
        case .none?: (.info, nil)
        case .reset: (.fail, GPURemedy.reset)
        case .drainAndReset: (.fail, GPURemedy.drainAndReset)
        case .reboot: (.fail, "reboot the node")
        case .drainP2P: (.warn, "let peer-to-peer work on it end, then reset the GPU")
        case .unclear, nil: (.warn, XidAction.attention.remedy)
        }
    }

    // MARK: NVSwitches

    /// The fields that all lines of one event of a switch share.
    private struct SwitchEvent: Hashable {
        let kind: KernelEvent.Kind
        let address: PCIAddress?
    }

    /// One finding for each switch, number and severity: an event has several lines, and some give no severity.
    private var switchFindings: [Finding] {
        let lines = history.events.filter(\.isSwitch)
        let groups = Dictionary(grouping: lines) { SwitchEvent(kind: $0.kind, address: $0.address) }
        return lines.compactMap { line in
            let all = groups[SwitchEvent(kind: line.kind, address: line.address)] ?? []
            let heads = all.filter { !$0.isDetail }
            // A line with details belongs to its event and gets no finding of its own.
            if line.isDetail, !heads.isEmpty { return nil }
            if line.isDetail, line.identity != all.max(by: Self.isLighter)?.identity { return nil }
            return switchFinding(line, isFatal: isFatal(line, among: all))
        }
    }

    /// An event is non-fatal only if one of its own lines says so.
    private func isFatal(_ line: KernelEvent, among all: [KernelEvent]) -> Bool {
        let details = all.filter(\.isDetail).map(\.word)
        switch line.word {
        case .fatal: return true
        case .nonfatal:
            // If another event with this number is fatal, the fatal detail lines may belong to that event.
            let isMixed = all.contains { !$0.isDetail && $0.word == .fatal }
            return !isMixed && details.contains(.fatal)
        case .nothing: return details.contains(.fatal) || !details.contains(.nonfatal)
        }
    }

    private static func isLighter(_ left: KernelEvent, _ right: KernelEvent) -> Bool {
        func rank(_ word: KernelEvent.Word) -> Int {
            switch word {
            case .nothing: 0
            case .nonfatal: 1
            case .fatal: 2
            }
        }
        return rank(left.word) < rank(right.word)
    }

    private func switchFinding(_ event: KernelEvent, isFatal: Bool) -> Finding? {
        guard case .sxid(let number) = event.kind else { return nil }
        return Finding(
            isFatal ? .fail : .info, code: "gpu.sxid",
            subject: event.address.map { "NVSwitch \($0)" },
            message: "SXid \(number)\(when(event)): \(quoted(event))",
            remedy: isFatal ? "reset all GPUs, or reboot the node; if it comes back, replace" : nil)
    }
}

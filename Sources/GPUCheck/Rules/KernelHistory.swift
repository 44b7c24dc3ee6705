/// The events of a kernel log that still count, put together.
struct KernelHistory: Sendable {
    /// The events, equal ones counted together, in the order of their last occurrence.
    private(set) var events: [KernelEvent] = []
    /// Seconds since boot; nil where they are not known.
    private let uptime: Double?

    /// Reads a log: since the driver was loaded, since a GPU's recovery, and within the hours given.
    init(_ log: KernelLog, uptime: Double?, hours: Int) {
        self.uptime = uptime
        var device: PCIAddress?
        for line in log.lines.prefix(8192) {
            let isContinued = !line.hasPrefix("[") && !line.hasPrefix("@")
            let event = KernelEvent(line, previous: isContinued ? device : nil)
            // Some messages take three lines, and only the first one names the GPU.
            device = KernelEvent.address(line) ?? (isContinued ? device : nil)
            if let event, isRecent(event, hours) { add(event) }
        }
    }

    private func isRecent(_ event: KernelEvent, _ hours: Int) -> Bool {
        guard let age = age(of: event) else { return true }
        return age <= Double(hours) * 3600
    }

    private mutating func add(_ event: KernelEvent) {
        if event.kind == .reloaded {
            events.removeAll()
            return
        }
        if event.kind == .xid(154), Recovery(event.text) == Recovery.none {
            // The driver no longer asks for anything: the GPU was reset, and what was before is history.
            events.removeAll { $0.address == event.address }
            return
        }
        var event = event
        if let index = events.firstIndex(where: {
            $0.kind == event.kind && $0.address == event.address
        }) {
            let before = events.remove(at: index)
            // A count from the node already holds those before it.
            event.count = event.count > 1 ? max(event.count, before.count) : before.count + 1
        }
        events.append(event)
    }

    /// Seconds since an event; nil where they are not known.
    func age(of event: KernelEvent) -> Double? {
        guard let uptime, let time = event.time else { return nil }
        return max(0, uptime - time)
    }

    /// What the driver says in an Xid 154.
    enum Recovery: Hashable, Sendable {
        case none, reset, reboot, drainP2P, drainAndReset, unclear

        /// Reads `GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)`.
        init(_ text: String) {
            let last = text.lowercased().split(separator: "(").last ?? ""
            self =
                if last.hasPrefix("none") {
                    .none
                } else if last.contains("drain p2p") {
                    .drainP2P
                } else if last.contains("drain and reset") {
                    .drainAndReset
                } else if last.contains("reboot") {
                    .reboot
                } else if last.contains("reset") {
                    .reset
                } else {
                    .unclear
                }
        }
    }
}

extension NodeState {
    /// The state in plain words, the most important first: `drained, not responding`.
    ///
    /// It contains every flag about the node's activity or faults, but not where the node comes from (cloud,
    /// dynamic).
    package var words: String {
        phrases.joined(separator: ", ")
    }

    /// The parts of ``words``, the most important first; never empty.
    package var phrases: [String] {
        let leading = Self.leading.compactMap { phrase(of: $0) }
        let trailing = Self.trailing.compactMap { phrase(of: $0) }
        return leading + (basePhrase(hasMore: !leading.isEmpty).map { [$0] } ?? []) + trailing
    }

    /// Whether jobs hold a part of it, or have not finished on it yet.
    package var isOccupied: Bool {
        base == .allocated || base == .mixed || has(.completing)
    }

    /// Flags that come before the base state.
    private static let leading: [Flag] = [
        .invalidRegistration, .drain, .fail, .rebootIssued, .poweringUp, .poweringDown,
        .poweredDown,
    ]

    /// Flags that come after the base state.
    private static let trailing: [Flag] = [
        .notResponding, .completing, .rebootRequested, .rebootCancel, .powerDown, .powerDrain,
        .powerUp, .maintenance, .reserved, .planned, .blocked, .external, .net, .resume,
        .undrain,
    ]

    /// The base state; nil for an idle node with a more important flag.
    private func basePhrase(hasMore: Bool) -> String? {
        switch base {
        case .idle: hasMore ? nil : "idle"
        case .mixed: "partly allocated"
        case .unknown: "state unknown"
        case .future: "reserved for future use"
        case .error: "in an error state"
        case .down, .allocated: base.rawValue
        }
    }

    private func phrase(of flag: Flag) -> String? {
        guard has(flag) else { return nil }
        switch flag {
        case .invalidRegistration: return "registered with less than is configured"
        case .drain: return isOccupied ? "draining" : "drained"
        case .fail: return isOccupied ? "failing" : "failed"
        case .rebootIssued: return "rebooting"
        case .poweringUp: return "powering up"
        case .poweringDown: return "powering down"
        case .poweredDown: return "powered down"
        case .notResponding: return "not responding"
        case .completing: return "jobs completing"
        case .rebootRequested: return "reboot requested"
        case .rebootCancel: return "reboot cancelled"
        case .powerDown: return "to be powered down"
        case .powerDrain: return "to be powered down when its jobs have ended"
        case .powerUp: return "to be powered up"
        case .maintenance: return "in maintenance"
        case .reserved: return "reserved"
        case .planned: return "planned for a job"
        case .blocked: return "blocked by an exclusive job of its topology"
        case .external: return "external"
        case .net: return "performance counters in use"
        case .resume: return "being resumed"
        case .undrain: return "being undrained"
        case .cloud, .dynamicFuture, .dynamicNorm: return nil
        }
    }
}

/// The client's connection to one Lustre target, as `lctl get_param` reports it.
struct MountImport: Hashable, Sendable {
    /// The target, such as `czrc3amv-OST0000` or `MGC10.1.30.23@tcp`.
    var target: String
    /// The connection's state, such as `FULL`.
    var state: String
    /// Evictions in its history.
    var evictions: Int
    /// The time of the last eviction, in seconds since 1970; nil without one.
    var lastEviction: Int?
    /// The server it is connected to; nil when that is not known.
    var server: String?

    /// Reads a line's value; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 5, let evictions = Int(words[2]) else { return nil }
        target = words[0]
        state = words[1]
        self.evictions = max(0, evictions)
        lastEviction = Int(words[3])
        server = words[4] == "-" ? nil : words[4]
    }

    /// What a state means, from good to bad.
    enum Meaning: Int, Hashable, Sendable {
        case connected, recovering, disconnected
    }

    /// Combines two readings of the same connection: the worse state, and every eviction.
    func merged(with other: MountImport) -> MountImport {
        let (mine, others) = (meaning.rawValue, other.meaning.rawValue)
        var worse =
            mine == others ? (state < other.state ? other : self) : mine < others ? other : self
        worse.evictions = max(evictions, other.evictions)
        worse.lastEviction = [lastEviction, other.lastEviction].compactMap(\.self).max()
        worse.server = worse.server ?? server ?? other.server
        return worse
    }

    /// The meaning of its state.
    ///
    /// An object target that was not used for a while is IDLE, and reconnects by itself.
    var meaning: Meaning {
        switch state {
        case "FULL", "IDLE": .connected
        case "REPLAY", "REPLAY_LOCKS", "REPLAY_WAIT", "RECOVER": .recovering
        default: .disconnected
        }
    }

    /// Whether it leads to the management server, which is needed to mount but not to read.
    var isManagement: Bool { target.hasPrefix("MGC") }
    /// Whether it leads to a metadata target.
    var isMetadata: Bool { target.contains("-MDT") }
}

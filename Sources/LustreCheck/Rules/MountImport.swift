/// The client's connection to one target of Lustre, as `lctl get_param` tells it.
struct MountImport: Hashable, Sendable {
    /// The target, such as `czrc3amv-OST0000` or `MGC10.1.30.23@tcp`.
    var target: String
    /// The connection's state, such as `FULL`.
    var state: String
    /// Evictions in its history.
    var evictions: Int
    /// When the last one was, in seconds since 1970; nil for none.
    var lastEviction: Int?
    /// The server it talks to; nil where that is not told.
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

    /// What two looks at the same connection say together: the worse state, and every eviction.
    func merged(with other: MountImport) -> MountImport {
        let (mine, others) = (meaning.rawValue, other.meaning.rawValue)
        var worse =
            mine == others ? (state < other.state ? other : self) : mine < others ? other : self
        worse.evictions = max(evictions, other.evictions)
        worse.lastEviction = [lastEviction, other.lastEviction].compactMap(\.self).max()
        worse.server = worse.server ?? server ?? other.server
        return worse
    }

    /// What its state means.
    ///
    /// An object target that has had nothing to do for a while is IDLE, and comes back by itself.
    var meaning: Meaning {
        switch state {
        case "FULL", "IDLE": .connected
        case "REPLAY", "REPLAY_LOCKS", "REPLAY_WAIT", "RECOVER": .recovering
        default: .disconnected
        }
    }

    /// Whether it leads to the management server, which is needed to mount, and not to read.
    var isManagement: Bool { target.hasPrefix("MGC") }
    /// Whether it leads to a metadata target.
    var isMetadata: Bool { target.contains("-MDT") }
}

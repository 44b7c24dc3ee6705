/// Messages of the kernel log about file systems; equal messages are counted.
struct MountEvent: Hashable, Sendable {
    /// What happened.
    enum Kind: String, Hashable, Sendable {
        /// A server threw the client out.
        case evicted
        /// A connection was lost, and not restored later.
        case lost
        /// This connection was lost and others came back later. The kernel prints few such lines, so this one may be
        /// back too.
        case doubt
        /// A request ended with -110.
        case timeout
        /// The client met a bug and stopped.
        case lbug
    }

    /// What happened.
    var kind: Kind
    /// How often.
    var count: Int
    /// The time of the last one, in seconds after boot; nil when the log does not say.
    var time: Double?
    /// The target (`czrc3amv-OST0000-osc-ffff9c2f`), or `nfs:` and the server; nil for none.
    var key: String?
    /// The last line.
    var line: String

    /// Reads a line's value; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count == 5, let kind = Kind(rawValue: words[0]), let count = Int(words[1])
        else {
            return nil
        }
        self.kind = kind
        self.count = min(max(1, count), 1_000_000)
        time = Double(words[2]).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        key = words[3] == "-" ? nil : words[3]
        line = words[4]
    }

    /// Of two lines about the same subject, the newer one, or one without a time.
    func merged(with other: MountEvent) -> MountEvent {
        let (mine, others) = (time ?? .infinity, other.time ?? .infinity)
        var newer =
            mine == others ? (line < other.line ? other : self) : mine < others ? other : self
        newer.count = max(count, other.count)
        return newer
    }

    /// The target's name without the part that belongs to this client: `czrc3amv-OST0000`.
    var target: String? {
        key.map { key in
            for mark in ["-osc-", "-mdc-", "-mgc-"] {
                if let range = key.firstRange(of: mark) { return String(key[..<range.lowerBound]) }
            }
            return key.hasPrefix("nfs:") ? String(key.dropFirst(4)) : key
        }
    }
}

/// One thing that the kernel log tells about a GPU or NVSwitch; equal ones are counted.
struct KernelEvent: Hashable, Sendable {
    /// What happened.
    enum Kind: Hashable, Sendable {
        /// An Xid event of the driver.
        case xid(Int)
        /// An NVSwitch's event, and whether it calls itself fatal.
        case sxid(Int, isFatal: Bool)
        /// The GPU no longer answers on the bus.
        case offBus
        /// The driver could not start the GPU.
        case initFailed
        /// The driver could not take GPUs over, or was not asked to.
        case probeFailed
        /// The GPU was asked while it was reset.
        case inReset
        /// The driver was loaded anew: what was before is history.
        case reloaded
    }

    /// What happened.
    var kind: Kind
    /// The device; nil where the line names none.
    var address: PCIAddress?
    /// When, in seconds after boot; nil where the log's time stamps are of another kind.
    var time: Double?
    /// How often.
    var count: Int
    /// The line, without its time stamp.
    var text: String

    /// Reads one line; nil for one that tells of nothing.
    init?(_ line: String, previous: PCIAddress? = nil) {
        var rest = Substring(line)
        count = 1
        if rest.hasPrefix("@again ") {
            let words = rest.split(separator: " ", maxSplits: 2)
            count = words.count > 2 ? max(1, Int(words[1]) ?? 1) : 1
            rest = words.last ?? rest
        }
        time = Self.time(&rest)
        // journalctl puts the host's name and "kernel:" before the message.
        if let mark = rest.firstRange(of: "kernel: ") { rest = rest[mark.upperBound...] }
        text = rest.trimmed
        address = Self.address(text) ?? previous
        guard let kind = Self.kind(text) else { return nil }
        self.kind = kind
    }

    /// Takes `[ 1843.308145] ` off; seconds of it, or nil for a time of another kind.
    private static func time(_ rest: inout Substring) -> Double? {
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
        let stamp = rest[rest.index(after: rest.startIndex)..<end].trimmed
        rest = rest[rest.index(after: end)...]
        return Double(stamp).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }

    private static func kind(_ text: String) -> Kind? {
        if let mark = text.firstRange(of: "SXid (") {
            return number(text[mark.upperBound...]).map { number, rest in
                // Only what calls itself non-fatal is.
                .sxid(number, isFatal: rest.firstRange(of: "Non-fatal") == nil)
            }
        }
        if let mark = text.firstRange(of: "Xid (") {
            return number(text[mark.upperBound...]).map { .xid($0.number) }
        }
        if text.contains("fallen off the bus") { return .offBus }
        if text.contains("RmInitAdapter") || text.contains("rm_init_adapter failed") {
            return .initFailed
        }
        if text.contains("probe routine failed") || text.contains("probe routine was not called")
            || text.contains("No NVIDIA graphics adapter probed")
        {
            return .probeFailed
        }
        if text.contains("NV_ERR_GPU_IN_FULLCHIP_RESET") { return .inReset }
        return text.contains("Nvlink Core is being initialized") ? .reloaded : nil
    }

    /// The number of `PCI:0000:61:00): 119, …`, and what follows it.
    private static func number(_ text: Substring) -> (number: Int, rest: Substring)? {
        // A program's words may come before the number: the first ": N" behind the bracket is it.
        guard let close = text.firstIndex(of: ")") else { return nil }
        var rest = text[text.index(after: close)...]
        while let mark = rest.firstRange(of: ": ") {
            rest = rest[mark.upperBound...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let after = rest[digits.endIndex...]
            if let number = Int(digits), number < 1_000_000, after.isEmpty || after.first == "," {
                return (number, after)
            }
        }
        return nil
    }

    /// The device a line names: behind `PCI:`, or as a word with two colons.
    static func address(_ text: String) -> PCIAddress? {
        for word in text.split(whereSeparator: { " (),;\t".contains($0) }) {
            var word = word
            if word.hasPrefix("PCI:") { word = word.dropFirst(4) }
            while word.last == ":" || word.last == "." { word = word.dropLast() }
            if word.utf8.count >= 10, let address = PCIAddress(word) { return address }
        }
        return nil
    }
}

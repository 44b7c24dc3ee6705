import Verdicts

/// One event in the kernel log about a GPU or NVSwitch; equal events are counted.
struct KernelEvent: Hashable, Sendable {
    /// What happened.
    enum Kind: Hashable, Sendable {
        /// An Xid event of the driver.
        case xid(Int)
        /// A line about an NVSwitch's event; several make one event.
        case sxid(Int)
        /// The GPU no longer answers on the bus.
        case offBus
        /// The driver could not start the GPU.
        case initFailed
        /// The driver could not take GPUs over.
        case probeFailed
        /// The driver never bound to a GPU.
        case notProbed
        /// The driver itself says why it cannot work with the GPU.
        case refused(DriverReason)
        /// The GPU was asked while it was reset.
        case inReset
        /// The driver's first line after loading, before it looks at any GPU: earlier events are over.
        case reloaded
        /// The driver's last line while loading, after its lines about the GPUs.
        case loaded
    }

    /// How serious the event is by its own message.
    enum Word: Hashable, Sendable {
        case nothing, nonfatal, fatal
    }

    /// What happened.
    var kind: Kind
    /// The device; nil where the message names none.
    var address: PCIAddress?
    /// How serious the event is by its own message.
    var word = Word.nothing
    /// The Xid that the message names as its cause.
    var cause: Int?
    /// The recovery action that the driver asks for in an Xid 154.
    var recovery: Recovery?
    /// Whether it only adds details to another line (an NVSwitch's registers) and does not affect the severity.
    var isDetail = false
    /// The time; nil when the log's times cannot be compared.
    var stamp: KernelTime?
    /// How often.
    var count: Int
    /// The message.
    var text: String

    /// The time in seconds after boot; nil when the log uses another clock.
    var time: Double? { stamp.flatMap { $0.isSinceBoot ? $0.seconds : nil } }

    /// Reads one line; nil for a line without an event.
    init?(_ line: String) { self.init(KernelRecord(line)) }

    /// Reads a record; nil for a record without an event, or that the driver did not write.
    init?(_ record: KernelRecord) {
        guard record.isDriver else { return nil }
        text = record.message
        count = record.count
        stamp = record.time
        guard let numbered = KernelGrammar.numbered(text) else {
            guard let kind = KernelGrammar.kind(text) else { return nil }
            self.kind = kind
            address = KernelGrammar.address(text)
            return
        }
        kind = numbered.isSwitch ? .sxid(numbered.number) : .xid(numbered.number)
        address = numbered.address
        let words = Self.withoutProcess(numbered.text)
        if numbered.isSwitch {
            (word, isDetail) = Self.switchWord(words)
        } else {
            word = Self.word(words)
            cause = Self.cause(words)
            if numbered.number == 154 { recovery = Recovery(String(words)) }
        }
    }

    // MARK: Words

    /// The text without `pid=7, name=python, `, because a program may choose any name, even `x, Nonfatal`.
    private static func withoutProcess(_ text: Substring) -> Substring {
        guard text.hasPrefix("pid="), let mark = text.firstRange(of: ", name=") else { return text }
        let rest = text[mark.upperBound...]
        // A program's name has at most 15 bytes; `<unknown>` or a comma may follow.
        let head = rest.prefix(17)
        var name = head.startIndex
        while let comma = head[name...].firstRange(of: ", ") { name = comma.upperBound }
        return name == head.startIndex ? "" : rest[name...]
    }

    private static func word(_ text: Substring) -> Word {
        for word in text.split(separator: " ").prefix(3) {
            switch word.prefix(while: { $0 != "," }).lowercased() {
            case "nonfatal", "non-fatal": return .nonfatal
            case "fatal": return .fatal
            default: continue
            }
        }
        return .nothing
    }

    /// The number in ` caused by previous Xid 149` at the end.
    private static func cause(_ text: Substring) -> Int? {
        guard let mark = text.firstRange(of: "caused by previous Xid ") else { return nil }
        return Int(text[mark.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    /// `Non-fatal, …` and `Fatal, …` of an event's first line, `Severity 0 …` of its second, `Data {…}` of its third.
    private static func switchWord(_ text: Substring) -> (Word, isDetail: Bool) {
        if text.hasPrefix("Severity ") {
            return (text.dropFirst(9).hasPrefix("0") ? .nonfatal : .fatal, true)
        }
        return text.hasPrefix("Data") ? (.nothing, true) : (word(text), false)
    }

    /// The recovery action that the driver asks for in an Xid 154.
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

/// The reason that the driver itself gives for not working with a GPU.
enum DriverReason: Hashable, Sendable {
    /// Another driver holds the device.
    case bound
    /// The firmware or the kernel gave the GPU's memory no address range on the bus.
    case region
    /// It has no system processor (GSP), which the open kernel modules need.
    case needsProprietary
    /// Only the open kernel modules support it.
    case needsOpen
    /// This release of the driver does not support it.
    case release
    /// Its firmware's protected memory (WPR2) is left over from before.
    case protectedRegion
    /// It refuses work until it is reset.
    case resetRequired
    /// It was lost from the bus.
    case lost
    /// Unified memory had an error that only a reboot clears.
    case rebootRequired

    /// The reason in a few words.
    var words: String {
        switch self {
        case .bound: "another driver holds it"
        case .region: "it has no valid place for its memory on the PCI bus"
        case .needsProprietary: "the open kernel modules do not support it"
        case .needsOpen: "it needs the open kernel modules"
        case .release: "this release of the driver does not support it"
        case .protectedRegion: "its protected memory (WPR2) is up from before"
        case .resetRequired: "the driver says that a reset is required"
        case .lost: "the driver says that it is lost"
        case .rebootRequired: "the driver says that a reboot is required"
        }
    }

    /// What to do; nothing is replaced when the hardware has no fault.
    var remedy: String {
        switch self {
        case .bound:
            "unbind the other driver (lspci -k; blacklist nouveau, or release it from vfio-pci), then load the NVIDIA driver"
        case .region:
            "turn on Above 4G Decoding (and Resizable BAR) in the node's firmware, or boot with pci=realloc"
        case .needsProprietary: "install the proprietary kernel modules of the driver"
        case .needsOpen: "install the open kernel modules of the driver (nvidia-open)"
        case .release: "install a release of the driver that supports this GPU"
        case .protectedRegion:
            "reset the function (echo 1 > /sys/bus/pci/devices/ADDRESS/reset) or power the node off and on: a warm reboot does not clear it"
        case .resetRequired: GPURemedy.reset
        case .lost: GPURemedy.reboot
        case .rebootRequired: "reboot the node"
        }
    }

    /// Whether the cause is configuration, so that the remedy is to change it.
    var isConfiguration: Bool {
        switch self {
        case .bound, .region, .needsProprietary, .needsOpen, .release, .protectedRegion: true
        case .resetRequired, .lost, .rebootRequired: false
        }
    }
}

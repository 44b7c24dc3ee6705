/// The driver's messages, recognised by how they begin.
///
/// A program has 15 bytes for its name, and some kernel messages begin with that name (`NAME[PID]: segfault at ...`).
/// So every form here needs more than 15 fixed bytes at its beginning, and none skips text that a program may have
/// chosen.
enum KernelGrammar {
    /// Whether a message begins as the driver's do.
    static func isDriver(_ message: String) -> Bool {
        if message.hasPrefix("NVRM: ") || message.hasPrefix("nvidia-nvlink: ") { return true }
        var cursor = TextCursor(Substring(message))
        return cursor.take("nvidia-nvswitch") && cursor.number() != nil && cursor.take(": ")
    }

    /// Whether a message is the first line of a message with several lines.
    static func isHeading(_ message: String) -> Bool {
        headings.contains { message.hasPrefix("NVRM: " + $0) }
    }

    /// Whether a message may be a further line of another message, and never begins one.
    static func isFurther(_ message: String) -> Bool {
        furtherLines.contains { message.hasPrefix("NVRM: " + $0) }
    }

    /// The kind of event in a message; nil for a message without an event.
    static func kind(_ message: String) -> KernelEvent.Kind? {
        if message.hasPrefix("NVRM: ") { return fault(message) }
        return message.hasPrefix("nvidia-nvlink: Nvlink Core is being initialized")
            ? .reloaded : nil
    }

    /// The number and device of an Xid or SXid message, and the text after the number.
    struct Numbered {
        var number: Int
        var address: PCIAddress?
        var text: Substring
        var isSwitch: Bool
    }

    /// Reads `NVRM: Xid (PCI:0000:61:00): 119, …` and `nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 20034, …`.
    static func numbered(_ message: String) -> Numbered? {
        var cursor = TextCursor(Substring(message))
        var isSwitch = false
        if !cursor.take("NVRM: Xid (") {
            guard cursor.take("nvidia-nvswitch"), cursor.number() != nil, cursor.take(": SXid (")
            else { return nil }
            isSwitch = true
        }
        guard let place = cursor.take(through: ")") else { return nil }
        // `PCI:0000:a1:00 GPU-I:05` is a part of a GPU (MIG).
        let words = place.split(separator: " ")
        guard let word = words.first, words.count <= 3 else { return nil }
        let spelled = word.hasPrefix("PCI:") ? word.dropFirst(4) : word
        guard spelled.utf8.allSatisfy({ $0.isHexDigit || $0 == 0x3a || $0 == 0x2e }) else {
            return nil
        }
        let address = PCIAddress(spelled)
        guard let (number, text) = number(cursor.text, isStrict: address == nil) else { return nil }
        return Numbered(number: number, address: address, text: text, isSwitch: isSwitch)
    }

    /// The number in `: 119, …`, and the text after it; words may come before it when the device is known.
    private static func number(_ text: Substring, isStrict: Bool) -> (Int, Substring)? {
        var rest = text
        while let mark = rest.firstRange(of: ": ") {
            if isStrict, mark.lowerBound != text.startIndex { return nil }
            rest = rest[mark.upperBound...]
            var cursor = TextCursor(rest)
            cursor.skipSpaces()
            if let number = cursor.number(), number < 1_000_000 {
                if cursor.isAtEnd { return (number, "") }
                if cursor.take(",") {
                    cursor.skipSpaces()
                    return (number, cursor.text)
                }
            }
        }
        return nil
    }

    /// The device that a message names: after `PCI:`, or as a word with two colons.
    static func address(_ text: String) -> PCIAddress? {
        for word in text.split(whereSeparator: { " (),;\t".contains($0) }) {
            var word = word
            if word.hasPrefix("PCI:") { word = word.dropFirst(4) }
            while word.last == ":" || word.last == "." { word = word.dropLast() }
            if word.utf8.count >= 10, let address = PCIAddress(word) { return address }
        }
        return nil
    }

    // MARK: Faults without a number

    private static let headings = [
        "The NVIDIA GPU ", "The NVIDIA vGPU ", "This PCI I/O region assigned",
        "The NVIDIA probe routine was not called", "(PCI ID:", "installed in this",
    ]

    private static let furtherLines = [
        "(PCI ID:", "installed in this", "fallen off the bus", "nvidia.ko", "open nvidia.ko",
        "System Processor", "NVIDIA ", "BAR", "This can occur", "obtained ownership", "nouveau",
        "was loaded", "This is a 64-bit BAR", "The system BIOS",
    ]

    private static func fault(_ message: String) -> KernelEvent.Kind? {
        var cursor = TextCursor(Substring(message))
        _ = cursor.take("NVRM: ")
        if cursor.take("GPU at ") { _ = cursor.take("PCI:") } else { _ = cursor.take("GPU ") }
        if let place = cursor.take(while: { $0.isHexDigit || $0 == 0x3a || $0 == 0x2e }) {
            let spelled = place.last == ":" ? place.dropLast() : place
            if PCIAddress(spelled) != nil {
                cursor.skipSpaces()
                return ofDevice(cursor.text)
            }
        }
        return ofDriver(message.dropFirst(6)) ?? status(message.dropFirst(6))
    }

    /// What a message says about the device that it has named.
    private static func ofDevice(_ text: Substring) -> KernelEvent.Kind? {
        if text.hasPrefix("GPU has fallen off") || text.hasPrefix("has fallen off") {
            return .offBus
        }
        if text.hasPrefix("RmInitAdapter failed") || text.hasPrefix("rm_init_adapter failed") {
            return .initFailed
        }
        if text.hasSuffix("bailing out of RmInitAdapter") || text.hasSuffix("RmInitAdapter!") {
            return .initFailed
        }
        return text.hasPrefix("is already bound to ") ? .refused(.bound) : nil
    }

    /// What the driver says about itself, or about a device named later in the message.
    private static func ofDriver(_ text: Substring) -> KernelEvent.Kind? {
        func begins(_ words: String...) -> Bool { words.contains { text.hasPrefix($0) } }
        if begins("loading NVIDIA ") { return .loaded }
        if begins("RmInitAdapter: ") { return .initFailed }
        if begins("This PCI I/O region assigned to your NVIDIA device is invalid") {
            return .refused(.region)
        }
        if begins(
            "The NVIDIA probe routine was not called", "No NVIDIA graphics adapter probed",
            "No NVIDIA devices probed")
        {
            return .notProbed
        }
        if begins("The NVIDIA probe routine failed", "None of the NVIDIA ", "No NVIDIA GPU found") {
            return .probeFailed
        }
        if begins("fallen off the bus and is not responding") { return .offBus }
        guard begins("The NVIDIA GPU ", "The NVIDIA vGPU ", "(PCI ID:", "installed in this ")
        else { return nil }
        if text.contains("installed in this system has fallen off the bus") { return .offBus }
        if text.contains("is not supported by open") { return .refused(.needsProprietary) }
        if text.contains("requires use of the NVIDIA open") { return .refused(.needsOpen) }
        if text.contains("is not supported by the"), text.contains("driver release") {
            return .refused(.release)
        }
        return text.contains("Legacy drivers") || text.contains("legacy drivers")
            ? .refused(.release) : nil
    }

    /// The status in an assertion or in a function's own message: `GPU0 nvAssertOkFailedNoLog: Assertion failed: …`.
    private static func status(_ text: Substring) -> KernelEvent.Kind? {
        var cursor = TextCursor(text)
        if cursor.take("GPU") {
            guard cursor.number() != nil, cursor.take(" ") else { return nil }
        }
        guard let function = cursor.take(while: { $0.isLetter || $0.isDigit || $0 == 0x5f }),
            cursor.take(": ")
        else { return nil }
        let words = cursor.text
        if words.hasPrefix("unexpected WPR2 already up")
            || words.hasPrefix("failed to execute Booter Unload: WPR2 is still up")
        {
            return .refused(.protectedRegion)
        }
        if words.hasPrefix("uvm encountered global fatal error"),
            words.contains("requiring os reboot")
        {
            return .refused(.rebootRequired)
        }
        guard function.hasPrefix("nvAssert") || function.hasPrefix("nvCheck"),
            words.hasPrefix("Assertion failed: ") || words.hasPrefix("Check failed: ")
        else { return nil }
        if words.contains("[NV_ERR_RESET_REQUIRED]") { return .refused(.resetRequired) }
        if words.contains("[NV_ERR_GPU_IS_LOST]") { return .refused(.lost) }
        return words.contains("[NV_ERR_GPU_IN_FULLCHIP_RESET]") ? .inReset : nil
    }
}

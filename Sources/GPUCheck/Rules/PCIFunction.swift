/// One PCI function of an NVIDIA device, as `lspci -D -n` or sysfs shows it.
package struct PCIFunction: Hashable, Sendable {
    /// Its PCI address.
    package var address: PCIAddress
    /// Class and subclass, such as 0x0302 for a 3D controller.
    package var kind: UInt16
    /// Whether its configuration space reads ff throughout, as for a device that no longer answers.
    package var isGone: Bool

    /// Whether it is a GPU: a VGA, 3D or other display controller.
    package var isGPU: Bool { kind >> 8 == 3 }

    /// Whether it is an NVSwitch.
    package var isSwitch: Bool { kind == 0x0680 }

    /// Reads `0000:a1:00.0 0302: 10de:2330 (rev a1)`; nil for a line that is not of this form.
    package init?(_ line: some StringProtocol) {
        let words = Substring(line).split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, let address = PCIAddress(Self.whole(words[0])),
            let kind = UInt16(words[1].prefix { $0 != ":" }, radix: 16),
            words[2].lowercased().hasPrefix("10de:")
        else { return nil }
        self.address = address
        self.kind = kind
        // If the line breaks off in the revision, it cannot show that the device is gone, so it is rejected.
        guard words.count < 4 || words[3] != "(rev" || words.count > 4 && words[4].hasSuffix(")")
        else { return nil }
        isGone = words.count >= 5 && words[3] == "(rev" && words[4].hasPrefix("ff")
    }

    // Without -D, lspci omits the domain when there is only one.
    private static func whole(_ address: Substring) -> String {
        address.split(separator: ":").count == 2 ? "0000:\(address)" : String(address)
    }

    /// Whether a listing ends with a complete line; true for an empty listing.
    package static func isWhole(_ text: String) -> Bool {
        let words = text.split(whereSeparator: \.isNewline).last?.split(separator: " ") ?? []
        guard let place = words.first,
            place.utf8.allSatisfy({ $0.isHexDigit || $0 == 0x3a || $0 == 0x2e })
        else { return true }
        // `10de:2330`; for NVIDIA's own functions the rest of the line as well.
        guard words.count >= 3, words[2].utf8.count == 9 else { return false }
        return !words[2].hasPrefix("10de:") || PCIFunction(words.joined(separator: " ")) != nil
    }

    /// Reads a listing; lines of other vendors and unreadable lines are skipped.
    package static func functions(_ text: String) -> [PCIFunction] {
        text.split(whereSeparator: \.isNewline).prefix(4096).compactMap { PCIFunction($0) }
    }
}

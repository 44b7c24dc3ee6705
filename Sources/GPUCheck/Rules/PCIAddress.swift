/// The address of a device on the PCI bus; all spellings of the same address are equal.
package struct PCIAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The domain, which nvidia-smi writes with 8 digits and Linux with at least 4.
    package var domain: UInt32
    /// The bus.
    package var bus: UInt8
    /// The device on the bus.
    package var device: UInt8
    /// The function of the device.
    package var function: UInt8

    /// Reads `00000000:A1:00.0`, `0000:a1:00.0` or `0000:a1:00`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        let slot = fields[2].split(separator: ".", omittingEmptySubsequences: false)
        guard slot.count <= 2, let domain = UInt32(fields[0], radix: 16),
            let bus = UInt8(fields[1], radix: 16), let device = UInt8(slot[0], radix: 16),
            let function = slot.count == 2 ? UInt8(slot[1], radix: 16) : 0
        else { return nil }
        self.domain = domain
        self.bus = bus
        self.device = device
        self.function = function
    }

    /// Linux's spelling, in small letters: `0000:a1:00.0`.
    package var description: String {
        func digits(_ number: some BinaryInteger, _ width: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(digits(domain, 4)):\(digits(bus, 2)):\(digits(device, 2)).\(digits(function, 1))"
    }

    package static func < (left: PCIAddress, right: PCIAddress) -> Bool {
        (left.domain, left.bus, left.device, left.function)
            < (right.domain, right.bus, right.device, right.function)
    }
}

/// The numbers of one object target, from `lfs df`.
struct MountOST: Hashable, Sendable {
    /// Its number.
    var index: Int
    /// KiB in use.
    var usedKiB: Int
    /// KiB that can still be used.
    var availableKiB: Int

    /// Reads number, size, used and available KiB; nil for anything else.
    init?(_ text: String) {
        let numbers = text.split(separator: " ").map { Int($0) }
        guard numbers.count == 4, let index = numbers[0], let used = numbers[2],
            let available = numbers[3], used >= 0, available >= 0
        else { return nil }
        (self.index, usedKiB, availableKiB) = (index, used, available)
    }

    /// Used in percent, rounded up.
    var usePercent: Int? { MountSpace.percent(used: usedKiB, available: availableKiB) }
    /// Its name among people: `OST0003`.
    var name: String {
        let digits = String(index, radix: 16)
        return "OST" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

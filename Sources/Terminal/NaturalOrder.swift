/// Compares names as people expect: numbers in them count as numbers, so that `gpu-9` comes before `gpu-10`.
package enum NaturalOrder {
    /// Whether one text comes before another; nil when they are equal.
    package static func precedes(_ left: String, _ right: String) -> Bool? {
        var one = Array(left.utf8)[...]
        var other = Array(right.utf8)[...]
        while let first = one.first, let second = other.first {
            if isDigit(first), isDigit(second) {
                let low = takeNumber(&one)
                let high = takeNumber(&other)
                if low.count != high.count { return low.count < high.count }
                if low != high { return low.lexicographicallyPrecedes(high) }
                continue
            }
            if first != second { return first < second }
            one.removeFirst()
            other.removeFirst()
        }
        if one.isEmpty != other.isEmpty { return one.isEmpty }
        // The texts differ only in leading zeros.
        return left == right ? nil : left < right
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Takes the digits at the front, without leading zeros.
    private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }
}

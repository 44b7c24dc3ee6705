/// The name of a run: when it began, and a few random letters, as in `20261123-140211-7f3a`.
package struct RunID: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name; safe as a file name and as a Slurm job name.
    package let description: String

    /// Reads the bare name.
    package init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the bare name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Takes a name as it is.
    package init(_ name: String) {
        description = name
    }

    /// Makes a new name: UTC time to the 256th of a second, so that names sort by time, and two random digits.
    ///
    /// - Parameters:
    ///   - timestamp: The time to the second, as in `20261123-140211`.
    ///   - fraction: The 256th of that second.
    ///   - random: Two digits more.
    package init(
        timestamp: String, fraction: UInt8, random: UInt8 = .random(in: .min ... .max)
    ) {
        let digits = String(UInt16(fraction) << 8 | UInt16(random), radix: 16)
        description = timestamp + "-" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Whether a name has the form of the names that fleet makes.
    package static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 6, 4] else { return false }
        return parts.joined().allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

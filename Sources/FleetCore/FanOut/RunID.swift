/// The name of a run: when it began, and a few random letters, as in `20261123-140211-7f3a`.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    /// The name; safe as a file name and as a Slurm job name.
    package let description: String

    /// Takes a name as it is.
    package init(_ name: String) {
        description = name
    }

    /// Makes a new name from broken-down UTC time and randomness.
    package init(timestamp: String, random: UInt16 = .random(in: .min ... .max)) {
        let digits = String(random, radix: 16)
        description = timestamp + "-" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

import ArgumentParser

/// An amount of memory on the command line, as Slurm writes it: `512M`, `4G`, `1T`; a bare number is MiB.
package struct Mebibytes: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    /// The amount in MiB.
    package let count: Int

    /// Reads an argument; nil for what is no length of time.
    package init?(argument: String) {
        let factors: [Character: Int] = ["M": 1, "G": 1_024, "T": 1_048_576]
        let factor = argument.last.flatMap { factors[Character($0.uppercased())] }
        let digits = factor == nil ? Substring(argument) : argument.dropLast()
        // 64 TiB is more than any node has, and keeps every later sum small.
        let most = 64 * 1_048_576
        guard digits.allSatisfy(\.isASCII), let number = Int(digits), number > 0, number <= most,
            number * (factor ?? 1) <= most
        else { return nil }
        count = number * (factor ?? 1)
    }

    package var description: String { "\(count)M" }
}

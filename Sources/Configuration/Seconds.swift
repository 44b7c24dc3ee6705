import ArgumentParser

/// A length of time on the command line: `90`, `90s`, `10m`, `2h`.
package struct Seconds: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    /// The length in seconds.
    package let count: Int

    /// Takes a number of seconds.
    package init(_ count: Int) {
        self.count = count
    }

    /// Reads an argument; nil for what is no length of time.
    package init?(argument: String) {
        let factors: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
        let factor = argument.last.flatMap { factors[$0] }
        let digits = factor == nil ? Substring(argument) : argument.dropLast()
        // A day is far above anything a fan-out is for, and keeps every later sum small.
        guard let number = Int(digits), number > 0, number <= 86_400,
            number * (factor ?? 1) <= 86_400
        else { return nil }
        count = number * (factor ?? 1)
    }

    package var description: String {
        count >= 120 && count % 60 == 0 ? "\(count / 60)m" : "\(count)s"
    }
    var defaultValueDescription: String { description }
}

/// An amount of memory on the command line, as Slurm writes it: `512M`, `4G`, `1T`; a bare number is MiB.
package struct Mebibytes: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    /// The amount in MiB.
    package let count: Int

    /// Reads an argument; nil for what is no length of time.
    package init?(argument: String) {
        let factors: [Character: Int] = ["M": 1, "G": 1_024, "T": 1_048_576]
        let factor = argument.last?.uppercased().first.flatMap { factors[$0] }
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

/// A length of time in which runs are kept: `12h`, `30d`, `8w`.
package struct LongTime: Hashable, Sendable, ExpressibleByArgument {
    /// The length in seconds.
    package let seconds: Int

    init(days: Int) {
        seconds = days * 86_400
    }

    /// Reads an argument; nil for what is no length of time.
    package init?(argument: String) {
        let factors: [Character: Int] = ["h": 3_600, "d": 86_400, "w": 604_800]
        guard let factor = argument.last.flatMap({ factors[$0] }),
            let number = Int(argument.dropLast()), (0...100_000).contains(number)
        else { return nil }
        seconds = number * factor
    }
}

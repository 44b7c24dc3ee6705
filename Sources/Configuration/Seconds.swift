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

import ArgumentParser

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

import ArgumentParser

/// How often `--watch` looks, in seconds.
struct WatchInterval: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    /// What `--watch` alone means: a look costs slurmctld a few milliseconds, and less where nothing has changed.
    static let standard = WatchInterval(count: 2)

    /// The seconds, 1 to 86,400.
    let count: Int

    private init(count: Int) {
        self.count = count
    }

    init?(argument: String) {
        let digits = argument.last == "s" ? argument.dropLast() : argument[...]
        guard let number = Int(digits), (1...86_400).contains(number) else { return nil }
        count = number
    }

    var description: String { String(count) }
    var defaultValueDescription: String { description }
}

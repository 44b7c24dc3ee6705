import ArgumentParser
import Configuration

/// For how long a node is drained: `90m`, `2h`, `3d`.
struct DrainTime: Hashable, Sendable, ExpressibleByArgument {
    /// The length in seconds.
    let seconds: Int

    init?(argument: String) {
        if let time = Seconds(argument: argument) {
            seconds = time.count
        } else if let time = LongTime(argument: argument), time.seconds > 0,
            time.seconds <= 366 * 86_400
        {
            seconds = time.seconds
        } else {
            return nil
        }
    }
}

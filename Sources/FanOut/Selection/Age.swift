/// A length of time in the one unit a person wants: `40 s`, `12 min`, `3 h`, `5 d`.
package struct Age: Hashable, Sendable {
    /// The length in seconds; negative lengths (clocks that differ) read as 0.
    package var seconds: Int

    /// Makes an age of seconds.
    package init(seconds: Int) {
        self.seconds = max(0, seconds)
    }

    /// The text.
    package var text: String {
        switch seconds {
        case ..<100: "\(seconds) s"
        case ..<6_000: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

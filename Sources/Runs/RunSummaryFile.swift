package import Verdicts

/// How a run ended, in a file of its own: small, so that hundreds of runs can be listed at once.
package struct RunSummaryFile: Codable, Hashable, Sendable {
    /// The document's name and version.
    package var schema = "fleet.summary/1"
    /// When it was over, in seconds since 1970.
    package var ended: Int
    /// Whether it was interrupted.
    package var wasInterrupted: Bool
    /// The exit code that fleet ended with.
    package var exitCode: Int32
    /// How many targets have each verdict.
    package var counts: RunSummary

    /// The times and counts that are reckoned with.
    var numbers: [Int] {
        [ended, counts.ok, counts.warn, counts.unknown, counts.fail, counts.notRun]
    }

    /// Makes a summary.
    package init(ended: Int, wasInterrupted: Bool, exitCode: Int32, counts: RunSummary) {
        self.ended = ended
        self.wasInterrupted = wasInterrupted
        self.exitCode = exitCode
        self.counts = counts
    }
}

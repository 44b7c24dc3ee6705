package import Verdicts

/// One run in the history: what was asked, by whom, and how many nodes came to which verdict.
package struct HistoryRun: Hashable, Sendable {
    /// The run's name.
    package var id: String
    /// Which check it was, as ``ProbeSpecification/checkName`` has it.
    package var check: String
    /// The command line, without the program.
    package var command: [String]
    /// Who began it.
    package var user: String
    /// When it began, in seconds since 1970.
    package var started: Int
    /// When it was over, in seconds since 1970.
    package var ended: Int
    /// Whether it was interrupted.
    package var wasInterrupted: Bool
    /// How many targets came to which verdict.
    package var counts: RunSummary

    /// Makes a run.
    package init(
        id: String, check: String, command: [String], user: String, started: Int, ended: Int,
        wasInterrupted: Bool, counts: RunSummary
    ) {
        self.id = id
        self.check = check
        self.command = command
        self.user = user
        self.started = started
        self.ended = ended
        self.wasInterrupted = wasInterrupted
        self.counts = counts
    }
}

package import Verdicts

/// What is to be shown of a node's health beside its state: the worst of what its checks said last.
///
/// Worst, so that a mount that is well does not hide a GPU that is not.
package struct LastVerdict: Codable, Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// Which check said so, as ``ProbeSpecification/checkName`` has it, such as `gpu-check` or `check-mount /lustre`.
    package var check: String
    /// What it said.
    package var verdict: Verdict
    /// When the run ended, in seconds since 1970.
    package var time: Int
    /// The run's name.
    package var run: String
    /// Its worst finding in one line; nil where it found nothing.
    package var message: String?

    /// Makes a verdict.
    package init(
        node: String, check: String, verdict: Verdict, time: Int, run: String,
        message: String? = nil
    ) {
        self.node = node
        self.check = check
        self.verdict = verdict
        self.time = time
        self.run = run
        self.message = message
    }

    /// Of the checks of one node the one to show: the worst verdict; of equal ones the newest.
    package static func shown(_ left: LastVerdict, _ right: LastVerdict) -> LastVerdict {
        if left.verdict != right.verdict { return left.verdict > right.verdict ? left : right }
        return left.time >= right.time ? left : right
    }
}

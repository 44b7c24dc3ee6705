/// Something Slurm refused or could not do: what was tried, on what, why it failed, what to do next.
package struct SlurmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides.
    package var kind: Kind
    /// What was tried and on what, as in `load the nodes from slurmctld`.
    package var attempt: String
    /// Why it failed, in Slurm's or fleet's words.
    package var cause: String
    /// Slurm's number; nil where the failure is not libslurm's.
    package var code: Int32?
    /// What to do next.
    package var remedy: String?

    /// Makes an error.
    package init(
        kind: Kind, attempt: String, cause: String, code: Int32? = nil, remedy: String? = nil
    ) {
        self.kind = kind
        self.attempt = attempt
        self.cause = cause
        self.code = code
        self.remedy = remedy
    }

    /// Whether slurmctld may have done what was asked although it did not say so: its answer was lost on the way.
    package var mayHaveSucceeded: Bool {
        guard let code else { return false }
        // Not connected at all (1001, 1800) is certain; anything that broke after the connection is not. libslurm
        // gives what breaks with slurmctld the numbers 1801 to 1803.
        return [1002...1004, 1801...1803, 5000...5005].contains { $0.contains(code) }
    }

    /// One or two lines: `cannot ATTEMPT: CAUSE (CODE)`, then the remedy.
    package var description: String {
        let number = code.map { " (\($0))" } ?? ""
        let hint = remedy.map { "\n\($0)" } ?? ""
        return "cannot \(attempt): \(cause)\(number)\(hint)"
    }

    /// The kinds of failure that fleet tells apart.
    package enum Kind: Hashable, Sendable {
        /// No usable slurm.conf.
        case configuration
        /// slurmctld does not answer, or answers in a way that cannot be trusted (munge, protocol).
        case controller
        /// The user lacks the right.
        case permission
        /// Slurm says no to this request: node, partition, limits.
        case refused
        /// A limit of account, QOS or cluster is reached: the same request may go through when own jobs have ended.
        case limit
        /// Slurm is busy or restarting: the same request may go through later.
        case temporary
        /// The caller gave something unreadable, such as a malformed hostlist.
        case input
        /// Anything else.
        case other
    }
}

/// A failure of Slurm: what was tried, on what, why it failed, and what to do next.
package struct SlurmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides.
    package var kind: Kind
    /// What was tried and on what, as in `load the nodes from slurmctld`.
    package var attempt: String
    /// Why it failed, in Slurm's or fleet's words.
    package var cause: String
    /// Slurm's error number; nil when the failure is not libslurm's.
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

    /// Whether slurmctld may have done what was asked although no answer arrived.
    package var mayHaveSucceeded: Bool {
        guard let code else { return false }
        // When the connection failed (1001, 1800), slurmctld has certainly done nothing; a failure after the
        // connection leaves that open. libslurm uses the numbers 1801 to 1803 for failures during the exchange with
        // slurmctld; 1020, 1022 and 1023 are 26.05's for an exchange that was not ended in time.
        return [1002...1004, 1020...1020, 1022...1023, 1801...1803, 5000...5005].contains {
            $0.contains(code)
        }
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
        /// slurmctld does not answer, or its answer cannot be trusted (munge, protocol).
        case controller
        /// The user lacks the right.
        case permission
        /// Slurm refuses this request: node, partition, limits.
        case refused
        /// A limit of account, QOS or cluster is reached: the same request may succeed when the user's own jobs have
        /// ended.
        case limit
        /// Slurm is busy or restarting: the same request may succeed later.
        case temporary
        /// The caller's input cannot be read, such as a malformed hostlist.
        case input
        /// Anything else.
        case other
    }
}

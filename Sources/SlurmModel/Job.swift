/// One job as slurmctld knows it, at the moment it was asked.
package struct Job: Hashable, Sendable {
    /// The job's number.
    package var id: UInt32
    /// Its name; nil where it has none.
    package var name: String?
    /// The one node it must run on; nil where it asks for none, or for several.
    package var requestedNode: String?
    /// Where it stands.
    package var state: State
    /// Whether its nodes are still being made ready (booting, prolog).
    package var isConfiguring: Bool
    /// Whether it ended, but its nodes are still cleaning up.
    package var isCompleting: Bool
    /// Why it waits or failed, in words; nil where Slurm gives no reason.
    package var reason: String?
    /// How its script ended; nil before the end.
    package var exit: ExitStatus?

    /// Makes a job.
    package init(
        id: UInt32, name: String? = nil, requestedNode: String? = nil, state: State,
        isConfiguring: Bool = false, isCompleting: Bool = false,
        reason: String? = nil, exit: ExitStatus? = nil
    ) {
        self.id = id
        self.name = name
        self.requestedNode = requestedNode
        self.state = state
        self.isConfiguring = isConfiguring
        self.isCompleting = isCompleting
        self.reason = reason
        self.exit = exit
    }

    /// Slurm's job states that exclude each other.
    package enum State: String, Hashable, Sendable {
        case pending, running, suspended, completed, cancelled, failed, timeout
        case nodeFail = "node_fail"
        case preempted
        case bootFail = "boot_fail"
        case deadline
        case outOfMemory = "out_of_memory"
        /// A state this build of fleet does not know.
        case unknown

        /// Whether the job will run no more.
        package var isFinal: Bool {
            switch self {
            case .pending, .running, .suspended, .unknown: false
            case .completed, .cancelled, .failed, .timeout, .nodeFail, .preempted, .bootFail,
                .deadline, .outOfMemory:
                true
            }
        }
    }
}

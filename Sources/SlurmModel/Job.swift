/// One job as slurmctld knows it, at the moment it was asked.
package struct Job: Hashable, Sendable {
    /// The job's number.
    package var id: UInt32
    /// Its name; nil where it has none.
    package var name: String?
    /// The one node it must run on; nil when it asks for none, or for several.
    package var requestedNode: String?
    /// Its state.
    package var state: State
    /// Whether its nodes are still being prepared (booting, prolog).
    package var isConfiguring: Bool
    /// Whether it ended, but its nodes are still cleaning up.
    package var isCompleting: Bool
    /// Why it waits or failed, in words; nil where Slurm gives no reason.
    package var reason: String?
    /// How its script ended; nil before the end.
    package var exit: ExitStatus?
    /// The user it runs as: a name, or the number when it has no name; nil when this was not loaded.
    package var user: String?
    /// The nodes allocated to it, also after its end; empty before its start, and when this was not loaded.
    package var nodes: [String]
    /// Its partition, or those it may start in, separated by commas; nil when this was not loaded.
    package var partition: String?
    /// The account it is charged to; nil without an account, and when this was not loaded.
    package var account: String?
    /// When it started or is expected to, in seconds since 1970; nil where that is unknown.
    package var start: Int?
    /// When it ended or will be ended, in seconds since 1970; nil without a limit, or when that is unknown.
    package var end: Int?
    /// The job that represents its array or its heterogeneous job; nil when it belongs to none.
    package var group: UInt32?
    /// Its task number in its array; nil outside an array.
    package var arrayTask: UInt32?

    /// Whether it waits only because other jobs hold, or come first for, the resources it asks for.
    package var waitsForOthers = false

    /// Makes a job; a parameter that is left out was not loaded.
    package init(
        id: UInt32, name: String? = nil, requestedNode: String? = nil, state: State,
        isConfiguring: Bool = false, isCompleting: Bool = false,
        reason: String? = nil, exit: ExitStatus? = nil, user: String? = nil,
        nodes: [String] = [], partition: String? = nil, account: String? = nil,
        start: Int? = nil, end: Int? = nil, group: UInt32? = nil, arrayTask: UInt32? = nil
    ) {
        self.id = id
        self.name = name
        self.requestedNode = requestedNode
        self.state = state
        self.isConfiguring = isConfiguring
        self.isCompleting = isCompleting
        self.reason = reason
        self.exit = exit
        self.user = user
        self.nodes = nodes
        self.partition = partition
        self.account = account
        self.start = start
        self.end = end
        self.group = group
        self.arrayTask = arrayTask
    }

    /// Whether it holds its nodes now: it runs, or was suspended while it ran.
    package var holdsNodes: Bool {
        state == .running || state == .suspended
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

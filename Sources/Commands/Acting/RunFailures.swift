import Acting

/// The nodes that failed in a run, with the run they failed in.
struct RunFailures {
    /// The run's name.
    let run: String
    /// When it began, in seconds since 1970.
    let started: Int
    /// The nodes and what was found.
    let nodes: FailedNodes
}

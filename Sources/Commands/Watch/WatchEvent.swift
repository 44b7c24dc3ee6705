package import ClusterView

/// Something a watch must react to.
package enum WatchEvent: Sendable {
    /// slurmctld is being asked.
    case asking
    /// It answered.
    case answer(ClusterStatus)
    /// It did not, and why.
    case failure(String)
    /// Keys were pressed.
    case keys([WatchKey])
    /// The terminal has another size.
    case resized
    /// Another second has passed.
    case second
    /// The process goes on after it was stopped.
    case continued
}

/// What happens to a node that other jobs occupy.
package enum BusyPolicy: String, CaseIterable, Codable, Hashable, Sendable {
    /// The payload waits for its turn, as long as it may.
    case wait
    /// The payload runs beside the jobs.
    case run
    /// Nothing is sent.
    case skip
}

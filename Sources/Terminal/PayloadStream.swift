/// Which of a payload's two streams some bytes came from.
package enum PayloadStream: String, CaseIterable, Hashable, Sendable {
    /// Its standard output.
    case stdout
    /// Its standard error.
    case stderr
}

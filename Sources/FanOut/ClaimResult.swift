/// Who decides over one attempt at a node: a file that only one of wrapper and head can make.
package enum ClaimResult: Hashable, Sendable {
    /// The head: the payload of this attempt never began, and never will.
    case withdrawn
    /// The node: its payload has begun.
    case begun
    /// Nobody can tell: the run directory cannot be written.
    case unknown
}

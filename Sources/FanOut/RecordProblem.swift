/// Why a file in the run directory is not a record that can be believed.
package enum RecordProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case missing
    /// It does not end in a whole trailer.
    case truncated
    /// Its trailer has fields that cannot be read.
    case unreadable
    /// It was written for another run, node or job, or without the run's nonce.
    case foreign(field: String)
    /// Its streams are not as long as its trailer says, in bytes.
    case wrongSize(expected: Int, found: Int)
    /// The file itself cannot be read.
    case file(String)

    /// The problem in words.
    package var description: String {
        switch self {
        case .missing: "it left no record"
        case .truncated: "its record is cut off"
        case .unreadable: "its record's trailer cannot be read"
        case .foreign(let field): "its record carries another \(field)"
        case .wrongSize(let expected, let found):
            "its record holds \(found) bytes instead of \(expected)"
        case .file(let cause): "its record cannot be read: \(cause)"
        }
    }
}

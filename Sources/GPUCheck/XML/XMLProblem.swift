/// Why an XML document could not be read to its end.
package enum XMLProblem: Error, Hashable, CustomStringConvertible {
    /// There is nothing to read.
    case empty
    /// The document breaks off in this line, or from this line on it is not XML.
    case malformed(line: Int)
    /// The document is larger than this many bytes; it was not read.
    case tooLarge(limit: Int)
    /// Elements are nested deeper than this.
    case tooDeep(limit: Int)
    /// There are more elements than this.
    case tooMany(limit: Int)

    package var description: String {
        switch self {
        case .empty: "it is empty"
        case .malformed(let line): "it breaks off or is not XML at line \(line)"
        case .tooLarge(let limit): "it is larger than \(limit / 1_048_576) MiB"
        case .tooDeep(let limit): "it is nested deeper than \(limit) elements"
        case .tooMany(let limit): "it has more than \(limit) elements"
        }
    }
}

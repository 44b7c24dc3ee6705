import FanOut
import Terminal

/// What stands in one cell of the node view: people, programs and the order of rows want it in different forms.
package enum CellValue: Hashable, Sendable {
    /// Slurm has no value for it.
    case missing
    case text(String)
    case integer(Int)
    /// A figure of which one digit behind the point is shown.
    case decimal(Double)
    /// So many of so many.
    case share(Int, of: Int)
    /// MiB; people read GiB.
    case mebibytes(Int)
    /// MiB of MiB.
    case mebibyteShare(Int, of: Int)
    /// A moment, in seconds since 1970; people read how long ago.
    case moment(Int)

    /// A text, where there is one.
    init(_ text: String?) {
        self = text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .missing
    }

    /// A number, where there is one.
    init(_ number: Int?) {
        self = number.map(CellValue.integer) ?? .missing
    }

    /// A moment, where there is one.
    init(moment: Int?) {
        self = moment.map(CellValue.moment) ?? .missing
    }

    /// As people read it.
    ///
    /// - Parameter now: The present, in seconds since 1970.
    /// - Returns: The text.
    func words(now: Int) -> String {
        switch self {
        case .missing: "-"
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let number): Quantity.seconds(number)
        case .share(let used, let total): "\(used)/\(total)"
        case .mebibytes(let count): Quantity.gibibytes(ofMiB: count)
        case .mebibyteShare(let used, let total):
            "\(Quantity.gibibytes(ofMiB: used))/\(Quantity.gibibytes(ofMiB: total))"
        case .moment(let moment):
            moment > now
                ? "in \(Age(seconds: moment - now).text)" : "\(Age(seconds: now - moment).text) ago"
        }
    }

    /// As programs read it: empty where there is nothing, moments in ISO 8601, memory in MiB.
    var plain: String {
        switch self {
        case .missing: ""
        case .text(let text): text
        case .integer(let number), .mebibytes(let number): String(number)
        case .decimal(let number): "\(number)"
        case .share(let used, let total), .mebibyteShare(let used, let total): "\(used)/\(total)"
        case .moment(let moment):
            UTCTime.text(moment)
        }
    }

    /// Whether this one stands before another in a rising order; nil where they are equal.
    ///
    /// What is missing comes last.
    func precedes(_ other: CellValue) -> Bool? {
        switch (self, other) {
        case (.missing, .missing): nil
        case (.missing, _): false
        case (_, .missing): true
        case (.text(let left), .text(let right)): NaturalOrder.precedes(left, right)
        default: number == other.number ? nil : number < other.number
        }
    }

    private var number: Double {
        switch self {
        case .missing, .text: 0
        case .integer(let number), .mebibytes(let number), .moment(let number): Double(number)
        case .decimal(let number): number
        // How full it is; a total of 0 is not full.
        case .share(let used, let total), .mebibyteShare(let used, let total):
            total > 0 ? Double(used) / Double(total) : 0
        }
    }
}

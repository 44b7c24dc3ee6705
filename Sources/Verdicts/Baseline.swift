/// What most of some nodes have in common, and which of them do not have it.
///
/// A value is the majority's when more than half of all votes are for it, from more than half of all nodes: one
/// node with many GPUs must not outvote several with few.
package struct Baseline: Hashable, Sendable {
    /// One thing's value.
    package struct Vote: Hashable, Sendable {
        /// The node's place among the rows.
        package var row: Int
        /// The part of the node it is about, such as `GPU 3 (0000:a1:00.0)`; nil for the node itself.
        package var subject: String?
        /// The value.
        package var value: String

        /// Makes a vote.
        package init(row: Int, subject: String? = nil, value: String) {
            self.row = row
            self.subject = subject
            self.value = value
        }
    }

    /// What the votes come to.
    package enum Standard: Hashable, Sendable {
        /// So few nodes have a value that none of them can be the odd one.
        case tooFew(nodes: Int)
        /// No value is held by more than half; the values with their votes, the most frequent first.
        case divided([Share])
        /// Most have this value.
        case majority(Share, total: Int)
    }

    /// A value, and how many votes are for it.
    package struct Share: Hashable, Sendable {
        /// The value.
        package var value: String
        /// The votes for it.
        package var count: Int
    }

    /// Of two nodes that differ either may be the odd one.
    package static let fewestNodes = 3

    /// What the votes come to.
    package let standard: Standard
    /// The votes that are not the majority's; none where there is no majority.
    package let odd: [Vote]

    /// Counts.
    ///
    /// - Parameters:
    ///   - votes: The values of what can be compared with each other.
    ///   - isSame: Whether a value is as good as the majority's.
    package init(_ votes: [Vote], isSame: (String, String) -> Bool = { $0 == $1 }) {
        let nodes = Set(votes.map(\.row)).count
        guard nodes >= Self.fewestNodes else {
            (standard, odd) = (.tooFew(nodes: nodes), [])
            return
        }
        var holders: [String: (votes: Int, rows: Set<Int>)] = [:]
        for vote in votes {
            holders[vote.value, default: (0, [])].votes += 1
            holders[vote.value, default: (0, [])].rows.insert(vote.row)
        }
        // The value decides between equals, so that every process comes to the same result.
        let shares = holders.map { Share(value: $0.key, count: $0.value.votes) }
            .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        guard let first = shares.first, first.count * 2 > votes.count,
            let rows = holders[first.value]?.rows, rows.count * 2 > nodes
        else {
            (standard, odd) = (.divided(shares), [])
            return
        }
        standard = .majority(first, total: votes.count)
        odd = votes.filter { !isSame($0.value, first.value) }
    }
}

/// What most of a group of nodes have in common, and which nodes differ.
///
/// A value has the majority when more than half of all votes are for it, from more than half of all nodes: one node
/// with many GPUs must not outvote several nodes with few.
package struct Baseline: Hashable, Sendable {
    /// The value of one node or of one of its parts.
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

    /// The result of the vote.
    package enum Standard: Hashable, Sendable {
        /// Too few nodes have a value to tell which of them differs from the rest.
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

    /// Of two nodes that differ, either one could be the wrong one, so there must be three.
    package static let fewestNodes = 3

    /// The result of the vote.
    package let standard: Standard
    /// The votes that differ from the majority; empty without a majority.
    package let odd: [Vote]

    /// The votes that count: only the first votes of a node that has very many, so that it does not outvote the
    /// others.
    private static func counted(_ votes: [Vote]) -> [Vote] {
        let parts = Dictionary(grouping: votes, by: \.row).mapValues(\.count)
        let usual = parts.values.sorted()[parts.count / 2]
        let most = max(16, 4 * usual)
        guard parts.values.contains(where: { $0 > most }) else { return votes }
        var taken: [Int: Int] = [:]
        return votes.filter { vote in
            taken[vote.row, default: 0] += 1
            return taken[vote.row, default: 0] <= most
        }
    }

    /// Counts the votes.
    ///
    /// - Parameters:
    ///   - votes: The values, one for each part that is compared.
    ///   - isSame: Whether a value counts as equal to the majority's.
    package init(_ votes: [Vote], isSame: (String, String) -> Bool = { $0 == $1 }) {
        let nodes = Set(votes.map(\.row)).count
        guard nodes >= Self.fewestNodes else {
            (standard, odd) = (.tooFew(nodes: nodes), [])
            return
        }
        let counted = Self.counted(votes)
        var holders: [String: (votes: Int, rows: Set<Int>)] = [:]
        for vote in counted {
            holders[vote.value, default: (0, [])].votes += 1
            holders[vote.value, default: (0, [])].rows.insert(vote.row)
        }
        // Between equal counts the value decides, so that every process gets the same result.
        let shares = holders.map { Share(value: $0.key, count: $0.value.votes) }
            .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        guard let first = shares.first, first.count * 2 > counted.count,
            let rows = holders[first.value]?.rows, rows.count * 2 > nodes
        else {
            (standard, odd) = (.divided(shares), [])
            return
        }
        standard = .majority(first, total: counted.count)
        odd = votes.filter { !isSame($0.value, first.value) }
    }
}

import SlurmModel

/// One term of a ``HostlistExpression``, such as `n[0-10/2]-ib`, rewritten so that libslurm can read it.
enum HostlistTerm {
    /// How many names an expression may still expand to; terms that remove names count too.
    struct Budget {
        /// The names left.
        private(set) var names = Hostlist.maximumCount
        /// How many more numbers ranges with steps may be written out to.
        private(set) var numbers = Hostlist.maximumCount

        fileprivate mutating func take(names count: Int) throws(HostlistExpression.Problem) {
            guard count <= names else { throw Self.tooMany }
            names -= count
        }

        fileprivate mutating func take(numbers count: Int) throws(HostlistExpression.Problem) {
            guard count <= numbers else { throw Self.tooMany }
            numbers -= count
        }

        private static let tooMany = HostlistExpression.Problem(
            cause: "it names more than \(Hostlist.maximumCount) nodes")
    }

    /// Whether every release of libslurm can read the text unchanged.
    static func isPlain(_ text: Substring) -> Bool {
        if text.contains("]"), text.last != "]" { return false }
        var isInside = false
        for character in text {
            switch character {
            case "[": isInside = true
            case "]": isInside = false
            case "/" where isInside: return false
            default: break
            }
        }
        return true
    }

    /// The names of a term, in order.
    static func expand(
        _ text: Substring, budget: inout Budget
    ) throws(HostlistExpression.Problem) -> [String] {
        let plain = try writingOutSteps(text, budget: &budget)
        // libslurm reads text after a bracket only since 23.11, so the text is appended to each name instead.
        let end = plain.lastIndex(of: "]").map { plain.index(after: $0) } ?? plain.endIndex
        let stem = String(plain[..<end])
        let suffix = plain[end...]
        // The names are counted before libslurm expands them.
        try budget.take(names: Hostlist.mostNames(in: stem))
        do throws(SlurmError) {
            let names = try Hostlist.expand(stem)
            return suffix.isEmpty ? names : names.map { $0 + suffix }
        } catch {
            throw HostlistExpression.Problem(cause: error.cause)
        }
    }

    /// The term with each range that has a step written out, as in `n[0,2,4]` for `n[0-4/2]`.
    private static func writingOutSteps(
        _ text: Substring, budget: inout Budget
    ) throws(HostlistExpression.Problem) -> String {
        var result = ""
        var rest = text
        while let open = rest.firstIndex(of: "["),
            let close = rest[open...].firstIndex(of: "]")
        {
            result += rest[...open]
            let ranges = rest[rest.index(after: open)..<close]
                .split(separator: ",", omittingEmptySubsequences: false)
            for (index, range) in ranges.enumerated() {
                if index > 0 { result += "," }
                result += range.contains("/") ? try numbers(in: range, budget: &budget) : range[...]
            }
            result += "]"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// The numbers of a range such as `00-10/5`, with the width of its first number: `00,05,10`.
    private static func numbers(
        in range: Substring, budget: inout Budget
    ) throws(HostlistExpression.Problem) -> Substring {
        let parts = range.split(separator: "/", omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, ends.count == 2,
            let first = number(ends[0]), let last = number(ends[1]), let step = number(parts[1]),
            step > 0, first <= last
        else {
            throw HostlistExpression.Problem(
                cause: "'\(range)' is no range with a step, such as 0-10/2")
        }
        try budget.take(numbers: (last - first) / step + 1)
        let width = ends[0].utf8.count
        return stride(from: first, through: last, by: step).map { value in
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }.joined(separator: ",")[...]
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? Int(text) : nil
    }
}

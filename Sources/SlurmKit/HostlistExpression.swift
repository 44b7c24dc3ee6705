package import SlurmModel

/// Node names as users write them: Slurm's hostlists, and the part of ClusterShell's syntax that libslurm cannot
/// read.
///
/// That part is: the operators `!` (without), `&` (in both) and `^` (in one of both), evaluated from left to right;
/// white space, which joins lists like `,`; steps as in `n[0-10/2]`; and text after a bracket as in `n[1-3]-ib`,
/// which libslurm reads only since 23.11. libslurm still expands each term.
package enum HostlistExpression {
    /// The names, in the order written.
    ///
    /// A plain list keeps a name that occurs twice, as Slurm does; with any other operator each name occurs once.
    ///
    /// - Throws: A ``SlurmError`` of kind `input` for text that is no expression, or that names no node.
    package static func expand(_ text: String) throws(SlurmError) -> [String] {
        if let problem = Hostlist.problem(in: text) { throw Hostlist.malformed(text, problem) }
        let tokens = tokens(of: text)
        if tokens.allSatisfy(\.isPlain) { return try Hostlist.expand(text) }
        do throws(Problem) {
            return try evaluate(tokens)
        } catch {
            throw Hostlist.malformed(text, error.cause)
        }
    }

    /// What is wrong, without the text around it.
    struct Problem: Error {
        /// The words.
        var cause: String
    }

    /// How the names of a term are combined with the names before it.
    private enum Operator: Character {
        case without = "!"
        case and = "&"
        case oneOf = "^"

        /// The problem when a side of an operator is missing.
        func missing(_ side: String) -> Problem {
            Problem(cause: "nothing stands \(side) a '\(rawValue)'")
        }
    }

    private enum Token {
        case join(Operator)
        case comma
        case term(Substring)

        /// Whether libslurm reads it on every release.
        var isPlain: Bool {
            switch self {
            case .join: false
            case .comma: true
            case .term(let text): HostlistTerm.isPlain(text)
            }
        }
    }

    /// Splits at operators, commas and white space outside brackets.
    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var start = text.startIndex
        var isInside = false
        func end(before index: String.Index) {
            if start < index { tokens.append(.term(text[start..<index])) }
        }
        for index in text.indices {
            let character = text[index]
            switch character {
            case "[": isInside = true
            case "]": isInside = false
            case _ where isInside: break
            case _ where character == "," || character.isWhitespace:
                end(before: index)
                if character == "," { tokens.append(.comma) }
                start = text.index(after: index)
            default:
                guard let join = Operator(rawValue: character) else { break }
                end(before: index)
                tokens.append(.join(join))
                start = text.index(after: index)
            }
        }
        end(before: text.endIndex)
        return tokens
    }

    private static func evaluate(_ tokens: [Token]) throws(Problem) -> [String] {
        var names: [String]?
        var pending: Operator?
        var followsComma = false
        var isSet = false
        var budget = HostlistTerm.Budget()
        for token in tokens {
            switch token {
            case .comma:
                // An empty shell variable turns "a!$x,b" into "a!,b".
                if let pending { throw pending.missing("after") }
                followsComma = true
            case .join(let join):
                if let pending { throw pending.missing("after") }
                if names == nil || followsComma { throw join.missing("before") }
                pending = join
                isSet = true
            case .term(let text):
                let more = try HostlistTerm.expand(text, budget: &budget)
                names = combine(names ?? [], pending, more)
                pending = nil
                followsComma = false
            }
        }
        if let pending { throw pending.missing("after") }
        guard let names, !names.isEmpty else { throw Problem(cause: "it names no node") }
        return isSet ? unique(names) : names
    }

    private static func combine(
        _ names: [String], _ join: Operator?, _ more: [String]
    ) -> [String] {
        guard let join else { return names + more }
        let right = Set(more)
        switch join {
        case .without: return names.filter { !right.contains($0) }
        case .and: return names.filter(right.contains)
        case .oneOf:
            let left = Set(names)
            return names.filter { !right.contains($0) } + more.filter { !left.contains($0) }
        }
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// The limits for what fleet keeps of one node's judgement, so that one node does not flood the rows of the others.
///
/// The limits are far above what any check of a real node needs: 16 GPUs with all their checks have about 200 facts
/// and, when all of them are broken, about 100 findings.
package enum JudgementLimits {
    /// How many findings a node may have.
    package static let findings = 200
    /// How long each of a finding's texts may be, in bytes.
    package static let text = 2_000
    /// How many single values the facts may hold.
    package static let facts = 20_000
    /// How many elements a list among the facts may have, and how many parts the answer of a site's own probe.
    package static let elements = 1_000
    /// How long a text among them may be, in bytes.
    package static let value = 4_096
    /// How deep they may be nested.
    package static let depth = 32
}

extension Judgement {
    /// The judgement within ``JudgementLimits``; a finding of its own counts what is left out, and is at least as
    /// severe.
    ///
    /// A judgement that is bounded already stays as it is: rows are bounded when judged, and again when compared.
    package var bounded: Judgement {
        within(findings: JudgementLimits.findings, facts: JudgementLimits.facts)
    }

    /// The same for what has only a share of a node's room.
    ///
    /// - Parameters:
    ///   - most: How many findings are kept.
    ///   - room: How many single values the facts may hold.
    ///   - depth: How deep the facts stand in those of the node; 1 for the node's own.
    /// - Returns: The judgement within these limits.
    package func within(findings most: Int, facts room: Int, depth: Int = 1) -> Judgement {
        // Small facts are kept first, so that the facts that flood the judgement are the ones left out.
        let inOrder = facts.map { ($0.value.leafCount, $0.key) }.sorted { $0 < $1 }
        var cut = Cut(room: room, isFlood: inOrder.reduce(0) { $0 + $1.0 } > room)
        var kept: [String: FactValue] = [:]
        for (_, name) in inOrder { kept[name] = facts[name].map { cut.bounded($0, depth: depth) } }
        let facts = kept
        // What was cut before is told already, and keeps no finding out.
        let told = findings.filter { $0.code == Self.cutCode }
        let own = told.isEmpty ? findings : findings.filter { $0.code != Self.cutCode }
        let left = own.count - most
        if left <= 0, cut.values == 0, !cut.isCut {
            guard findings.contains(where: \.isLong) else { return self }
            return Judgement(findings: findings.map(\.bounded), facts: facts)
        }
        // The worst come first.
        let worst = own.prefix(most).map(\.bounded)
        let words = [
            left > 0 ? "\(left) more findings" : nil,
            cut.values > 0 ? "\(cut.values) facts" : nil, cut.isCut ? "the ends of texts" : nil,
        ]
        let weight = own.dropFirst(most).map(\.severity).max() ?? .info
        let count = Finding(
            max(weight, cut.values > 0 || cut.isCut ? .unknown : .info), code: Self.cutCode,
            message:
                "the node says more than fleet keeps of one node: \(words.compactMap(\.self).joined(separator: ", ")) left out",
            remedy: "see what the node wrote: fleet show --output-dir ./answers")
        let counts = told.contains(count) ? told : told + [count]
        return Judgement(findings: worst + counts, facts: facts)
    }

    /// The code of the finding that counts what is left out.
    package static let cutCode = "run.answer_cut"

    /// The judgement of an answer that could not be judged in time.
    ///
    /// - Parameter why: What was too much, in words.
    /// - Returns: One finding, of the severity unknown.
    package static func tooMuch(_ why: String) -> Judgement {
        Judgement(findings: [
            Finding(
                .unknown, code: "run.too_much", message: "too much to judge: \(why)",
                remedy: "see what the node wrote: fleet show --output-dir ./answers")
        ])
    }

    /// Counts what is left out of facts.
    private struct Cut {
        var values = 0
        var isCut = false
        private var kept = 0
        private let room: Int
        /// Whether there are more values than are kept.
        private let isFlood: Bool

        init(room: Int, isFlood: Bool) {
            self.room = room
            self.isFlood = isFlood
        }

        mutating func bounded(_ value: FactValue, depth: Int) -> FactValue {
            switch value {
            // It stands where a value was left out, too.
            case .null: return value
            case .bool, .int, .double: return leaf(value)
            case .string(let text):
                guard text.utf8.count > JudgementLimits.value else { return leaf(value) }
                isCut = true
                return leaf(.string(text.cut(to: JudgementLimits.value)))
            case .list(let elements):
                guard depth < JudgementLimits.depth else { return left(value) }
                let rest = elements.dropFirst(JudgementLimits.elements)
                values += rest.reduce(0) { $0 + max(1, $1.leafCount) }
                return .list(
                    elements.prefix(JudgementLimits.elements).map { bounded($0, depth: depth + 1) })
            case .object(let fields):
                guard depth < JudgementLimits.depth else { return left(value) }
                guard isFlood else {
                    return .object(fields.mapValues { bounded($0, depth: depth + 1) })
                }
                // A dictionary's order is another one in each process, and which values are kept must not be.
                var kept = fields
                for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                    kept[name] = bounded(value, depth: depth + 1)
                }
                return .object(kept)
            }
        }

        private mutating func leaf(_ value: FactValue) -> FactValue {
            guard kept < room else { return left(value) }
            kept += 1
            return value
        }

        private mutating func left(_ value: FactValue) -> FactValue {
            values += max(1, value.leafCount)
            return .null
        }
    }
}

extension FactValue {
    /// How many single values it holds, without nulls.
    package var leafCount: Int {
        switch self {
        case .null: 0
        case .bool, .int, .double, .string: 1
        case .list(let elements): elements.reduce(0) { $0 + $1.leafCount }
        case .object(let fields): fields.values.reduce(0) { $0 + $1.leafCount }
        }
    }
}

extension Finding {
    fileprivate var isLong: Bool {
        [code, subject ?? "", message, remedy ?? ""].contains {
            $0.utf8.count > JudgementLimits.text
        }
    }

    /// The finding with texts of a length that a table can show.
    fileprivate var bounded: Finding {
        guard isLong else { return self }
        let most = JudgementLimits.text
        return Finding(
            severity, code: code.cut(to: most), subject: subject?.cut(to: most),
            message: message.cut(to: most), remedy: remedy?.cut(to: most))
    }
}

extension String {
    /// The text cut to this many bytes, a note of its whole size included; a shorter text stays as it is.
    fileprivate func cut(to most: Int) -> String {
        let size = utf8.count
        guard size > most else { return self }
        let note = " ... (\(size) bytes)"
        // Cuts between whole scalars: half a scalar would become a replacement character.
        var end = utf8.index(utf8.startIndex, offsetBy: most - note.utf8.count)
        while end > startIndex, utf8[end] & 0xc0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end]) + note
    }
}

package import Verdicts

/// How many of a probe's checks ran on a node, and why the others did not: from its fact `checks`.
package struct CheckCoverage: Hashable {
    /// The checks there are.
    package let total: Int
    /// The checks that have a result.
    package let ran: Int
    /// Why the others did not.
    let reasons: [String]

    /// Further notes.
    let notes: [String]

    /// Reads the fact; nil where there is none.
    package init?(_ facts: [String: FactValue]) {
        let fields = facts["checks"]?.fields ?? [:]
        guard let total = fields["total"]?.integer, let ran = fields["ran"]?.integer else {
            return nil
        }
        self.total = total
        // No number of a damaged file can end the process.
        self.ran = max(0, ran)
        notes = (fields["notes"]?.elements ?? []).compactMap(\.text)
        var checks: [String: [String]] = [:]
        var order: [String] = []
        for item in fields["not_run"]?.elements ?? [] {
            let reason = item.text ?? item.fields["reason"]?.text ?? "no reason given"
            if checks[reason] == nil { order.append(reason) }
            checks[reason, default: []] += [item.fields["check"]?.text].compactMap(\.self)
        }
        reasons = order.map { reason in
            let names = checks[reason] ?? []
            return names.isEmpty ? reason : "\(names.joined(separator: ", ")): \(reason)"
        }
    }

    /// `18 checks, 16 ran, 2 not: REASON; REASON`.
    var words: String {
        let notes = notes.map { "; " + $0 }.joined()
        guard ran < total else { return "\(total) checks, all ran" + notes }
        return "\(total) checks, \(ran) ran, \(total - ran) not: "
            + reasons.joined(separator: "; ") + notes
    }

    /// `16/18`.
    package var figures: String { "\(ran)/\(total)" }
}

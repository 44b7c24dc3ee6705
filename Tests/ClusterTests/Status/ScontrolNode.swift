import FoundationEssentials

/// One node as `scontrol -d show node` writes it.
struct ScontrolNode: Sendable {
    /// `KEY=VALUE`, up to the free texts.
    let fields: [String: String]
    /// The lines of the free texts: reason, comment, extra.
    let tail: String

    /// The nodes of its whole output, by name.
    static func nodes(in text: String) -> [String: ScontrolNode] {
        // An empty line stands between two nodes; no free text of the tests has one.
        var nodes: [String: ScontrolNode] = [:]
        for part in text.components(separatedBy: "\n\nNodeName=") {
            let node = ScontrolNode(part.hasPrefix("NodeName=") ? part : "NodeName=" + part)
            nodes[node.fields["NodeName"] ?? ""] = node
        }
        return nodes
    }

    private init(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var fields: [String: String] = [:]
        while let line = lines.first,
            !["   Reason=", "   Comment=", "   Extra="].contains(where: line.hasPrefix)
        {
            lines.removeFirst()
            // Of these only OS has blanks in its value, and a line of its own.
            let words =
                line.hasPrefix("   OS=")
                ? [line.drop { $0 == " " }] : line.split(separator: " ")
            for word in words {
                guard let equals = word.firstIndex(of: "=") else { continue }
                let value = word[word.index(after: equals)...]
                fields[String(word[..<equals])] = String(
                    value.reversed().drop { $0 == " " }.reversed())
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        // Up to 22.05 it stands before the free texts, later behind them.
        let reservation = "   ReservationName="
        if let last = lines.last, last.hasPrefix(reservation) {
            fields["ReservationName"] = String(last.dropFirst(reservation.count))
            lines.removeLast()
        }
        self.fields = fields
        tail = lines.joined(separator: "\n")
    }
}

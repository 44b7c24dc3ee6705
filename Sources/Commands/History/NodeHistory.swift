import FanOut
import History
import Terminal

/// `fleet history NODE`: what runs said of nodes, and what fleet did to them, newest last.
struct NodeHistory: HistoryListing {
    let events: [Event]
    /// Whether older ones were left out.
    let hasMore: Bool
    /// The nodes asked for.
    let nodes: [String]

    /// One moment of a node's life.
    enum Event {
        case verdict(HistoryVerdict)
        case action(NodeAction)

        /// In seconds since 1970.
        var time: Int {
            switch self {
            case .verdict(let verdict): verdict.time
            case .action(let action): action.time
            }
        }
    }

    /// So many findings of a run are shown; `fleet show` has all of them.
    private static let shown = 3

    func lines(width: Int?, now: Int) -> [String] {
        // One node needs no column for its name.
        let named = nodes.count != 1
        var table = Table(
            (named ? [Table.Column("NODE")] : []) + [
                Table.Column("AGE", numeric: true), Table.Column("VERDICT"), Table.Column("WHAT"),
                Table.Column("BY"), Table.Column("RUN"), Table.Column("DETAIL"),
            ])
        for event in events {
            let row = event.row
            let cells =
                (named ? [row.node] : []) + [Age(seconds: now - event.time).text, row.result]
                + [row.what, row.user ?? "-", row.run ?? "-"]
            for (index, detail) in event.details(limit: Self.shown).enumerated() {
                table.add((index == 0 ? cells : cells.map { _ in "" }) + [detail])
            }
        }
        return table.lines(width: width)
    }

    var document: [String: JSONValue] {
        var verdicts: [JSONValue] = []
        var actions: [JSONValue] = []
        for event in events {
            switch event {
            case .verdict: verdicts.append(event.json)
            case .action: actions.append(event.json)
            }
        }
        return Self.lists(["verdicts": verdicts, "actions": actions])
    }

    var elements: [JSONValue] { events.map(\.json) }

    let heading = ["time", "node", "kind", "what", "result", "run", "user", "detail"]

    var records: [[String]] {
        events.map { event in
            let row = event.row
            return [
                UTCTime.text(event.time), row.node, row.kind, row.what, row.result,
                row.run ?? "", row.user ?? "", event.details(limit: nil).joined(separator: "; "),
            ]
        }
    }

    func words(file: String) -> [String] {
        if events.isEmpty {
            return [
                "fleet: nothing of \(nodes.count == 1 ? nodes[0] : "these nodes") is in the history \(file)"
            ]
        }
        return hasMore ? ["fleet: the newest \(events.count); --limit 0 shows all"] : []
    }
}

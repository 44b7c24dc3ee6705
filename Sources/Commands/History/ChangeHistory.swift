import FanOut
import History
import SlurmKit
import Terminal
import Verdicts

/// `fleet history --changes`: what newly fails, still fails, could not be told, and was fixed.
struct ChangeHistory: HistoryListing {
    let changes: [HistoryChange]
    /// Whether some were left out.
    let hasMore: Bool
    /// Of how many nodes there is any verdict.
    let known: Int

    func lines(width: Int?, now: Int) -> [String] {
        guard !changes.isEmpty else { return [] }
        var table = Table([
            Table.Column("CHANGE"), Table.Column("SINCE", numeric: true),
            Table.Column("CHECKED", numeric: true), Table.Column("BY"),
            Table.Column("RUNS", numeric: true),
            Table.Column("CHECK"), Table.Column("NODES"), Table.Column("DETAIL"),
        ])
        for group in ChangeGroup.fold(changes) {
            table.add([
                group.kind.rawValue, Age(seconds: now - group.since).text,
                Age(seconds: now - group.time).text, group.users, String(group.runs), group.check,
                Hostlist.fold(group.nodes), group.message ?? "",
            ])
        }
        return table.lines(width: width)
    }

    var document: [String: JSONValue] { Self.lists(["changes": elements]) }
    var elements: [JSONValue] { changes.map(\.json) }

    let heading = [
        "change", "node", "check", "verdict", "before", "since", "time", "runs", "run", "message",
        "user",
    ]

    var records: [[String]] {
        changes.map {
            [
                $0.kind.rawValue, $0.node, $0.check, $0.verdict.rawValue,
                $0.before?.rawValue ?? "", UTCTime.text($0.since),
                UTCTime.text($0.time), String($0.runs), $0.run, $0.message ?? "",
                $0.user ?? "",
            ]
        }
    }

    func words(file: String) -> [String] {
        guard known > 0 else { return ["fleet: no verdict is in the history \(file)"] }
        // Nodes, as the whole is one of nodes: two checks of one may fail.
        let counts = HistoryChange.Kind.allCases.map { kind in
            "\(Set(changes.filter { $0.kind == kind }.map(\.node)).count) \(kind.rawValue)"
        }
        let more = hasMore ? "; more were left out by --limit" : ""
        return [
            "\(counts.joined(separator: ", ")), of \(known) \(known == 1 ? "node" : "nodes") with a verdict\(more)"
        ]
    }
}

extension HistoryChange {
    /// A change of the document.
    fileprivate var json: JSONValue {
        .object([
            "kind": .string("change"), "change": .string(kind.rawValue), "node": .string(node),
            "check": .string(check), "verdict": .string(verdict.rawValue),
            "before": JSONValue(before?.rawValue), "since": JSONOutput.time(since),
            "time": JSONOutput.time(time), "runs": .int(runs), "run": .string(run),
            "message": JSONValue(message), "user": JSONValue(user),
        ])
    }
}

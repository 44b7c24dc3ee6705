package import FanOut
import SlurmModel
package import Terminal
package import Verdicts

/// What a run would do on each node, printed before the run.
package struct DryRun: Sendable {
    let targets: [Target]
    let head: String?

    /// Makes a value of its parts.
    package init(targets: [Target], head: String?) {
        self.targets = targets
        self.head = head
    }

    /// Prints what would become of each target, those alike in one row.
    ///
    /// - Throws: An error when standard output cannot be written.
    package func print(on console: Console, format: OutputFormat) throws {
        switch format {
        case .json: try console.print(JSONOutput.pretty(json))
        case .jsonl: for row in rows { try console.print(JSONOutput.line(row.json)) }
        case .csv: try console.write(csv(isTerminal: console.outputIsTerminal))
        case .table, .prometheus, .html:
            for line in lines(width: console.columns) { try console.print(line) }
        }
        console.say(closing)
    }

    /// The table for people.
    func lines(width: Int?) -> [String] {
        let columns = [
            Table.Column("WOULD"), Table.Column("PARTITION"), Table.Column("DETAIL"),
        ]
        return FoldedTable(columns, rows) { row in
            FoldedTable.Group(
                nodes: [row.node], cells: row.cells, details: [],
                rank: row.launcher == nil ? 0 : 1)
        }.lines(width: width)
    }

    /// The document `fleet.plan/1`.
    var json: JSONValue {
        .object(["schema": .string("fleet.plan/1"), "nodes": .array(rows.map(\.json))])
    }

    /// Comma-separated values, heading first; on a terminal nothing in them steers it.
    func csv(isTerminal: Bool) -> [UInt8] {
        let heading = ["node", "launcher", "partition", "exclusive", "reason_code", "detail"]
        let fields = rows.map { row in
            [
                row.node, row.launcher?.rawValue ?? "", row.partition ?? "",
                row.isExclusive ? "true" : "false", row.code?.rawValue ?? "", row.detail ?? "",
            ]
        }
        return ([heading] + fields).flatMap { row in
            CSVText.record(row.map { Array((isTerminal ? TerminalText.visible($0) : $0).utf8) })
        }
    }

    /// The summary line at its end.
    var closing: String {
        let sent = rows.count { $0.launcher != nil }
        let nodes = rows.count == 1 ? "node" : "nodes"
        return
            "\(rows.count) \(nodes): \(sent) to run, \(rows.count - sent) not; nothing was done (--dry-run)"
    }

    /// What would be done on one node.
    package struct Row: Sendable {
        /// The node's name.
        package var node: String
        /// The launcher that would be used; nil when nothing is sent.
        package var launcher: Launcher?
        var partition: String?
        /// Whether it would take the whole node.
        package var isExclusive = false
        var detail: String?
        var code: ReasonCode?

        var cells: [String] {
            [
                launcher.map { "run (\($0.rawValue))" } ?? "not run", partition ?? "-",
                ([isExclusive ? "whole node" : nil, detail] as [String?]).compactMap { $0 }
                    .joined(separator: "; "),
            ]
        }

        var json: JSONValue { .object(fields) }

        var fields: [String: JSONValue] {
            [
                "node": .string(node), "launcher": JSONValue(launcher?.rawValue),
                "partition": JSONValue(partition), "exclusive": .bool(isExclusive),
                "detail": JSONValue(detail), "reason_code": JSONValue(code?.rawValue),
            ]
        }
    }

    /// A row per target, the head node's first.
    package var rows: [Row] {
        let here = head.map { Row(node: $0, launcher: .local, detail: "this machine") }
        return (here.map { [$0] } ?? [])
            + targets.map { target in
                switch target.decision {
                case .dispatch(let way):
                    Row(
                        node: target.node.name, launcher: way.launcher, partition: way.partition,
                        isExclusive: way.isExclusive, detail: way.note)
                case .notRun(let refusal):
                    Row(
                        node: target.node.name,
                        detail: refusal.remedy.map { "\(refusal.reason) -> \($0)" }
                            ?? refusal.reason, code: refusal.code)
                }
            }
    }

    /// The document `fleet.plan/1` with each node's plan, and the known obstacles.
    ///
    /// - Parameter reports: The answers of the nodes, in the order of the targets, the head node first.
    /// - Returns: The document.
    package func json(with reports: [NodeReport]) -> JSONValue {
        let nodes = zip(rows, reports).map { row, report in
            var fields = row.fields
            fields["plan"] = report.judgement?.facts["plan"].map { JSONValue($0) } ?? .null
            fields["verdict"] = JSONValue(report.verdict?.rawValue)
            fields["findings"] = .array(
                (report.judgement?.findings ?? []).map { .string($0.text) })
            return JSONValue.object(fields)
        }
        return .object(["schema": .string("fleet.plan/1"), "nodes": .array(nodes)])
    }
}

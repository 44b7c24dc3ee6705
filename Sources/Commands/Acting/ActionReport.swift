package import Acting
package import History
import Reports
import SlurmKit
import SlurmModel
package import Terminal

/// What an action came to, or would: a row per node, whatever became of it.
package struct ActionReport: Hashable, Sendable {
    /// What was asked for.
    package struct Action: Hashable, Sendable {
        /// What is done.
        package var verb: NodeAction.Verb
        /// Who asked.
        package var user: String
        /// The run whose verdicts led to it; nil where none did.
        package var run: String?
        /// Whether nothing is done.
        package var isDryRun: Bool

        /// Makes an action.
        package init(
            verb: NodeAction.Verb, user: String, run: String? = nil, isDryRun: Bool = false
        ) {
            self.verb = verb
            self.user = user
            self.run = run
            self.isDryRun = isDryRun
        }
    }

    private let action: Action
    private let outcomes: [NodeOutcome]

    /// Makes a report.
    package init(_ action: Action, outcomes: [NodeOutcome]) {
        self.action = action
        self.outcomes = outcomes
    }

    // MARK: - For people

    /// The table: nodes that are alike are one line, with reasons and remedies below it.
    package func lines(width: Int?) -> [String] {
        let columns = [
            Table.Column("STATE"), Table.Column(action.isDryRun ? "WOULD" : "OUTCOME"),
        ]
        return FoldedTable(columns, outcomes) { outcome in
            FoldedTable.Group(
                nodes: [outcome.plan.node.name],
                cells: [outcome.plan.node.state.text, word(outcome.end)],
                details: details(outcome), rank: Self.rank(outcome.end))
        }.lines(width: width)
    }

    /// The summary line at its end.
    package var closing: String {
        let already = outcomes.count { $0.end == .kept(.already) }
        let left = outcomes.count { Self.isLeft($0.end) }
        let counts = [
            (outcomes.count { $0.end == .done }, action.verb.done),
            (outcomes.count { $0.end == .planned }, "to \(action.verb.rawValue)"),
            (already, action.verb.already),
            (left, left == 1 ? "left as it is" : "left as they are"),
            (outcomes.count { $0.end == .failed }, "failed"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let nodes = outcomes.count == 1 ? "node" : "nodes"
        let end = action.isDryRun ? "; nothing was done (--dry-run)" : ""
        return "\(outcomes.count) \(nodes): \(parts)\(end)"
    }

    private func word(_ end: NodeOutcome.End) -> String {
        switch end {
        case .planned: action.verb.rawValue
        case .done: action.verb.done
        case .kept(.already): "nothing"
        case .kept: "left alone"
        case .failed: "failed"
        }
    }

    private func details(_ outcome: NodeOutcome) -> [String] {
        let remedy = outcome.remedy.map { " -> \($0)" } ?? ""
        var details = outcome.detail.map { [$0 + remedy] } ?? []
        switch outcome.end {
        case .planned, .done, .failed:
            if let reason = outcome.plan.action?.reason { details.insert(reason, at: 0) }
        case .kept: break
        }
        return details
    }

    private static func isLeft(_ end: NodeOutcome.End) -> Bool {
        if case .kept(let code) = end { code != .already } else { false }
    }

    private static func rank(_ end: NodeOutcome.End) -> Int {
        switch end {
        case .failed: 0
        case .kept(.already): 3
        case .kept: 1
        case .planned, .done: 2
        }
    }

    // MARK: - For programs

    /// The document `fleet.action/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.action/1"),
            "action": .object([
                "verb": .string(action.verb.rawValue), "user": .string(action.user),
                "run": JSONValue(action.run), "dry_run": .bool(action.isDryRun),
            ]),
            "summary": .object([
                "planned": .int(outcomes.count { $0.end == .planned }),
                "done": .int(outcomes.count { $0.end == .done }),
                "already": .int(outcomes.count { $0.end == .kept(.already) }),
                "kept": .int(outcomes.count { Self.isLeft($0.end) }),
                "failed": .int(outcomes.count { $0.end == .failed }),
            ]),
            "nodes": .array(rows),
        ])
    }

    /// A document per node.
    package var rows: [JSONValue] {
        outcomes.map { outcome in
            let node = outcome.plan.node
            return .object([
                "node": .string(node.name),
                "state_before": .string(node.state.text),
                "reason_before": JSONValue(node.reason?.text),
                "reason_user_before": JSONValue(node.reason?.user),
                "reason": JSONValue(outcome.plan.action?.reason),
                "outcome": .string(Self.name(outcome.end)),
                "code": JSONValue(Self.code(outcome.end)),
                "detail": JSONValue(outcome.detail),
                "remedy": JSONValue(outcome.remedy),
            ])
        }
    }

    /// Comma-separated values, heading first.
    ///
    /// - Parameter isTerminal: Whether they go to a terminal and must not steer it.
    /// - Returns: The rows' bytes.
    package func csv(isTerminal: Bool) -> [UInt8] {
        let heading = [
            "node", "state_before", "reason_before", "reason", "outcome", "code", "detail",
            "remedy",
        ]
        let fields = outcomes.map { outcome in
            [
                outcome.plan.node.name, outcome.plan.node.state.text,
                outcome.plan.node.reason?.text ?? "", outcome.plan.action?.reason ?? "",
                Self.name(outcome.end), Self.code(outcome.end) ?? "", outcome.detail ?? "",
                outcome.remedy ?? "",
            ]
        }
        return ([heading] + fields).flatMap { row in
            CSVText.record(row.map { Array((isTerminal ? TerminalText.visible($0) : $0).utf8) })
        }
    }

    private static func name(_ end: NodeOutcome.End) -> String {
        switch end {
        case .planned: "planned"
        case .done: "done"
        case .kept: "kept"
        case .failed: "failed"
        }
    }

    private static func code(_ end: NodeOutcome.End) -> String? {
        if case .kept(let code) = end { code.rawValue } else { nil }
    }
}

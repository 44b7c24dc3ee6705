import FanOut
import History
import Terminal
import Verdicts

extension NodeHistory.Event {
    /// What a row of any form says of an event.
    struct Row {
        let kind: String
        let node: String
        /// The check, or what was done.
        let what: String
        /// The verdict, or how the action ended.
        let result: String
        let run: String?
        let user: String?
    }

    /// The event as a row.
    var row: Row {
        switch self {
        case .verdict(let verdict):
            Row(
                kind: "verdict", node: verdict.node, what: verdict.check,
                result: verdict.verdict?.rawValue ?? "not run", run: verdict.run,
                user: verdict.user)
        case .action(let action):
            Row(
                kind: "action", node: action.node, what: action.verb.rawValue,
                result: action.outcome.rawValue, run: action.run, user: action.user)
        }
    }

    /// What there is to say of it, a line each; at least one.
    ///
    /// - Parameter limit: How many findings at most; nil for all.
    /// - Returns: The lines.
    func details(limit: Int?) -> [String] {
        switch self {
        case .verdict(let verdict):
            let texts = verdict.findings.map(\.text)
            guard !texts.isEmpty else { return [verdict.reason ?? ""] }
            guard let limit, texts.count > limit else { return texts }
            return texts.prefix(limit)
                + ["and \(texts.count - limit) more: fleet show \(verdict.run)"]
        case .action(let action):
            let before = action.stateBefore + (action.reasonBefore.map { ", \($0)" } ?? "")
            let reason = action.reason ?? action.outcome.rawValue
            let detail = action.detail.map { "; \($0)" } ?? ""
            return ["\(reason)\(detail) (was \(before))"]
        }
    }

    /// An element of the document.
    var json: JSONValue {
        switch self {
        case .verdict(let verdict):
            .object([
                "kind": .string("verdict"), "node": .string(verdict.node),
                "run": .string(verdict.run), "check": .string(verdict.check),
                "time": JSONOutput.time(verdict.time),
                "outcome": .string(verdict.outcome.rawValue),
                "verdict": JSONValue(verdict.verdict?.rawValue),
                "reason": JSONValue(verdict.reason), "user": JSONValue(verdict.user),
                "findings": .array(
                    verdict.findings.map {
                        .object([
                            "severity": .string($0.severity.rawValue), "code": .string($0.code),
                            "subject": JSONValue($0.subject), "message": .string($0.message),
                            "remedy": JSONValue($0.remedy),
                        ])
                    }),
            ])
        case .action(let action):
            .object([
                "kind": .string("action"), "node": .string(action.node),
                "time": JSONOutput.time(action.time), "user": .string(action.user),
                "verb": .string(action.verb.rawValue), "reason": JSONValue(action.reason),
                "state_before": .string(action.stateBefore),
                "reason_before": JSONValue(action.reasonBefore), "run": JSONValue(action.run),
                "outcome": .string(action.outcome.rawValue), "detail": JSONValue(action.detail),
            ])
        }
    }
}

import FanOut
import FoundationEssentials
package import Terminal
package import Verdicts

extension RunReport {
    /// The document `fleet.run/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.run/1"),
            "run": .object([
                "id": .string(id), "probe": .string(probe), "launcher": .string(launcher),
                "started": JSONOutput.time(started), "ended": JSONOutput.time(ended),
            ]),
            "summary": summary.json,
            "nodes": .array(reports.map(\.json)),
        ])
    }
}

extension RunSummary {
    /// The counts by verdict.
    package var json: JSONValue {
        .object([
            "ok": .int(ok), "warn": .int(warn), "unknown": .int(unknown), "fail": .int(fail),
            "not_run": .int(notRun),
        ])
    }
}

extension NodeReport {
    /// One node of the document; one line with `--format jsonl`.
    package var json: JSONValue {
        var fields: [String: JSONValue] = [
            "node": .string(result.node),
            "outcome": .string(result.outcome.rawValue),
            "exit_code": JSONValue(result.exit?.code),
            "signal": JSONValue(result.exit?.signal),
            "duration_seconds": result.duration.map { .double($0) } ?? .null,
            "launcher": JSONValue(result.launcher?.rawValue),
            "job_id": JSONValue(result.jobID.map(Int.init)),
            "reason": JSONValue(result.reason),
            "reason_code": JSONValue(result.code?.rawValue),
            "remedy": JSONValue(result.remedy),
            "note": JSONValue(result.note),
            "attempts": .int(result.attempts),
            "verdict": JSONValue(verdict?.rawValue),
            "findings": .array(judgement?.findings.map(\.json) ?? []),
            "facts": .object((judgement?.facts ?? [:]).mapValues { JSONValue($0) }),
        ]
        let ran = result.outcome != .notRun
        fields.merge(Self.stream("stdout", ran ? result.stdout : nil)) { $1 }
        fields.merge(Self.stream("stderr", ran ? result.stderr : nil)) { $1 }
        if let cut = result.cut {
            for (name, held, whole) in [
                ("stdout", result.stdout, cut.stdout), ("stderr", result.stderr, cut.stderr),
            ] where held.count < whole {
                fields["\(name)_truncated"] = .bool(true)
                fields["\(name)_bytes"] = .int(whole)
            }
            fields["record"] = .string(cut.path)
        }
        return .object(fields)
    }

    /// Text as it is; other bytes in base 64, beside a null.
    private static func stream(_ name: String, _ bytes: [UInt8]?) -> [String: JSONValue] {
        guard let bytes else { return [name: .null] }
        if let text = String(validating: bytes, as: UTF8.self) { return [name: .string(text)] }
        return [name: .null, "\(name)_base64": .string(Data(bytes).base64EncodedString())]
    }
}

extension Finding {
    fileprivate var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "code": .string(code),
            "subject": JSONValue(subject), "message": .string(message),
            "remedy": JSONValue(remedy),
        ])
    }
}

extension JSONValue {
    /// A probe's fact.
    package init(_ fact: FactValue) {
        switch fact {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .list(let values): self = .array(values.map { JSONValue($0) })
        case .object(let values): self = .object(values.mapValues { JSONValue($0) })
        }
    }
}

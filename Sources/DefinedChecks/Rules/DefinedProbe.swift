package import FanOut
package import SlurmModel
package import Verdicts

/// `fleet check`: a probe that a file describes.
package struct DefinedProbe: Probe {
    private let definition: ProbeDefinition
    package let payload: Payload

    /// Makes the probe.
    package init(_ definition: ProbeDefinition) {
        self.definition = definition
        payload = Payload(
            script: definition.script, variables: ["LC_ALL=C"], timeout: definition.timeout,
            wantsRoot: definition.wantsRoot)
    }

    package var name: String { "check \(definition.name)" }

    package var use: NodeUse {
        switch definition.mode {
        case .reads: .reads
        case .changes: .changes
        }
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        if let none = Judgement(withoutAnswer: result) { return none }
        let answer = ProbeAnswer(result.stdout, definition: definition)
        let findings =
            ending(result) + ProbeJudge(definition: definition, answer: answer).findings()
        return Judgement(findings: findings, facts: answer.facts)
    }

    /// A script that reports a failure did not complete its check, whatever it printed.
    private func ending(_ result: NodeResult) -> [Finding] {
        guard result.exit != .exited(0) else { return [] }
        let line =
            result.stderr.split(separator: UInt8(ascii: "\n")).first
            .map { ": " + String(decoding: $0.prefix(200), as: UTF8.self) } ?? ""
        let how =
            switch result.exit {
            case .exited(let code): "exit code \(code)"
            case .signalled(let signal): "signal \(signal)"
            case nil: "no exit code"
            }
        return [
            Finding(
                .unknown, code: definition.code("exit"),
                message: "the check's script ended with \(how)\(line)",
                remedy: "correct the script, or what it needs on the node")
        ]
    }

    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        CommonFields(definition).review(reports)
    }
}

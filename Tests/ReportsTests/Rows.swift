import FanOut
import Reports
import SlurmModel
import Verdicts

/// Rows of runs, as few words as a test needs.
enum Rows {
    static let probe = CommandProbe(payload: Payload(arguments: ["x"], timeout: 60))

    /// A node that ran a command to its end.
    static func ran(
        _ node: String, _ stdout: String, exit: ExitStatus = .exited(0), stderr: String = "",
        _ change: (inout NodeResult) -> Void = { _ in }
    ) -> NodeReport {
        var result = NodeResult(
            node: node, outcome: .finished, exit: exit, duration: 1, launcher: .job, jobID: 7,
            stdout: Array(stdout.utf8), stderr: Array(stderr.utf8))
        change(&result)
        return NodeReport(result: result, node: nil, probe: probe)
    }

    /// A node that left no answer.
    static func ended(
        _ node: String, _ outcome: Outcome, _ reason: String? = nil, code: ReasonCode? = nil,
        remedy: String? = nil
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: node, outcome: outcome, reason: reason, code: code, remedy: remedy),
            node: nil, probe: probe)
    }

    /// A node that a check judged.
    static func judged(
        _ node: String, _ findings: [Finding] = [], facts: [String: FactValue] = [:],
        partition: String? = nil
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(node: node, outcome: .finished, exit: .exited(0), launcher: .job),
            judgement: Judgement(findings: findings, facts: facts),
            node: partition.map { Node(name: node, partitions: [$0]) })
    }

    /// A run of these rows.
    static func run(_ reports: [NodeReport], started: Int = 100, ended: Int = 112) -> RunReport {
        RunReport(
            id: "20261123-140211-7f3a", probe: "run", launcher: "job", started: started,
            ended: ended, reports: reports)
    }

    /// A line without the blanks of its columns.
    static func words(_ line: String) -> String {
        line.split(separator: " ").joined(separator: " ")
    }
}

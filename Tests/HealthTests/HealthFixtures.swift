import DefinedChecks
import FanOut
@testable import Health
import SlurmModel
import Verdicts

/// Parts, answers and rows for the tests of health.
enum HealthFixtures {
    /// A probe that fails where `v` is above 9, with a script.
    static func probe(_ name: String, script: String = "echo v=1", timeout: Int = 5)
        -> DefinedCheckSpecification
    {
        var definition = ProbeDefinition(name: name, summary: "A test.", script: script)
        definition.rules = [ProbeRule("v", .above, ["9"])]
        definition.timeout = timeout
        return DefinedCheckSpecification(definition)
    }

    /// Parts of such probes.
    static func parts(_ probes: DefinedCheckSpecification...) -> [HealthPart] {
        probes.map { HealthPart("check \($0.definition.name)", $0) }
    }

    /// A health check of parts.
    static func specification(_ parts: [HealthPart]) -> HealthSpecification {
        HealthSpecification(parts, coverage: HealthCoverage(total: 3, run: 3))
    }

    /// One section as health.sh frames it.
    static func section(
        _ number: Int, _ stdout: String, exit: Int = 0, late: String = "no", err: String = ""
    ) -> String {
        "@fleet part \(number) exit=\(exit) late=\(late) hundredths=12 applies=yes whole=yes "
            + "stdout=\(stdout.utf8.count) stderr=\(err.utf8.count)\n\(stdout)\(err)\n"
    }

    /// A whole answer of sections.
    static func answer(_ sections: String...) -> [UInt8] {
        Array("@fleet health 1\n\(sections.joined())@fleet end \(sections.count)\n".utf8)
    }

    /// A node's end with this answer.
    static func result(_ answer: [UInt8], node: String = "n1", outcome: Outcome = .finished)
        -> NodeResult
    {
        NodeResult(
            node: node, outcome: outcome, exit: outcome == .finished ? .exited(0) : nil,
            launcher: .job, stdout: answer)
    }

    /// A row with findings that no answer was read for.
    static func row(
        _ node: String, _ findings: [Finding], state: NodeState = NodeState(base: .idle)
    )
        -> NodeReport
    {
        NodeReport(
            result: NodeResult(node: node, outcome: .finished, exit: .exited(0), launcher: .job),
            judgement: Judgement(findings: findings), node: Node(name: node, state: state))
    }

    /// A row of a node that was not run.
    static func notRun(_ node: String, _ state: NodeState) -> NodeReport {
        NodeReport(
            result: NodeResult(node: node, outcome: .notRun, reason: "not run", code: .state),
            judgement: nil, node: Node(name: node, state: state))
    }
}

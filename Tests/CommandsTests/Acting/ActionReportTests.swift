@testable import Acting
@testable import Commands
@testable import History
import SlurmModel
@testable import Terminal
import TestSupport
import Testing

@Suite(.serialized) struct ActionReportTests {
    private static func outcome(
        _ name: String, _ base: NodeState.Base, _ flags: [NodeState.Flag] = [],
        _ end: NodeOutcome.End, reason: String? = nil, old: String? = nil, detail: String? = nil,
        remedy: String? = nil
    ) -> NodeOutcome {
        let node = Node(
            name: name, state: NodeState(base: base, flags: flags),
            reason: old.map { NodeReason(text: $0, user: "root", time: Fixtures.now - 7_200) })
        let plan = NodePlan(node: node, decision: .act(.init(reason: reason)))
        return NodeOutcome(plan: plan, end: end, detail: detail, remedy: remedy)
    }

    private static let finding = "fleet: GPU 3 (0000:a1:00.0): Xid 79: fallen off the bus [alice]"

    /// Of every kind one.
    private static let outcomes: [NodeOutcome] =
        (1...12).map { outcome("gpu-\($0)", .idle, [], .done, reason: finding) }
        + [
            outcome(
                "gpu-13", .mixed, [], .done, reason: finding,
                detail: "busy: job 1234 (ubuntu) until 14:20; what runs goes on"),
            outcome(
                "gpu-14", .idle, [.drain], .kept(.foreign), reason: finding,
                old: "장애 \u{1b}[31mred",
                detail: "drained by root 2 h ago: 장애 \u{1b}[31mred",
                remedy: "--force replaces the reason"),
            outcome(
                "gpu-15", .down, [.notResponding], .kept(.changed), reason: finding,
                detail: "was idle, and is down+not_responding now: Not responding",
                remedy: "look at it, and try again"),
            outcome(
                "gpu-16", .idle, [.drain], .kept(.already), old: finding,
                detail: "drained already by root 2 h ago: \(finding)"),
            outcome(
                "gpu-17", .idle, [], .failed, reason: finding,
                detail: "Invalid node state specified (2028)",
                remedy: "The node's present state does not allow it"),
        ]

    private static func report(
        _ verb: NodeAction.Verb = .drain, dry: Bool = false, _ outcomes: [NodeOutcome] = outcomes
    ) -> ActionReport {
        ActionReport(
            .init(verb: verb, user: "alice", run: "20261123-140211-7f3a", isDryRun: dry),
            outcomes: outcomes)
    }

    @Test func tables() throws {
        try Golden.check(Self.report().lines(width: nil), "drain")
        try Golden.check(Self.report().lines(width: 80), "drain-80")
        let planned = Self.outcomes.prefix(13).map { outcome in
            var outcome = outcome
            outcome.end = .planned
            return outcome
        }
        try Golden.check(Self.report(dry: true, planned).lines(width: 80), "drain-plan-80")
    }

    @Test func closing() {
        #expect(
            Self.report().closing
                == "17 nodes: 13 drained, 1 drained already, 2 left as they are, 1 failed")
        #expect(
            Self.report(.resume, Array(Self.outcomes[13...13])).closing == "1 node: 1 left as it is"
        )
        let one = Self.report(.reboot, Array(Self.outcomes.prefix(1)))
        #expect(one.closing == "1 node: 1 reboot requested")
    }

    @Test func documents() throws {
        let some = Self.report(.drain, Array(Self.outcomes[11...]))
        try Golden.check(JSONOutput.pretty(some.json), "drain-json")
        try Golden.check(some.rows.map { try JSONOutput.line($0) }, "drain-jsonl")
        try Golden.check(
            String(decoding: some.csv(isTerminal: true), as: UTF8.self).split(separator: "\r\n")
                .map(String.init),
            "drain-csv")
    }

    @Test func exitCodes() {
        func code(_ ends: NodeOutcome.End...) -> Int32 {
            NodeOutcome.exitCode(ends.map { Self.outcome("n", .idle, [], $0) })
        }
        #expect(code(.done, .kept(.already)) == 0)
        for kept in KeptCode.allCases where kept != .already {
            #expect(code(.done, .kept(kept)) == 2)
        }
        #expect(code(.done, .kept(.foreign), .failed) == 1)
    }
}

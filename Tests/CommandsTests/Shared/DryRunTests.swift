@testable import FanOut
@testable import Reports
import SlurmModel
@testable import Terminal
import Testing

@Suite struct DryRunTests {
    private static let plan = DryRun(
        targets: [
            Target(
                node: Node(name: "gpu-1"), decision: .dispatch(.init(.job, partition: "gpu"))),
            Target(
                node: Node(name: "gpu-2"),
                decision: .dispatch(
                    .init(
                        .job, partition: "gpu", isExclusive: true,
                        note: "woken: it was powered down"))),
            Target(
                node: Node(name: "gpu-3"),
                decision: .dispatch(
                    .init(
                        .direct,
                        note: "drained by ubuntu 3 d ago: Xid 79 on GPU 3, waiting for the vendor"))
            ),
            Target(
                node: Node(name: "gpu-4"),
                decision: .notRun(
                    .init(
                        .state, "powered down; fleet wakes no node unless asked to",
                        remedy: "--power-up wakes it, and may cost money"))),
            Target(
                node: Node(name: "gpu-5"),
                decision: .notRun(.init(.busy, "busy: job 1234 (ubuntu) until 14:20"))),
            Target(
                node: Node(name: "cpu-1"),
                decision: .dispatch(.init(.srun, partition: "cpu", isExclusive: true))),
        ],
        head: "ip-10-0-0-1")

    @Test func csv() {
        let lines = String(decoding: Self.plan.csv(isTerminal: false), as: UTF8.self).split(
            separator: "\r\n")
        #expect(lines.first == "node,launcher,partition,exclusive,reason_code,detail")
        #expect(lines.count == Self.plan.targets.count + (Self.plan.head == nil ? 1 : 2))
    }

    @Test func table() throws {
        try Golden.check(Self.plan.lines(width: nil), "dry-run")
        try Golden.check(Self.plan.lines(width: 80), "dry-run-80")
    }

    @Test func json() throws {
        try Golden.check(JSONOutput.pretty(Self.plan.json), "dry-run-json")
    }

    @Test func closing() {
        #expect(
            Self.plan.closing
                == "7 nodes: 5 to run, 2 not; nothing was done (--dry-run)")
        let one = DryRun(targets: [], head: "h")
        #expect(one.closing == "1 node: 1 to run, 0 not; nothing was done (--dry-run)")
    }
}

@testable import ClusterView
@testable import Commands
@testable import FanOut
import SlurmKit
import SlurmModel
@testable import Terminal
import Testing

@Suite struct StatusChangeTests {
    private static let now = StatusFixtures.now

    private func changed(_ change: (inout [Node], inout [Partition]) -> Void) -> ClusterStatus {
        var nodes = StatusFixtures.nodes
        var partitions = StatusFixtures.partitions
        change(&nodes, &partitions)
        return StatusFixtures.status(
            nodes, cluster: Cluster(name: "demo", partitions: partitions, nodes: nodes),
            generated: Self.now + 2)
    }

    private var busyDay: [StatusChange] {
        let new = changed { nodes, partitions in
            nodes[0].state = NodeState(base: .mixed, flags: [.drain])
            nodes[0].reason = NodeReason(text: "bad\nGPU", user: "root", time: Self.now)
            nodes[1].cpus = Node.CPUs(total: 192, allocated: 0, load: 1)
            nodes[1].gpus[0].used = 0
            nodes[1].state = NodeState(base: .idle)
            nodes[2].reason?.text = "vendor comes on Monday"
            nodes[3].cpus.allocated = 5
            nodes[4].cpus.allocated = 5
            nodes[5].partitions = ["all"]
            nodes[6].cpus.load = 99
            nodes[7].details.reservation = "maint"
            nodes.removeLast()
            nodes.append(Node(name: "new-1", state: NodeState(base: .unknown)))
            partitions[0].state = .down
            partitions.removeLast()
            partitions.append(Partition(name: "extra"))
        }
        return StatusChange.changes(from: StatusFixtures.status, to: new)
    }

    @Test func differences() throws {
        try Golden.check(
            StatusChange.lines(busyDay).map(TerminalText.visible), "watch-changes")
        let lines = try busyDay.map { try JSONOutput.line($0.json(at: Self.now + 2)) }
        #expect(!lines.contains { $0.contains("\n") })
        try Golden.check(lines, "watch-changes-jsonl")
    }

    @Test func nothing() {
        #expect(StatusChange.changes(from: StatusFixtures.status, to: changed { _, _ in }).isEmpty)
    }

    @Test func log() {
        var log = WatchLog()
        let clock = { (time: Int) in "<\(time - Self.now)>" }
        #expect(log.show(StatusFixtures.status, at: Self.now).isEmpty)
        log.ask(at: Self.now + 2)
        #expect(log.overdue(at: Self.now + 4, clock: clock).isEmpty)
        // Said once, until there is an answer.
        let late = log.overdue(at: Self.now + 5, clock: clock)
        #expect(
            StatusChange.lines(late) == [
                "controller slurmctld: does not answer: "
                    + "stale since <0>: slurmctld has not answered for 3 s"
            ])
        log.fail("connect failure (1800)")
        #expect(log.overdue(at: Self.now + 9, clock: clock).isEmpty)
        let back = log.show(
            changed { nodes, _ in nodes.removeFirst() }, at: Self.now + 12)
        #expect(
            StatusChange.lines(back) == ["controller slurmctld: answers again", "gpu-1: gone"])
        #expect(log.overdue(at: Self.now + 13, clock: clock).isEmpty)
    }

    /// A node that boots is silent for a while, and its clock is not exact.
    @Test func restarts() {
        var log = WatchLog()
        func show(_ boot: Int?, _ version: String?) -> [String] {
            let status = changed { nodes, _ in
                nodes[0].bootTime = boot
                nodes[0].version = version
            }
            return StatusChange.lines(log.show(status, at: Self.now))
        }
        #expect(show(Self.now - 1_000, "24.11.5").isEmpty)
        #expect(show(nil, nil).isEmpty)
        #expect(show(Self.now - 999, "24.11.5").isEmpty)
        #expect(show(nil, nil).isEmpty)
        #expect(
            show(Self.now, "25.05.1") == [
                "gpu-1: boot_time 2026-11-23T13:45:32Z -> 2026-11-23T14:02:11Z",
                "gpu-1: slurmd_version 24.11.5 -> 25.05.1",
            ])
    }

    @Test func restrictedSelection() throws {
        let facts = SelectionFacts(
            nodes: StatusFixtures.nodes, partitions: StatusFixtures.partitions)
        let selection = NodeSelection(
            names: ["gpu-1", "gone-1"], excluded: ["gone-2"], partitions: ["gpu", "gone"])
        let rest = try #require(selection.restricted(to: facts))
        #expect(rest.names == ["gpu-1"])
        #expect(rest.excluded.isEmpty)
        #expect(rest.partitions == ["gpu"])
        #expect(try rest.select(from: facts).map(\.name) == ["gpu-1"])
        // Nothing that is left must not become everything.
        #expect(NodeSelection(names: ["gone-1"]).restricted(to: facts) == nil)
        #expect(NodeSelection(partitions: ["gone"]).restricted(to: facts) == nil)
        #expect(NodeSelection(reservations: ["gone"]).restricted(to: facts) == nil)
        #expect(NodeSelection().restricted(to: facts) == NodeSelection())
    }
}

import Acting
@testable import ClusterView
import History
import Platform
import SlurmKit
import SlurmModel
@testable import Terminal
import Testing
import Verdicts

@Suite struct StatusViewTests {
    private let status = StatusFixtures.status

    @Test func overview() throws {
        try Golden.check(status.lines(width: nil), "status-overview")
        try Golden.check(status.lines(width: 80), "status-overview-80")
        // A command stands whole on a line of its own, however long: cut in two it could not be pasted.
        #expect(
            !status.lines(width: 80).contains {
                TerminalText.width($0) > 80 && !$0.contains("  fleet ")
            })
        #expect(!status.lines(width: nil).joined().contains("\u{1b}"))
    }

    @Test func styled() throws {
        let styled = status.lines(width: 80, styled: true)
        let plain = styled.map { $0.replacing(/\u{1b}\[[0-9;]*m/, with: "") }
        #expect(plain == status.lines(width: 80))
        #expect(styled != plain)
        // A reason's own sequences are text.
        #expect(styled.joined().contains("\\x1b[31mred\\nline two"))
    }

    @Test func nodesView() throws {
        try Golden.check(status.lines(.nodes(NodeColumn.standard), width: nil), "status-nodes")
        try Golden.check(status.lines(.nodes(NodeColumn.standard), width: 80), "status-nodes-80")
        let columns = try NodeColumn.list(
            "node,slurm_state,gpus_in_use,jobs,users,verdict,verdict_time,attention")
        try Golden.check(status.lines(.nodes(columns), width: nil), "status-columns")
    }

    @Test(arguments: NodeGrouping.allCases)
    func groups(_ grouping: NodeGrouping) throws {
        try Golden.check(
            status.lines(.grouped(grouping), width: 80), "status-by-\(grouping.rawValue)-80")
    }

    @Test func csv() throws {
        func text(_ view: StatusView) -> String {
            String(decoding: status.csv(view, isTerminal: false), as: UTF8.self)
        }
        // Line ends and a newline inside a reason stay as they are.
        try Golden.check(text(.overview).replacing("\r\n", with: "\n"), "status-csv")
        try Golden.check(text(.grouped(.gpu)).replacing("\r\n", with: "\n"), "status-by-gpu-csv")
        #expect(text(.overview).contains("\"장애 \u{1b}[31mred\nline two 🚨\""))
        let safe = String(decoding: status.csv(.overview, isTerminal: true), as: UTF8.self)
        #expect(!safe.contains("\u{1b}"))
    }

    @Test func quiet() {
        func last(_ nodes: [Node], of all: [Node]) -> [String] {
            let cluster = Cluster(name: "demo", partitions: [], nodes: all)
            return StatusFixtures.status(
                nodes, cluster: cluster, verdicts: StatusFixtures.checked(nodes)
            ).lines(width: nil).suffix(2).filter { !$0.isEmpty && !$0.hasPrefix("checked") }
        }
        let nodes = StatusFixtures.nodes
        let well = Array(nodes.prefix(2))
        #expect(last(well, of: well) == ["Nothing needs attention on 2 nodes."])
        let asleep = nodes.filter { $0.name.hasPrefix("cloud") }
        #expect(
            last(well + asleep, of: well + asleep) == [
                "Nothing needs attention on 2 nodes; 2 nodes are powered down or on the way, and not seen."
            ])
        #expect(
            last(asleep, of: nodes) == ["2 nodes are powered down or on the way, and not seen."])
        #expect(last([], of: []) == ["slurmctld shows this user no node: nothing is known."])
        #expect(last([], of: nodes) == ["No node matches the selection: nothing was looked at."])
    }

    /// Slurm complains of nothing, and nobody looked: that is not nothing.
    @Test func unchecked() {
        let nodes = Array(StatusFixtures.nodes.prefix(2))
        let cluster = Cluster(name: "demo", partitions: [], nodes: nodes)
        func status(_ verdicts: [String: [LastVerdict]], now: Int = StatusFixtures.now)
            -> ClusterStatus
        {
            StatusFixtures.status(nodes, cluster: cluster, verdicts: verdicts, generated: now)
        }
        let never = status([:])
        #expect(never.exitCode == 2)
        #expect(never.lines(width: nil).last == "not checked: 2 nodes -> fleet health")
        #expect(!never.lines(width: nil).contains { $0.hasPrefix("Nothing needs attention") })
        let checked = StatusFixtures.checked(nodes)
        #expect(status(checked).exitCode == 0)
        let old = status(checked, now: StatusFixtures.now + 60 * 86_400)
        #expect(old.exitCode == 2)
        #expect(
            old.lines(width: nil).last == "last checks 60 d old: 2 nodes -> fleet health")
        let half = status(checked.filter { $0.key == "gpu-1" })
        #expect(half.exitCode == 2)
        #expect(
            half.lines(width: nil).suffix(2) == [
                "not checked: 1 node -> fleet health -n gpu-2",
                "checked within a day: 1 node, the newest 60 s ago, by root",
            ])
        #expect(StatusFixtures.status.exitCode == 1)
        #expect(status(checked).coverage?.isWhole == true)
    }

    /// What was checked of a node today makes up for nothing that was checked long ago.
    @Test func partlyChecked() {
        let nodes = Array(StatusFixtures.nodes.prefix(2))
        var verdicts = StatusFixtures.checked(nodes)
        for (node, check) in [("gpu-1", "check-mount"), ("gpu-2", "check-mount /lustre")] {
            verdicts[node]?.append(
                LastVerdict(
                    node: node, check: check, verdict: .ok, time: Fixtures.now - 3 * 86_400,
                    run: "20261120-135211-\(node)"))
        }
        let status = StatusFixtures.status(
            nodes, cluster: Cluster(name: "demo", partitions: [], nodes: nodes),
            verdicts: verdicts)
        #expect(status.exitCode == 2)
        #expect(
            status.lines(width: nil).suffix(2) == [
                "last checks 3 d old: 1 node -> fleet health -n gpu-1",
                "last checks 3 d old: 1 node -> fleet check-mount --mount-point /lustre -n gpu-2",
            ])
        let sheet = NodeSheet(nodes[1], in: status, reservations: []).picture.lines(width: nil)
        #expect(
            sheet.contains(
                "last checked 3 d ago -> fleet check-mount --mount-point /lustre -n gpu-2"))
    }

    /// A boot is no check: what failed before it is neither forgotten nor still said to be broken.
    @Test func bootedSince() {
        var node = StatusFixtures.nodes[1]
        node.bootTime = Fixtures.now - 100
        let cluster = Cluster(name: "demo", partitions: [], nodes: [node])
        let status = StatusFixtures.status([node], cluster: cluster)
        #expect(status.exitCode == 2)
        let lines = status.lines(width: nil)
        #expect(lines.contains("Needs attention: 1 of 1 node"))
        #expect(
            lines.contains { $0.hasSuffix("check-mount /lustre failed, before the last boot") })
        let command = "fleet check-mount --mount-point /lustre -n gpu-2"
        #expect(lines.contains("    -> check again: \(command)"))
        #expect(!lines.contains { $0.contains("fleet drain") })
    }

    /// SINCE of several nodes is a range, but for the seconds between two that one run found.
    @Test(arguments: [
        ([0, 1], "1 s"), ([40, 99], "99 s"), ([40, 100], "40 s - 1 min"), ([600, 630], "10 min"),
        ([7_300, 7_200], "2 h"), ([600, 7_200], "10 min - 2 h"),
    ])
    func sinceOfSeveral(_ ages: [Int], _ since: String) {
        let nodes = ages.enumerated().map { place, age in
            StatusFixtures.node(
                "gpu-\(place + 1)", ["gpu"], .idle, "DRAIN", [.drain],
                reason: NodeReason(text: "bad", user: "root", time: Fixtures.now - age))
        }
        let status = StatusFixtures.status(
            nodes, cluster: Cluster(name: "demo", partitions: [], nodes: nodes), verdicts: [:])
        let row = "gpu-[1-2]      2  warn      \(since)  drained by root"
        let lines = StatusPicture(status.attentionParts(width: nil)).lines(width: nil)
        #expect(lines.contains { $0.split(separator: " ") == row.split(separator: " ") })
    }

    /// A thousand broken nodes fit a screen: equal reasons are one group, and scattered names are cut.
    @Test func thousand() {
        let nodes = (1...2_000).map { number in
            StatusFixtures.node(
                "gpu-\(number)", ["gpu"], .idle, number % 2 == 0 ? "DRAIN" : "IDLE",
                number % 2 == 0 ? [.drain] : [],
                reason: number % 2 == 0
                    ? NodeReason(text: "bad", user: "root", time: Fixtures.now - number) : nil)
        }
        let cluster = Cluster(
            name: "big", partitions: [Partition(name: "gpu", nodeCount: 2_000)], nodes: nodes)
        let status = StatusFixtures.status(nodes, cluster: cluster, verdicts: [:])
        let attention = StatusPicture(status.attentionParts(width: 80))
        let lines = attention.lines(width: 80)
        #expect(lines.count <= 10)
        // The command has each of them, on one line; only the screen of a watch leaves some out.
        #expect(lines.contains { $0.hasSuffix("1998,2000]' --force") })
        let painted = attention.lines(width: 80, isPainted: true)
        #expect(painted.count <= 12)
        #expect(!painted.contains { TerminalText.width($0) > 80 })
    }

    /// ParallelCluster's names are long: the commands have them all the same, and can be pasted.
    @Test func longNames() {
        let names = [1, 3, 5, 7].map { "compute-gpu-st-distributed-ml-\($0)" }
        let nodes = names.map {
            StatusFixtures.node(
                $0, ["compute-gpu"], .idle, "DRAIN", [.drain],
                reason: NodeReason(text: "bad", user: "root", time: Fixtures.now - 600))
        }
        let cluster = Cluster(
            name: "pc", partitions: [Partition(name: "compute-gpu", nodeCount: 4)], nodes: nodes)
        let status = StatusFixtures.status(
            nodes, cluster: cluster, verdicts: StatusFixtures.checked(nodes))
        let command = "fleet resume -n 'compute-gpu-st-distributed-ml-[1,3,5,7]' --force"
        let attention = StatusPicture(status.attentionParts(width: 80))
        for isPainted in [false, true] {
            let lines = attention.lines(width: 80, isPainted: isPainted)
            // Nothing but the heading of the column.
            #expect(!lines.contains { $0.contains("-n NODES") })
            // A watch may break it between words, and hides none.
            let words = lines.flatMap { $0.split(separator: " ") }.joined(separator: " ")
            #expect(words.contains(command))
            #expect(isPainted || lines.contains("      " + command))
        }
        let piped = StatusPicture(status.attentionParts(width: nil)).lines(width: nil)
        #expect(piped.contains { $0.hasSuffix(command) })
    }

    /// A node may be in twenty partitions, and a partition may have none.
    @Test func manyPartitions() {
        let names = (1...20).map { "p\($0)" }
        let node = StatusFixtures.node("n1", names, .idle, "IDLE")
        let cluster = Cluster(
            name: "c", partitions: names.map { Partition(name: $0, nodeCount: 1) }, nodes: [node])
        let status = StatusFixtures.status([node], cluster: cluster, verdicts: [:])
        #expect(status.usage.allSatisfy { $0.nodes == 1 && $0.cpus == 192 })
        #expect(status.partitionTable().plainRows.count == 21)
        #expect(status.summary[1] == "CPUs: 0 of 192 allocated")
    }

    @Test func longReason() {
        let reason = NodeReason(text: String(repeating: "가나다 ", count: 250), user: "root", time: 1)
        let node = StatusFixtures.node("n1", ["gpu"], .idle, "DRAIN", [.drain], reason: reason)
        let lines = StatusFixtures.status([node]).lines(width: 80)
        #expect(!lines.contains { TerminalText.width($0) > 80 })
        #expect(lines.joined().filter { $0 == "가" }.count == 250)
    }

    /// An ordinary user is told what works for an ordinary user; a node that was drained for a finding is one block.
    @Test func ofAUser() throws {
        var nodes = StatusFixtures.nodes
        let place = try #require(nodes.firstIndex { $0.name == "gpu-3" })
        nodes[place].reason = NodeReason(
            text: "fleet: gpu.lost GPU 2: gone [root]", user: "root", time: Fixtures.now - 600)
        let lost = LastVerdict(
            node: "gpu-3", check: "gpu-check", verdict: .fail, time: Fixtures.now - 900,
            run: "20261123-130211-7f3a", user: "ann", message: "GPU 2: gone",
            findings: [
                HistoryFinding(
                    Finding(
                        .fail, code: "gpu.lost", subject: "GPU 2", message: "gone",
                        remedy: "reboot the node; if it comes back, replace the GPU"))
            ])
        let status = ClusterStatus(
            cluster: Cluster(
                name: "demo", partitions: StatusFixtures.partitions, nodes: nodes),
            nodes: nodes, partitionNames: [],
            verdicts: StatusFixtures.verdicts.merging(["gpu-3": [lost]]) { $1 },
            generated: Fixtures.now, canReboot: true,
            rights: CommandRights(
                user: 4_242, slurmUser: "slurm", hasSudo: true, losesSlurmConf: true))
        try Golden.check(status.lines(width: 80), "status-user-80")
        try Golden.check(
            NodeSheet(nodes[place], in: status, reservations: []).picture.lines(width: 80),
            "node-user-80")
    }

    @Test func sheet() throws {
        func lines(_ name: String, _ width: Int?) throws -> [String] {
            let node = try #require(StatusFixtures.nodes.first { $0.name == name })
            let reservation = Reservation(
                name: "maint", nodes: ["gpu-1", "cpu-1"], start: Fixtures.now - 60,
                end: Fixtures.now + 7_200, users: ["root"], isMaintenance: true)
            return NodeSheet(node, in: status, reservations: [reservation])
                .picture.lines(width: width)
        }
        try Golden.check(lines("gpu-1", 80), "node-80")
        try Golden.check(lines("gpu-1", nil), "node")
        try Golden.check(lines("gpu-4", 80), "node-drained-80")
        try Golden.check(lines("gpu-5", 80), "node-down-80")
        try Golden.check(lines("cloud-1", 80), "node-asleep-80")
    }

    @Test func nodeJSON() throws {
        let nodes = StatusFixtures.nodes.filter { ["gpu-1", "gpu-2"].contains($0.name) }
        let status = StatusFixtures.status(nodes)
        try Golden.check(JSONOutput.pretty(NodeDocument(status)), "node-json")
        let line = try JSONOutput.line(NodeEntry(nodes[1], in: status))
        #expect(!line.contains("\n"))
        #expect(line.contains(#""jobs":[{"account":null,"completing":false,"#))
    }

    /// A node that reboots is no fault, and is not said to be well either.
    @Test func rebooting() {
        var nodes = Array(StatusFixtures.nodes.prefix(1))
        nodes.append(
            Node(name: "gpu-9", state: NodeState(base: .down, flags: [.rebootIssued])))
        let lines = StatusFixtures.status(nodes, verdicts: StatusFixtures.checked(nodes))
            .lines(width: nil)
        #expect(
            lines.contains(
                "Nothing needs attention on 1 node; 1 node is rebooting, and not seen; "
                    + "worth knowing:"))
    }

    /// A node that is down is counted as down, whatever else it is.
    @Test(
        arguments: [
            (.down, [.drain], "down"), (.down, [.drain, .notResponding], "down"),
            (.down, [.rebootIssued, .notResponding], "rebooting"),
            (.down, [.cloud, .poweredDown], "powered down"), (.idle, [.drain], "drained"),
            (.idle, [.notResponding], "not responding"), (.idle, [.maintenance], "in maintenance"),
        ] as [(NodeState.Base, [NodeState.Flag], String)])
    func summaryOfAState(_ base: NodeState.Base, _ flags: [NodeState.Flag], _ word: String) {
        #expect(NodeState(base: base, flags: flags).summary == word)
    }
}

import Acting
@testable import ClusterView
import History
import SlurmKit
import SlurmModel
import Terminal
import Testing
import Verdicts

/// What is not known is not called well: over every state, and every age of the last check.
@Suite struct NeverGreenTests {
    private static let now = ComposedCluster.now

    private func status(
        _ nodes: [Node], checked age: Int? = 60, verdict: Verdict = .ok, warnings: [String] = []
    ) -> ClusterStatus {
        var verdicts: [String: [LastVerdict]] = [:]
        for node in nodes {
            guard let age else { break }
            verdicts[node.name] = [
                LastVerdict(
                    node: node.name, check: "gpu-check", verdict: verdict, time: Self.now - age,
                    run: "r", user: "root")
            ]
        }
        return ClusterStatus(
            cluster: Cluster(name: "demo", partitions: [], nodes: nodes), nodes: nodes,
            partitionNames: [], verdicts: verdicts, warnings: warnings, generated: Self.now)
    }

    private func node(_ base: NodeState.Base, _ flags: [NodeState.Flag] = []) -> Node {
        Node(
            name: "n1", state: NodeState(base: base, flags: flags),
            gpus: [GPUCount(type: nil, total: 8, used: 0)])
    }

    /// Whether slurmctld says of itself that the node is there, answers, and has all that is configured.
    private func isThere(_ state: NodeState) -> Bool {
        let away: [NodeState.Flag] = [
            .notResponding, .invalidRegistration, .poweredDown, .poweringDown, .poweringUp,
            .powerUp, .rebootIssued, .fail,
        ]
        return [.idle, .mixed, .allocated].contains(state.base)
            && !away.contains(where: state.has)
    }

    @Test(
        "Of two flags on any base, a node is called well only where it is there; else it is a fault or not seen",
        arguments: NodeState.Base.allCases)
    func everyState(_ base: NodeState.Base) {
        let others: [NodeState.Flag] = [
            .drain, .notResponding, .powerDrain, .poweredDown, .powerDown, .rebootIssued, .fail,
        ]
        for one in NodeState.Flag.allCases {
            for other in others + [one] {
                let node = node(base, [one, other])
                let status = status([node])
                let isAlarm = status.attention.contains { $0.attention.severity > .info }
                let words = status.attentionParts(width: nil).compactMap { part -> String? in
                    if case .text(let text, _) = part { text } else { nil }
                }
                let first = words.first ?? ""
                if first.hasPrefix("Nothing needs attention on 1 node") {
                    #expect(isThere(node.state), "\(node.state.text): \(first)")
                } else if !isAlarm {
                    let unseen = ["not seen", "not there yet"].contains { first.contains($0) }
                    #expect(unseen, "\(node.state.text): \(first)")
                }
                // An alarm is never green to a script.
                let known = isAlarm && !status.attention.contains { $0.attention.severity > .warn }
                #expect((status.exitCode == 0) == (!isAlarm || known), "\(node.state.text)")
            }
        }
    }

    @Test("A node that dies while it waits to be powered down is told of")
    func deadWhilePoweringDown() throws {
        let dead = node(.allocated, [.drain, .powerDrain, .powerDown, .notResponding])
        let status = status([dead])
        #expect(status.exitCode == 2)
        let found = try #require(status.attention.first?.attention)
        #expect(found.code == .notResponding && found.severity == .unknown)
        // While it answers, the drain that its power-down set is no fault.
        let well = self.status([node(.allocated, [.drain, .powerDrain, .powerDown])])
        #expect(well.attention.isEmpty && well.exitCode == 0)
    }

    @Test(
        "A node that is both in the future and powered down is left out once, and takes no other's place"
    )
    func futureAndAsleep() {
        var future = node(.future, [.poweredDown])
        future.name = "n2"
        let lines = status([node(.idle), future]).lines(width: nil)
        #expect(lines.contains("Nothing needs attention on 1 node; 1 node is not there yet."))
    }

    @Test("A warning takes the green away, and the exit code's 0 with it")
    func warnings() {
        let calm = status([node(.idle)])
        #expect(calm.exitCode == 0)
        let unsure = status([node(.idle)], warnings: ["fleet: the history cannot be read"])
        #expect(unsure.exitCode == 2)
        #expect(
            unsure.lines(width: nil).contains(
                "Nothing needs attention on 1 node, as far as is known.")
        )
        func style(_ status: ClusterStatus) -> TextStyle? {
            if case .text(_, let style) = status.attentionParts(width: nil)[0] {
                style
            } else {
                nil
            }
        }
        #expect(style(calm) == .good && style(unsure) == .unsure)
    }

    @Test(
        "A check's age: within a day it counts, later it is old; what a wrong clock dates from days to come is no check",
        arguments: [
            (0, 0), (86_400, 0), (86_401, 2), (60 * 86_400, 2), (-3_600, 0), (-86_400, 0),
            (-86_401, 2), (-10 * 365 * 86_400, 2), (nil, 2),
        ] as [(Int?, Int32)])
    func ages(_ age: Int?, _ code: Int32) throws {
        let status = status([node(.idle)], checked: age)
        #expect(status.exitCode == code)
        let isOld = age.map { $0 > 86_400 } ?? false
        let coverage = try #require(status.coverage)
        #expect(coverage.old.count == (isOld ? 1 : 0))
        #expect(coverage.unchecked.count == (code != 0 && !isOld ? 1 : 0))
        let lines = status.lines(width: nil)
        #expect(lines.contains { $0.hasPrefix("Nothing needs attention") } == (code == 0))
    }

    @Test(
        "What was said last decides, and its age decides nothing about a failure",
        arguments: [
            (.ok, 60, 0), (.warn, 60, 0), (.unknown, 60, 2), (.fail, 60, 1), (.ok, 90_000, 2),
            (.warn, 90_000, 2), (.unknown, 90_000, 2), (.fail, 90_000, 1), (.fail, 9_000_000, 1),
        ] as [(Verdict, Int, Int32)])
    func verdicts(_ verdict: Verdict, _ age: Int, _ code: Int32) {
        #expect(status([node(.idle)], checked: age, verdict: verdict).exitCode == code)
    }

    @Test(
        "A node in maintenance is not counted as idle, though Slurm has it reserved too",
        arguments: [
            ([.maintenance], "in maintenance"), ([.maintenance, .reserved], "in maintenance"),
            ([.maintenance, .planned, .cloud], "in maintenance"), ([.reserved], "idle"),
            ([.maintenance, .drain], "drained"),
            ([.maintenance, .notResponding], "not responding"),
        ] as [([NodeState.Flag], String)])
    func maintenance(_ flags: [NodeState.Flag], _ word: String) {
        #expect(status([node(.idle, flags)]).summary[0] == "demo: 1 node: 1 \(word)")
        // Nor are its GPUs free.
        #expect(PartitionUsage.sum(of: [node(.idle, flags)]).gpusFree == (word == "idle" ? 8 : 0))
    }

    @Test(
        "A colour of alarm on whatever is a failure, and none on what is well",
        arguments: NodeState.Base.allCases)
    func colours(_ base: NodeState.Base) {
        for flag in NodeState.Flag.allCases {
            let node = node(base, [flag])
            let worst = status([node]).attention.map(\.attention.severity).max()
            switch node.state.style {
            case .bad: #expect(worst == .fail || node.state.isAsleep, "\(node.state.text)")
            case nil: #expect(worst ?? .info == .info, "\(node.state.text)")
            default: #expect(worst != .fail, "\(node.state.text)")
            }
        }
    }
}

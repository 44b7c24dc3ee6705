@testable import Acting
import History
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// What is told of a node by its state, its checks and their age together; and that grouping loses none of it.
@Suite struct AttentionLawTests {
    private static let now = AttentionRulesTests.now
    private static let rounds = Fuzzing.rounds(500, few: 20)

    private func last(
        _ verdict: Verdict, age: Int = 100, check: String = "gpu-check",
        message: String = "GPU 2: gone",
        remedy: String? = nil
    ) -> LastVerdict {
        LastVerdict(
            node: "n1", check: check, verdict: verdict, time: Self.now - age, run: "r",
            message: message,
            findings: verdict == .ok
                ? []
                : [
                    HistoryFinding(
                        Finding(.fail, code: "gpu.lost", message: message, remedy: remedy))
                ])
    }

    private func told(_ node: Node, _ verdicts: LastVerdict..., canReboot: Bool = true)
        -> [Attention]
    {
        AttentionRules(
            AttentionContext(now: Self.now, verdicts: ["n1": verdicts], canReboot: canReboot)
        ).attentions(for: node)
    }

    @Test(
        "A verdict that is not well is told in every state, also of a node that is down, asleep or yet to come",
        arguments: NodeState.Base.allCases)
    func everyState(_ base: NodeState.Base) {
        for flag in NodeState.Flag.allCases {
            let node = AttentionRulesTests.node(base, [flag])
            for verdict in Verdict.allCases {
                let found = told(node, last(verdict)).filter { $0.code == .check }
                #expect(found.count == (verdict == .ok ? 0 : 1), "\(node.state.text)")
                guard let one = found.first else { continue }
                let remedies = one.remedies.joined(separator: "\n")
                // Only a node to which Slurm gives jobs is to be drained, and only for a failure.
                let isAdvised = remedies.contains("fleet drain")
                #expect(
                    isAdvised == (verdict == .fail && node.state.takesJobs), "\(node.state.text)")
                #expect(remedies.contains("--include-drained") == node.state.has(.drain))
                #expect(!remedies.contains("fleet reboot"))
            }
        }
    }

    @Test(
        "A failure and the boot after it: before it counts, after it is unknown, at the same second it counts",
        arguments: [
            (nil, Severity.fail), (101, .fail), (100, .fail), (99, .unknown), (-5, .unknown),
        ] as [(Int?, Severity)])
    func boots(_ bootAge: Int?, _ severity: Severity) throws {
        let node = AttentionRulesTests.node(boot: bootAge.map { Self.now - $0 })
        let found = try #require(told(node, last(.fail, remedy: "reboot the node")).first)
        #expect(found.severity == severity)
        #expect(found.what.hasSuffix("before the last boot") == (severity == .unknown))
        // What was rebooted is neither drained nor rebooted for what was before.
        let commands = found.remedies.filter {
            $0.contains("fleet drain") || $0.contains("fleet reboot")
        }
        #expect(commands.isEmpty == (severity == .unknown))
    }

    private func reboots(_ found: [Attention]) -> [String] {
        found.flatMap { $0.remedies }.filter { $0.contains("fleet reboot") }
    }

    @Test(
        "A reboot is advised only where the remedy says so, Slurm can, and the node is there and fleet's",
        arguments: NodeState.Base.allCases)
    func rebootAdvice(_ base: NodeState.Base) {
        let failed = last(.fail, remedy: "reboot the node")
        for flag in NodeState.Flag.allCases {
            let node = AttentionRulesTests.node(base, [flag], reason: "bad cable")
            let commands = reboots(told(node, failed))
            let isThere =
                [.idle, .mixed, .allocated].contains(base)
                && ![
                    .drain, .notResponding, .invalidRegistration, .rebootIssued, .poweredDown,
                    .poweringDown, .poweringUp, .powerUp,
                ].contains(flag) && !(flag == .powerDown && base == .idle)
            #expect(commands.isEmpty != isThere, "\(node.state.text)")
            #expect(reboots(told(node, failed, canReboot: false)).isEmpty)
        }
    }

    @Test(
        "Words of a check in a command stay one word of it: no mark is filled in, no quote ends, no line breaks"
    )
    func hostileWords() throws {
        let message = "x {nodes} {max} ' ; rm -rf / \n\u{1b}[2J $(reboot)"
        let found = try #require(
            told(AttentionRulesTests.node(), last(.fail, message: message)).first)
        let drain = try #require(found.remedies.first { $0.contains("fleet drain") })
        #expect(
            drain.hasPrefix(
                "it still takes jobs; drain it: fleet drain -n {nodes}{max} --reason 'gpu.lost "))
        #expect(drain.hasSuffix(#"x (nodes) (max) '\'' ; rm -rf / [2J $(reboot)'"#))
        let long = String(repeating: "word ", count: 100)
        let cut = told(AttentionRulesTests.node(), last(.fail, message: long))[0].remedies[0]
        #expect(cut.count < 160 && cut.hasSuffix("word ...'"))
    }

    @Test("A limit is filled in where the advice would else be refused, and left away where not")
    func limits() {
        let nodes = (1...20).map { Node(name: "n\($0)") }
        let census = DrainLimit.Census(nodes)
        let advice = Attention(
            .fail, .check, "w", remedies: ["fleet drain -n {nodes}{max} --reason x", "look"])
        func first(_ taken: Int) -> String? {
            advice.withLimit(for: nodes.prefix(taken), of: census).remedy
        }
        #expect(first(2) == "fleet drain -n {nodes} --reason x")
        #expect(first(3) == "fleet drain -n {nodes} --max 3 --reason x")
        #expect(first(0) == "fleet drain -n {nodes} --reason x")
        let other = Attention(.warn, .load, "w", remedies: ["look"])
        #expect(other.withLimit(for: nodes, of: census) == other)
    }

    @Test(
        "Grouped, everything of every node is there once, whatever the order; what weighs most comes first"
    )
    func groups() {
        var random = SeededRandom(Fuzzing.seed)
        for _ in 0..<Self.rounds {
            var pairs: [(node: String, attention: Attention)] = []
            for number in 0..<30 {
                let code = Attention.Code.allCases.randomElement(using: &random) ?? .down
                let severity = Severity.allCases.randomElement(using: &random) ?? .warn
                pairs.append(
                    (
                        node: "n\(number)",
                        attention: Attention(
                            severity, code, "w\(number % 2)", detail: number % 3 == 0 ? nil : "d",
                            remedy: "fleet x -n {nodes}", since: number % 5 == 0 ? nil : number)
                    ))
            }
            let groups = AttentionGroup.groups(of: pairs)
            #expect(groups.flatMap(\.nodes).sorted() == pairs.map(\.node).sorted())
            for group in groups {
                let times = pairs.filter { group.nodes.contains($0.node) }.compactMap(
                    \.attention.since)
                #expect(group.earliest == times.min() && group.latest == times.max())
            }
            let severities = groups.map(\.attention.severity)
            #expect(severities == severities.sorted(by: >))
            let other = AttentionGroup.groups(of: pairs.shuffled(using: &random))
            #expect(
                Set(other.map { Set($0.nodes) }) == Set(groups.map { Set($0.nodes) }),
                "seed \(Fuzzing.seed)")
        }
    }

    @Test(
        "A partition that is not up is told with a command that names it, be its name what it may",
        arguments: [
            ("gpu", "scontrol update partitionname=gpu state=up"),
            ("a&b", "scontrol update 'partitionname=a&b' state=up"),
            ("$(x)'", #"scontrol update 'partitionname=$(x)'\''' state=up"#),
        ])
    func partitions(_ name: String, _ command: String) {
        let rules = AttentionRules(AttentionContext(now: Self.now))
        for state: Partition.State in [.down, .drain, .inactive] {
            let found = rules.attention(for: Partition(name: name, state: state))
            #expect(found?.remedies == [command] && found?.what.hasPrefix("partition ") == true)
        }
        #expect(rules.attention(for: Partition(name: name)) == nil)
    }

    @Test("The usual release is that of more than half of those that have one; else nobody is odd")
    func usualVersion() {
        func usual(_ versions: [String?]) -> String? {
            AttentionContext(now: 0, nodes: versions.map { Node(name: "n", version: $0) })
                .usualVersion
        }
        #expect(usual([]) == nil && usual([nil, "", nil]) == nil)
        #expect(usual(["24.11", nil, nil, ""]) == "24.11")
        #expect(usual(["a", "a", "b", "b"]) == nil && usual(["a", "a", "b", "b", "a"]) == "a")
        #expect(usual(["a", "b", "c"]) == nil)
    }
}

import ParallelCluster
import Testing

/// The rules about counts, reservations, placement groups and EFA, each at the input that just breaks it and at the
/// one beside it that does not.
@Suite("the rules about compute resources")
struct ComputeRulesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var cluster = SmallCluster()
        /// The rules that find something, each with a text of the line it names.
        let finds: [String: String]
        let testDescription: String

        init(
            _ words: String, _ finds: [String: String] = [:],
            _ change: (inout SmallCluster) -> Void = { _ in }
        ) {
            testDescription = words
            self.finds = finds
            change(&cluster)
        }
    }

    private func check(_ test: Case) {
        let found = test.cluster.findings()
        #expect(found.map(\.finding.rule).sorted() == test.finds.keys.sorted(), "\(found)")
        for (finding, line) in found {
            #expect(line.contains(test.finds[finding.rule] ?? "?"), "\(finding)")
            #expect(!finding.remedy.isEmpty && !finding.message.isEmpty)
        }
    }

    @Test(
        "A count is a whole number from 0 to a million",
        arguments: [
            ("0", true), ("1", true), ("1000000", true), ("1000001", false), ("-1", false),
            ("1.0", false), ("1e3", false), ("0x2", false), ("1_000", false), ("two", false),
            ("true", false), ("9223372036854775807", false), ("9223372036854775808", false),
            ("-9223372036854775808", false), ("١", false), ("''", false),
        ])
    func counts(_ text: String, _ isCount: Bool) {
        var cluster = SmallCluster()
        cluster.counts = ["MaxCount: \(text)", "MinCount: 0"]
        // An empty one is told by another rule.
        let found = cluster.rules.filter { $0 != "yaml.leftover" }
        #expect(found == (isCount ? [] : ["count.order"]))
        cluster.counts = ["MaxCount: 1000000", "MinCount: \(text)"]
        #expect(cluster.rules.filter { $0 != "yaml.leftover" } == (isCount ? [] : ["count.order"]))
    }

    @Test(
        "MinCount may be as much as MaxCount, which is 10 where it is not said",
        arguments: [
            (["MinCount: 10"], ""), (["MinCount: 11"], "MinCount 11 is above MaxCount 10"),
            (["MaxCount: 0"], ""),
            (["MinCount: 1", "MaxCount: 0"], "MinCount 1 is above MaxCount 0"),
            (["MinCount: 3", "MaxCount: 3"], ""), ([], ""),
        ])
    func order(_ counts: [String], _ message: String) {
        var cluster = SmallCluster()
        cluster.counts = counts
        #expect(cluster.findings().map(\.finding.message) == (message.isEmpty ? [] : [message]))
        #expect(cluster.findings().allSatisfy { $0.finding.remedy.hasPrefix("MaxCount: 1") })
    }

    /// Two compute resources with all that an Int holds in each: whoever adds their counts does not stumble.
    @Test("Sums of counts cannot overflow")
    func sums() throws {
        var cluster = SmallCluster()
        let most = "MinCount: \(Int.max)"
        cluster.counts = [most, "MaxCount: \(Int.max)"]
        cluster.resource = []
        let text = cluster.text + "        - Name: s\n          \(most)\n"
        let shapes = try ClusterDocument(text: text).compute
        #expect(shapes.count == 2)
        #expect(shapes.reduce(0) { $0 + $1.minimum } == 0)
        #expect(ClusterInstance.staticNodes(among: [], of: shapes) == 0)
    }

    private static let reservation = [
        "CapacityReservationTarget:", "  CapacityReservationId: cr-0123456789abcdef0",
    ]

    private static func group(_ lines: String...) -> [String] {
        ["Networking:", "  PlacementGroup:"] + lines.map { "    " + $0 }
    }

    static let reservationCases: [Case] = [
        Case("all nodes of a reservation are static") { $0.resource = reservation },
        Case("a queue's reservation is its resources'", ["cr.count": "MinCount: 0"]) {
            $0.queue = reservation
            $0.counts = ["MinCount: 0", "MaxCount: 2"]
        },
        Case("a reservation that no node uses", ["cr.count": "MaxCount: 0"]) {
            $0.resource = reservation
            $0.counts = ["MinCount: 0", "MaxCount: 0"]
        },
        Case("without MinCount the resource is named", ["cr.count": "Name: r"]) {
            $0.resource = reservation
            $0.counts = ["MaxCount: 2"]
        },
        // What is no count has one finding, and nothing is concluded from it.
        Case("no count is no wrong count", ["count.order": "MinCount: two"]) {
            $0.resource = reservation
            $0.counts = ["MinCount: two", "MaxCount: 2"]
        },
        Case("nor is a variable that is left", ["yaml.leftover": "MinCount: ${X}"]) {
            $0.resource = reservation
            $0.counts = ["MinCount: ${X}", "MaxCount: 2"]
        },
        Case("a block needs its id", ["cr.block": "CapacityType"]) {
            $0.queue = ["CapacityType: CAPACITY_BLOCK"]
        },
        Case("a block with its id") {
            $0.queue = ["CapacityType: CAPACITY_BLOCK"] + reservation
        },
        Case("a block of which nodes are left out", ["cr.block": "MinCount: 1"]) {
            $0.queue = ["CapacityType: CAPACITY_BLOCK"] + reservation
            $0.counts = ["MinCount: 1", "MaxCount: 2"]
        },
        Case("a block that nobody uses", ["cr.block": "MinCount: 0"]) {
            $0.queue = ["CapacityType: CAPACITY_BLOCK"] + reservation
            $0.counts = ["MinCount: 0", "MaxCount: 0"]
        },
        Case("a block whose count is a variable", ["yaml.leftover": "MinCount: ${X}"]) {
            $0.queue = ["CapacityType: CAPACITY_BLOCK"] + reservation
            $0.counts = ["MinCount: ${X}", "MaxCount: 0"]
        },
    ]

    @Test("Reservations and capacity blocks", arguments: reservationCases)
    func reservations(_ test: Case) { check(test) }

    /// The group of the queue, that of the resource, and whether the resource lies in one: the resource's own has
    /// priority as a whole, named or switched.
    @Test(
        "A reservation lies in no placement group, wherever it is set",
        arguments: [
            ([], [], false), (["Enabled: true"], [], true), (["Enabled: false"], [], false),
            (["Enabled: true"], ["Enabled: false"], false),
            (["Enabled: false"], ["Enabled: true"], true),
            (["Enabled: false"], ["Name: mine"], true), ([], ["Id: pg-1"], true),
            (["Name: ours"], [], true), (["Name: ours"], ["Enabled: false"], false),
            // What is neither true nor false is not taken for false.
            (["Enabled: maybe"], [], true), (["Enabled: no"], [], false),
            (["Enabled: ON"], [], true),
            (["Enabled: 'false'"], [], false),
        ] as [([String], [String], Bool)])
    func placement(_ queue: [String], _ own: [String], _ isIn: Bool) {
        var cluster = SmallCluster()
        let lines = { (group: [String]) in
            group.isEmpty ? [] : ["Networking:", "  PlacementGroup:", "    " + group[0]]
        }
        cluster.queue = lines(queue)
        cluster.resource = Self.reservation + lines(own)
        #expect(cluster.rules == (isIn ? ["cr.placement"] : []))
        // Without a reservation a group does no harm.
        cluster.resource = lines(own)
        #expect(cluster.rules.isEmpty)
    }

    @Test(
        "ScaledownIdletime -1 keeps only what is static",
        arguments: [
            (-1, 2, 2, nil), (-1, 2, 3, "1 nodes above MinCount"),
            (-1, 0, 9, "9 nodes above MinCount"),
            (0, 0, 9, nil), (5, 2, 3, nil),
        ] as [(Int, Int, Int, String?)])
    func dynamic(_ idle: Int, _ low: Int, _ high: Int, _ message: String?) {
        var cluster = SmallCluster()
        cluster.settings = ["SlurmSettings:", "  ScaledownIdletime: \(idle)"]
        cluster.counts = ["MinCount: \(low)", "MaxCount: \(high)"]
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == (message == nil ? [] : ["count.dynamic"]))
        #expect(found.allSatisfy { $0.finding.message.hasPrefix(message ?? "?") })
        #expect(found.allSatisfy { $0.finding.verdict == .warn && $0.line.contains("MaxCount") })
        // A reservation's nodes are paid for anyway: the rule about its count speaks instead.
        cluster.resource = Self.reservation
        #expect(cluster.rules == (low == high ? [] : ["cr.count"]))
    }

    private static let efa = ["Efa:", "  Enabled: true"]

    static let efaCases: [Case] = [
        Case("EFA with a placement group") {
            $0.type = "g5.8xlarge"
            $0.resource = efa + group("Enabled: true")
        },
        Case("EFA and no word of a group", ["efa.placement": "Enabled: true"]) {
            $0.type = "g5.8xlarge"
            $0.resource = efa
        },
        Case("EFA with a group's name") {
            $0.type = "g5.8xlarge"
            $0.resource = efa
            $0.queue = group("Name: ours")
        },
        Case("EFA switched off asks for nothing") {
            $0.type = "g5.xlarge"
            $0.resource = ["Efa:", "  Enabled: false"]
        },
        Case("GPUDirect where EFA is off", ["efa.gdr": "GdrSupport"]) {
            $0.type = "p5.48xlarge"
            $0.resource = ["Efa:", "  Enabled: false", "  GdrSupport: true"]
        },
        Case("GPUDirect switched off is said of nothing") {
            $0.type = "g5.8xlarge"
            $0.resource = efa + ["  GdrSupport: false"] + group("Enabled: true")
        },
        Case("GPUDirect of a type that is a variable", ["yaml.leftover": "InstanceType"]) {
            $0.type = "${TYPE}"
            $0.resource = efa + ["  GdrSupport: true"] + group("Enabled: true")
        },
    ]

    @Test("EFA and what it needs", arguments: efaCases)
    func efa(_ test: Case) { check(test) }

    @Test(
        "Which types have EFA, and which GPUDirect",
        arguments: [
            ("g4dn.4xlarge", false, false), ("g4dn.8xlarge", true, false),
            ("g4dn.metal", true, false),
            ("g5.xlarge", false, false), ("g5.48xlarge", true, false), ("g6.2xlarge", false, false),
            ("g6e.4xlarge", false, false), ("g6e.12xlarge", true, false),
            ("gr6.4xlarge", false, false),
            ("gr6.8xlarge", true, false), ("p4d.24xlarge", true, true),
            ("p4de.24xlarge", true, true),
            ("p5.48xlarge", true, true), ("p5en.48xlarge", true, true),
            ("p6-b200.48xlarge", true, true),
            ("p3dn.24xlarge", true, false), ("c5n.18xlarge", true, false),
            // Not known to lack it: AWS knows better.
            ("g7x.xlarge", true, false),
        ])
    func types(_ type: String, _ hasEFA: Bool, _ hasDirect: Bool) {
        var cluster = SmallCluster()
        cluster.type = type
        cluster.resource = Self.efa + Self.group("Enabled: true")
        #expect(cluster.rules == (hasEFA ? [] : ["efa.type"]))
        cluster.resource = Self.efa + ["  GdrSupport: true"] + Self.group("Enabled: true")
        #expect(cluster.rules.contains("efa.gdr") == !hasDirect)
    }

    /// Of several types only the unfit ones are named.
    @Test("A resource of several types")
    func severalTypes() throws {
        let text = SmallCluster().text.replacing(
            "InstanceType: c5.large",
            with: """
                Efa: {Enabled: true, GdrSupport: true}
                          Networking: {PlacementGroup: {Enabled: true}}
                          Instances:
                            - InstanceType: g5.xlarge
                            - InstanceType: p5.48xlarge
                            - InstanceType: g5.8xlarge
                """)
        let found = OfflineRules.findings(in: text)
        #expect(found.map(\.rule) == ["efa.type", "efa.gdr"])
        #expect(found.first?.message == "g5.xlarge has no EFA")
        #expect(found.last?.message == "g5.xlarge, g5.8xlarge has no GPUDirect RDMA")
        #expect(try ClusterDocument(text: text).compute.first?.types.count == 3)
    }
}

import ParallelCluster
import Testing
import TestSupport

/// The edits for a reservation in texts of every shape: made as a whole, or not at all.
@Suite("a reservation's edits in any text")
struct ReservationTextTests {
    private static let id = "cr-0123456789abcdef0"

    private static func edited(
        _ text: String, count: Int = 4, isBlock: Bool = false, queue: String? = nil
    ) throws -> String {
        try ReservationEdit(id: id, count: count, isBlock: isBlock, queue: queue).applied(to: text)
    }

    /// Line by line, what is there after an edit that was not there before.
    @Test(
        "Only what must change changes",
        arguments: [
            (["MinCount: 1", "MaxCount: 1"], ["MinCount: 4", "MaxCount: 4"]),
            (
                ["MinCount: 1  # at least", "MaxCount: 9  #not"],
                ["MinCount: 4  # at least", "MaxCount: 4  #not"]
            ),
            (["MinCount:   1", "MaxCount: '9'"], ["MinCount: 4", "MaxCount: 4"]),
            // What is not said is added below the name.
            ([], ["MinCount: 4", "MaxCount: 4"]), (["MaxCount: 4"], ["MinCount: 4"]),
        ])
    func counts(_ before: [String], _ after: [String]) throws {
        var cluster = SmallCluster()
        cluster.counts = before
        let (old, new) = (lines(cluster.text), lines(try Self.edited(cluster.text)))
        let added = [
            "CapacityReservationTarget:", "CapacityReservationId: \(Self.id)",
        ]
        let fresh = new.filter { !old.contains($0) }.map { String($0.drop { $0 == " " }) }
        #expect(fresh.sorted() == (after + added).sorted())
        let kept = old.filter { line in !before.contains { line.hasSuffix($0) } }
        #expect(kept == new.filter(kept.contains))
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("A placement group is switched off wherever it is on", arguments: [true, false])
    func placement(_ isOwn: Bool) throws {
        let group = ["Networking:", "  PlacementGroup:", "    Enabled: true  # why"]
        var cluster = SmallCluster()
        cluster.queue = isOwn ? [] : group
        cluster.resource = isOwn ? group : []
        let text = try Self.edited(cluster.text)
        #expect(text.contains("Enabled: false  # why"))
        #expect(OfflineRules.findings(in: text).isEmpty)
        // Where EFA asks for a word about it, there is one.
        cluster.queue = ["Networking:", "  SubnetIds: [subnet-01234567]"]
        cluster.resource = []
        #expect(
            try ClusterDocument(text: Self.edited(cluster.text)).compute.first?.placement.flag
                == false)
    }

    /// Edits go by lines: what YAML allows beyond that is told, and never half done.
    @Test(
        "What cannot be edited is told",
        arguments: [
            "- {Name: r, MinCount: 1, MaxCount: 1}", "- MinCount: 1\n  MaxCount: 1",
            "- Name: r\n  MinCount:\n    1",
            "- Name: r\n  \"MinCount\": 1\n  MaxCount: 1",
            "- Name: r\n  CapacityReservationTarget:\n    CapacityReservationResourceGroupArn: arn:x",
            "- Name: r\n  CapacityReservationTarget: {CapacityReservationId: cr-0, X: y}",
            "- Name: r\n  Networking:\n    PlacementGroup:\n      Name: mine",
            "- Name: r\n  Networking: {PlacementGroup: {Enabled: true}}",
        ])
    func refused(_ resource: String) {
        let text = """
            Scheduling:
              SlurmQueues:
                - Name: q
                  ComputeResources:
                    \(resource.replacing("\n", with: "\n        "))

            """
        for isBlock in [false, true] {
            let failure = #expect(throws: ReservationEdit.Failure.self) {
                try Self.edited(text, isBlock: isBlock)
            }
            #expect(
                failure?.description.hasPrefix("compute resource ") == true,
                "\(failure?.description ?? "")")
            #expect(failure?.description.hasSuffix("-> edit it by hand") == true)
        }
    }

    @Test(
        "Which compute resource is meant must be clear",
        arguments: [
            ("A: 1\n", nil, "no queue at all -> --queue NAME"),
            ("A: 1\n", "q", "no queue named 'q' -> --queue NAME"),
            (
                "Scheduling: {SlurmQueues: [{Name: a}, {Name: b}]}", nil,
                "2 queues: which one gets the reservation?"
            ),
            (
                "Scheduling: {SlurmQueues: [{Name: a}, {Name: a}]}", "a",
                "2 queues: which one gets the reservation?"
            ),
            ("Scheduling: {SlurmQueues: [{Name: a}]}", nil, "queue a has 0 compute resources"),
            (
                "Scheduling: {SlurmQueues: [{ComputeResources: [{}, {}]}]}", nil,
                "queue ? has 2 compute resources"
            ),
            ("A: [", nil, "line 2: is no YAML"), ("- a", nil, "is no configuration"),
        ] as [(String, String?, String)])
    func unclear(_ text: String, _ queue: String?, _ words: String) {
        let failure = #expect(throws: ReservationEdit.Failure.self) {
            try Self.edited(text, queue: queue)
        }
        #expect(failure?.description.hasPrefix(words) == true, "\(failure?.description ?? "")")
    }

    /// Some queues, with comments, blank lines, variables and settings strewn in.
    private static func queues(_ random: inout SeededRandom) -> (text: String, names: [String]) {
        let noise = ["# MinCount: 7", "", "# Name: x", "  # é"]
        var text = "Region: ${AWS_REGION}\nScheduling:\n  SlurmQueues:\n"
        let names = (0..<Int.random(in: 1...4, using: &random)).map { "q\($0)" }
        for name in names {
            func add(_ lines: [String], at depth: Int) {
                for line in lines where Bool.random(using: &random) || line.hasPrefix("-") {
                    text += String(repeating: " ", count: depth) + line + "\n"
                    if Int.random(in: 0..<4, using: &random) == 0 {
                        text += (noise.randomElement(using: &random) ?? "") + "\n"
                    }
                }
            }
            add(["- Name: \(name)"], at: 4)
            add(["CapacityType: ONDEMAND # Name: y", "AllocationStrategy: ${S}"], at: 6)
            text += "      Networking:\n        SubnetIds:\n          - ${SUBNET}\n"
            if Bool.random(using: &random) {
                text += "        PlacementGroup:\n          Enabled: true  # of \(name)\n"
            }
            text += "      ComputeResources:\n"
            add(["- Name: r"], at: 8)
            add(["MinCount: 1 # MaxCount: 3", "MaxCount: ${M}", "InstanceType: ${T}"], at: 10)
            if Bool.random(using: &random) {
                text +=
                    "          CapacityReservationTarget:\n            CapacityReservationId: cr-0\n"
            }
        }
        return (text, names)
    }

    @Test(
        "In composed files one queue is edited, and all else stays byte for byte",
        arguments: [false, true])
    func composed(_ isBlock: Bool) throws {
        var random = SeededRandom(isBlock ? 61 : 62)
        for _ in 0..<15 {
            let (text, names) = Self.queues(&random)
            let queue = try #require(names.randomElement(using: &random))
            let edited = try Self.edited(text, count: 5, isBlock: isBlock, queue: queue)
            let (before, after) = (
                try ClusterDocument(text: text), try ClusterDocument(text: edited)
            )
            for (old, new) in zip(before.compute, after.compute) {
                if new.queueName == queue {
                    #expect(new.minimum == 5 && new.maximum == 5 && new.reservationID == Self.id)
                    #expect(new.isBlock == isBlock && !new.hasPlacementGroup)
                } else {
                    let values = { (shape: ComputeShape) in
                        shape.queue.everything.map { "\($0.path)=\($0.text ?? "")" }
                    }
                    #expect(values(old) == values(new))
                }
            }
            // Line by line: what was taken out was one of the settings, and comments stay.
            let (old, new) = (lines(text), lines(edited))
            for change in new.difference(from: old) {
                if case .remove(_, let line, _) = change {
                    #expect(
                        line.firstMatch(
                            of: /^ +(MinCount|MaxCount|Enabled|CapacityType|CapacityReservationId):/
                        ) != nil)
                }
            }
            let comments = { (text: String) in text.count { $0 == "#" } }
            #expect(comments(text) == comments(edited))
            #expect(try Self.edited(edited, count: 5, isBlock: isBlock, queue: queue) == edited)
        }
    }
}

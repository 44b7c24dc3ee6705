import ParallelCluster
import Testing

@Suite("the rules that need no AWS")
struct OfflineRulesTests {
    /// One change of the guide's configuration, and what is found beside the guide's own two warnings.
    struct Mutation: CustomTestStringConvertible, Sendable {
        let from: String
        let to: String
        let finds: [String]
        var testDescription: String { "\(from) -> \(to)" }
    }

    @Test func guidePassesWithTwoWarnings() throws {
        let found = OfflineRules.findings(
            in: try GuideFixture.configuration(), clusterName: "ml-training-cluster",
            region: "us-east-1")
        #expect(found.map(\.rule).sorted() == ["script.pin", "time.head"])
        #expect(found.allSatisfy { $0.verdict == .warn && $0.line != nil && !$0.remedy.isEmpty })
        #expect(found.map(\.line) == [7, 37])
    }

    private static let reservation = """
        MaxCount: 2
                  CapacityReservationTarget:
                    CapacityReservationId: cr-0a1f6b92ded769450
        """

    static let mutations: [Mutation] = [
        Mutation(from: "s3://bucket/head.sh", to: "${HEAD}", finds: ["yaml.leftover"]),
        Mutation(from: "s3://bucket/head.sh", to: "$HEAD", finds: ["yaml.leftover"]),
        Mutation(from: "MinCount: 2", to: "MinCount: ${X}", finds: ["yaml.leftover"]),
        Mutation(
            from: "FileSystemId: fs-0123456789abcdef0", to: "FileSystemId:",
            finds: ["yaml.leftover"]),
        Mutation(from: "'s3://bucket/head.sh'", to: "''", finds: ["yaml.leftover"]),
        Mutation(from: "MaxCount: 2", to: "MaxCont: 2", finds: ["yaml.key", "count.dynamic"]),
        Mutation(from: "Name: fsx-lustre", to: "Name: a\n    Name: b", finds: ["yaml.key"]),
        Mutation(from: "Region: us-east-1", to: "Region: [", finds: ["yaml.key"]),
        Mutation(
            from: "SubnetId: subnet-0a1b2c3d4e5f60718", to: "SubnetId: 0a1b2c3d4e5f60718",
            finds: ["id.subnet"]),
        Mutation(from: "- sg-0123456789abcdef0", to: "- sg-012", finds: ["id.sg", "id.sg"]),
        Mutation(from: "fs-0123456789abcdef0", to: "fsx-0123456789abcdef0", finds: ["id.fs"]),
        Mutation(from: "fsvol-0123456789abcdef0", to: "fsvol-0123", finds: ["id.volume"]),
        Mutation(from: "InstanceType: g5.8xlarge", to: "InstanceType: g5", finds: ["id.type"]),
        Mutation(from: "s3://bucket/head.sh", to: "/home/head.sh", finds: ["id.script"]),
        Mutation(from: "s3://bucket/head.sh", to: "http://x/head.sh", finds: ["id.script"]),
        Mutation(from: "Region: us-east-1", to: "Region: Virginia", finds: ["region"]),
        Mutation(from: "Region: us-east-1", to: "Region: us-west-2", finds: ["region"]),
        Mutation(from: "Name: compute-gpu", to: "Name: Compute-GPU", finds: ["name.queue"]),
        Mutation(
            from: "Name: compute-gpu", to: "Name: a234567890123456789012345-", finds: ["name.queue"]
        ),
        Mutation(
            from: "Name: distributed-ml", to: "Name: distributed_ml", finds: ["name.resource"]),
        Mutation(from: "MaxCount: 2", to: "MaxCount: 1", finds: ["count.order"]),
        Mutation(from: "MaxCount: 2", to: "MaxCount: two", finds: ["count.order"]),
        Mutation(from: "MaxCount: 2", to: "MaxCount: 4", finds: ["count.dynamic"]),
        Mutation(from: "MaxCount: 2", to: reservation, finds: ["cr.placement"]),
        Mutation(
            from: "CapacityType: ONDEMAND", to: "CapacityType: CAPACITY_BLOCK",
            finds: ["cr.block", "cr.placement"]),
        Mutation(
            from:
                "PlacementGroup:\n          Enabled: true  # change to false when using a Capacity Reservation",
            to: "AssignPublicIp: false", finds: ["efa.placement"]),
        Mutation(
            from: "InstanceType: g5.8xlarge", to: "InstanceType: g5.xlarge", finds: ["efa.type"]),
        Mutation(from: "#GdrSupport: true", to: "GdrSupport: true", finds: ["efa.gdr"]),
        Mutation(from: "MountDir: /lustre", to: "MountDir: /fsx", finds: ["storage.mount"]),
        Mutation(from: "MountDir: /lustre", to: "MountDir: /fsx/lustre", finds: ["storage.mount"]),
        Mutation(from: "MountDir: /lustre", to: "MountDir: /scratch/", finds: ["storage.mount"]),
        Mutation(from: "MountDir: /lustre", to: "MountDir: /usr", finds: ["storage.reserved"]),
        Mutation(from: "MountDir: /lustre", to: "MountDir: home", finds: ["storage.reserved"]),
        Mutation(from: "Os: ubuntu2204", to: "Os: alinux2", finds: ["os.gone"]),
        Mutation(from: "Os: ubuntu2204", to: "Os: ubuntu2004", finds: ["os.gone"]),
        Mutation(from: "Scheduler: slurm", to: "Scheduler: awsbatch", finds: ["os.gone"]),
        Mutation(
            from: "- SuspendTimeout: 300", to: "- SlurmctldParameters: x", finds: ["slurm.denied"]),
        Mutation(
            from: "- SuspendTimeout: 300", to: "- slurmctldparameters: x", finds: ["slurm.denied"]),
        Mutation(
            from: "policy/AmazonSSMManagedInstanceCore", to: "policy/Other", finds: ["ssm.policy"]),
    ]

    @Test(arguments: mutations)
    func mutation(_ mutation: Mutation) throws {
        let guide = try GuideFixture.configuration()
        #expect(guide.contains(mutation.from))
        let found = OfflineRules.findings(
            in: guide.replacing(mutation.from, with: mutation.to), clusterName: "ml",
            region: "us-east-1")
        let beside = found.filter { !["script.pin", "time.head"].contains($0.rule) }
        #expect(beside.map(\.rule).sorted() == mutation.finds.sorted())
        #expect(beside.allSatisfy { $0.line != nil && !$0.remedy.isEmpty && !$0.source.isEmpty })
    }

    @Test func everyRuleHasAMutationAndAnExplanation() {
        let offline = Self.mutations.flatMap(\.finds).compactMap(RuleFinding.rule(named:))
        let elsewhere: Set<Rule> = [.headTime, .scriptPin, .storageLustreOS, .reservationCount]
        let covered = elsewhere.union(offline).union(OnlineRulesTests.cases.map(\.rule))
        #expect(covered == Set(Rule.allCases))
        #expect(Rule.allCases.allSatisfy { $0.explanation.count > 40 && !$0.source.isEmpty })
    }

    @Test func reservationWithFewerNodes() throws {
        let text = try GuideFixture.configuration()
            .replacing("Enabled: true  # change", with: "Enabled: false  # change")
            .replacing("MinCount: 2", with: "MinCount: 0")
            .replacing("MaxCount: 2", with: Self.reservation)
        #expect(OfflineRules.findings(in: text).map(\.rule).contains("cr.count"))
    }

    @Test func pinnedScriptIsFine() throws {
        let text = try GuideFixture.configuration().replacing(
            "scripts/main/", with: "scripts/0123456789abcdef0123456789abcdef01234567/")
        #expect(!OfflineRules.findings(in: text).map(\.rule).contains("script.pin"))
    }

    @Test func lustreClientOf313() throws {
        let text = try GuideFixture.configuration().replacing("ubuntu2204", with: "ubuntu2404")
        #expect(
            OfflineRules.findings(in: text, release: "3.13.2").map(\.rule).contains(
                "storage.lustre_os"))
        #expect(
            !OfflineRules.findings(in: text, release: "3.14.0").map(\.rule).contains(
                "storage.lustre_os"))
    }

    @Test(
        arguments: [
            ("ml-training-cluster", nil), ("1ml", "name.cluster"), ("m", "name.cluster"),
            ("ml_x", "name.cluster"),
            (String(repeating: "a", count: 61), "name.cluster"),
            (String(repeating: "a", count: 60), nil),
        ] as [(String, String?)])
    func clusterNames(_ name: String, _ rule: String?) throws {
        let found = OfflineRules.findings(in: try GuideFixture.configuration(), clusterName: name)
        #expect(found.first { $0.rule == "name.cluster" }?.rule == rule)
    }

    /// No text makes the rules stumble: every line of the guide left out, and every prefix of it.
    @Test func anyPartOfTheGuide() throws {
        let lines = try GuideFixture.configuration().split(
            separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices where index % 3 == 0 {
            var less = lines
            less.remove(at: index)
            _ = OfflineRules.findings(in: less.joined(separator: "\n"))
            _ = OfflineRules.findings(in: lines[..<index].joined(separator: "\n"))
        }
    }
}

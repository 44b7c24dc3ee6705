@testable import ParallelCluster
import Testing
import TestSupport

/// Storage, Slurm's settings, the head node and what is gone.
@Suite("the rules about the system and its storage")
struct SystemRulesTests {
    private static func storage(_ mounts: [String]) -> [String] {
        mounts.isEmpty
            ? []
            : ["SharedStorage:"]
                + mounts.flatMap { ["  - Name: x", "    StorageType: Efs", "    MountDir: \($0)"] }
    }

    /// Folders are compared as the kernel would: by their parts, whatever slashes are between them.
    @Test(
        "Mount points that hide each other",
        arguments: [
            (["/a", "/b"], 0), (["/a", "/a"], 1), (["/a/", "//a"], 1), (["/a", "/ab"], 0),
            (["/a/b", "/a"], 1), (["/a", "/a/b/c"], 1), (["/a/b", "/a/c"], 0), (["/a", "/A"], 0),
            (["/a", "/a/b", "/a/b/c"], 3), (["a", "/a"], 1), (["/a", "/b", "/a"], 1),
            (["/x y", "/x"], 0),
        ])
    func mounts(_ mounts: [String], _ count: Int) {
        for order in [mounts, mounts.reversed()] {
            var cluster = SmallCluster()
            cluster.rest = Self.storage(order)
            let found = cluster.findings()
            #expect(found.map(\.finding.rule) == Array(repeating: "storage.mount", count: count))
            // The later of both is named, with the line of the earlier one.
            for (finding, line) in found {
                #expect(line.contains("MountDir"))
                let other = finding.message.firstMatch(of: /line (\d+)/).flatMap {
                    Int($0.output.1)
                }
                #expect((other ?? 0) < (finding.line ?? 0) && (other ?? 0) > 0)
            }
        }
    }

    /// Composed lists of folders: a pair is told exactly when one is the other, or its beginning.
    @Test("Of any mount points each pair is judged once")
    func anyMounts() {
        var random = SeededRandom(21)
        for _ in 0..<20 {
            let mounts = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                "/"
                    + (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        ["fsx", "data", "x"].randomElement(using: &random) ?? ""
                    }.joined(separator: "/")
            }
            var pairs = 0
            for (index, one) in mounts.enumerated() {
                pairs += mounts[..<index].count {
                    let (one, other) = (one.split(separator: "/"), $0.split(separator: "/"))
                    return one.starts(with: other) || other.starts(with: one)
                }
            }
            var cluster = SmallCluster()
            cluster.rest = Self.storage(mounts)
            #expect(cluster.rules.count { $0 == "storage.mount" } == pairs, "\(mounts)")
        }
    }

    /// A node's own disk is mounted on every node of its queue, beside what all share; two queues' disks never meet.
    @Test("A queue's own disk hides only what is shared")
    func localStorage() {
        let local = [
            "ComputeSettings:", "  LocalStorage:", "    EphemeralVolume:",
            "      MountDir: /scratch",
        ]
        var cluster = SmallCluster()
        cluster.queue = local
        #expect(cluster.rules.isEmpty)
        cluster.rest =
            ["    - Name: p"] + local.map { "      " + $0 } + ["      ComputeResources: []"]
        #expect(cluster.rules.isEmpty)
        cluster.rest = Self.storage(["/scratch/x"])
        #expect(cluster.rules == ["storage.mount"])
    }

    @Test(
        "Folders of the system are no mount points",
        arguments: [
            ("/", true), ("//", true), ("/home", true), ("/home/", true), ("home", true),
            ("/home/ubuntu", false), ("/opt", true), ("/opt/slurm", true), ("/opt/apps", false),
            ("/usr/local", false), ("/var", true), ("/VAR", false), ("/lib64", true),
            ("/lib6", false),
            ("/mnt", true), ("/mnt/x", false),
        ])
    func reserved(_ mount: String, _ isReserved: Bool) {
        var cluster = SmallCluster()
        cluster.rest = Self.storage([mount])
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == (isReserved ? ["storage.reserved"] : []))
        #expect(
            found.allSatisfy {
                $0.finding.message.contains("homes") == mount.contains("home")
            })
    }

    @Test(
        "Only the official AMI of 3.13 has no Lustre client",
        arguments: [
            ("ubuntu2404", "3.13.0", "FsxLustre", "", true),
            ("ubuntu2404", "3.13.9", "FsxLustre", "", true),
            ("ubuntu2404", "3.1.30", "FsxLustre", "", false),
            ("ubuntu2404", "3.14.0", "FsxLustre", "", false),
            ("ubuntu2404", nil, "FsxLustre", "", false),
            ("ubuntu2204", "3.13.0", "FsxLustre", "", false),
            ("ubuntu2404", "3.13.0", "Efs", "", false),
            ("ubuntu2404", "3.13.0", "FsxLustre", "CustomAmi: ami-01234567", false),
        ] as [(String, String?, String, String, Bool)])
    func lustre(_ os: String, _ release: String?, _ kind: String, _ image: String, _ isTold: Bool) {
        var cluster = SmallCluster()
        cluster.image = ["Os: \(os)"] + (image.isEmpty ? [] : [image])
        cluster.rest = Self.storage(["/efs", "/lustre"]).map {
            $0.replacing("Efs", with: kind)
        }
        let found = cluster.findings(release: release)
        #expect(found.map(\.finding.rule) == (isTold ? ["storage.lustre_os"] : []))
        #expect(
            found.allSatisfy { $0.finding.message.contains("ParallelCluster \(release ?? "?")") })
    }

    /// What ParallelCluster sets is its own at one level, and free at another.
    @Test(
        "Settings of Slurm that are ParallelCluster's own",
        arguments: [
            ("SlurmCtldParameters", true, false, false), ("TreeWidth", true, false, false),
            ("State", false, true, true), ("OverSubscribe", false, true, false),
            ("Weight", false, false, true), ("Gres", false, false, true),
            ("ResumeTimeout", true, true, false), ("PriorityType", false, false, false),
            ("AccountingStorageHost", false, false, false),
        ])
    func denied(_ name: String, _ slurm: Bool, _ queue: Bool, _ resource: Bool) {
        for spelling in [name, name.uppercased()] {
            let lines = ["CustomSlurmSettings:", "  \(spelling): x"]
            var clusters = Array(repeating: SmallCluster(), count: 3)
            clusters[0].settings = [
                "SlurmSettings:", "  CustomSlurmSettings:", "    - \(spelling): x",
            ]
            clusters[1].queue = lines
            clusters[2].resource = lines
            for (cluster, isDenied) in zip(clusters, [slurm, queue, resource]) {
                let found = cluster.findings()
                #expect(found.map(\.finding.rule) == (isDenied ? ["slurm.denied"] : []))
                #expect(found.allSatisfy { $0.line.contains(spelling) })
            }
        }
    }

    /// The accounting is ParallelCluster's where it makes the database.
    @Test("With a database the accounting is ParallelCluster's too")
    func accounting() {
        var cluster = SmallCluster()
        cluster.settings = [
            "SlurmSettings:", "  CustomSlurmSettings:", "    - AccountingStorageHost: x",
            "    - NodeSet: y", "      TreeWidth: 5",
        ]
        #expect(cluster.rules.isEmpty)
        cluster.settings += ["  Database:", "    Uri: x"]
        #expect(
            cluster.findings().map(\.finding.message) == [
                "AccountingStorageHost is ParallelCluster's own to set with a Database"
            ])
    }

    @Test(
        "A way to log in",
        arguments: [
            ([], RuleVerdict.fail), (["Ssh: {KeyName: k}"], .warn), (["Ssh: {KeyName: ~}"], .fail),
            (["Iam: {InstanceRole: x}"], nil), (["Iam: {InstanceProfile: x}"], nil),
            (["Iam: {AdditionalIamPolicies: [{Policy: x/AmazonSSMManagedInstanceCore}]}"], nil),
            (["Iam: {AdditionalIamPolicies: [{Policy: AmazonSSMManagedInstanceCore}]}"], .fail),
            (["Iam: {AdditionalIamPolicies: [{Policy: x/AmazonSSMManagedInstanceCoreX}]}"], .fail),
        ] as [([String], RuleVerdict?)])
    func login(_ head: [String], _ verdict: RuleVerdict?) {
        var cluster = SmallCluster()
        cluster.head = head
        let found = cluster.findings().filter { $0.finding.rule == "ssm.policy" }
        #expect(found.map(\.finding.verdict) == (verdict.map { [$0] } ?? []))
    }

    @Test(
        "How long a creation that cannot finish goes on",
        arguments: [
            ("7200", nil), ("7201", "120 minutes"), ("10800", "3 hours"), ("43200", "12 hours"),
            ("long", nil), ("-1", nil),
        ] as [(String, String?)])
    func timeouts(_ seconds: String, _ words: String?) {
        var cluster = SmallCluster()
        cluster.rest = ["DevSettings:", "  Timeouts:", "    HeadNodeBootstrapTimeout: \(seconds)"]
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == (words == nil ? [] : ["time.head"]))
        #expect(found.allSatisfy { $0.finding.message.hasSuffix("for \(words ?? "?")") })
    }

    @Test(
        "A head node is waited for as long as its setting says, within what CloudFormation can do",
        arguments: [
            (nil, 1_800), ("1800", 1_800), ("1", 1), ("0", 1), ("-5", 1), ("7201", 7_201),
            ("43200", 43_200), ("43201", 43_200), ("9223372036854775807", 43_200),
            ("99999999999999999999", 1_800), ("long", 1_800), ("[60]", 1_800),
        ] as [(String?, Int)])
    func headNodeTimeouts(_ setting: String?, _ seconds: Int) throws {
        var cluster = SmallCluster()
        if let setting {
            cluster.rest = [
                "DevSettings:", "  Timeouts:", "    HeadNodeBootstrapTimeout: \(setting)",
            ]
        }
        #expect(try ClusterDocument(text: cluster.text).headNodeTimeout == seconds)
    }

    @Test("A key of a login pool is gone, whatever it says", arguments: ["k", "''", "~"])
    func loginPools(_ key: String) {
        var cluster = SmallCluster()
        cluster.rest = [
            "LoginNodes:", "  Pools:", "    - Name: l", "      Ssh:", "        KeyName: \(key)",
        ]
        let found = cluster.findings().filter { $0.finding.rule == "os.gone" }
        #expect(found.count == 1 && found.first?.line.contains("KeyName") == true)
    }
}

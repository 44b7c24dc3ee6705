import ParallelCluster
import Testing

/// Ids, addresses, names, keys and mount points: the form that passes, and the one beside it that does not.
@Suite("the rules about forms")
struct FormRulesTests {
    private static let digits = "0123456789abcdef0"

    /// Where an id stands, the id, and whether it has AWS's form.
    @Test(
        "Ids have the form AWS gives them",
        arguments: [
            ("SubnetId", "subnet-01234567", true), ("SubnetId", "subnet-0123456", false),
            ("SubnetId", "subnet-012345678", false), ("SubnetId", "subnet-\(digits)", true),
            ("SubnetId", "subnet-\(digits)1", false), ("SubnetId", "subnet-0123456A", false),
            ("SubnetId", "subnet-0123456 ", true), ("SubnetId", "Subnet-01234567", false),
            ("SubnetId", "subnet-0123456é", false), ("SubnetId", "'subnet-0123456 '", false),
            ("CustomAmi", "ami-01234567", true), ("CustomAmi", "ami-\(digits)", true),
            ("CustomAmi", "ami-", false), ("CapacityReservationId", "cr-\(digits)", true),
            ("CapacityReservationId", "cr-01234567", false),
            ("SecurityGroups", "[sg-01234567]", true),
            ("SecurityGroups", "[sg-01234567, sg-1]", false),
            ("AdditionalSecurityGroups", "[default]", false), ("FileSystemId", "fs-01234567", true),
            ("FileSystemId", "file-01234567", false), ("InstanceType", "u-6tb1.56xlarge", true),
            ("InstanceType", "p6-b200.48xlarge", true), ("InstanceType", "g5.", false),
            ("InstanceType", "G5.xlarge", false), ("InstanceType", "g5.8xlarge.x", false),
        ])
    func ids(_ key: String, _ text: String, _ isOne: Bool) {
        // The key alone decides, wherever it stands; what is no key of that place has a finding of its own.
        var cluster = SmallCluster()
        cluster.rest = ["Somewhere:", "  \(key): \(text)"]
        // A blank at the end is YAML's, not the id's; in quotes it is the id's.
        let isTrimmed = text.hasSuffix(" ")
        let found = cluster.rules.filter { $0 != "yaml.key" }
        #expect(found.isEmpty == (isTrimmed ? false : isOne), "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("id.") })
    }

    /// Both have the key VolumeId; only FSx volumes have the long prefix.
    @Test(
        "A volume's id is of the kind of its storage",
        arguments: [
            ("FsxOpenZfsSettings", "fsvol-\(digits)", true),
            ("FsxOpenZfsSettings", "vol-\(digits)", false),
            ("FsxOntapSettings", "fsvol-\(digits)", true),
            ("FsxOntapSettings", "fsvol-01234567", false),
            ("FsxOntapSettings", "fsvol-0123456789abcdefg", false),
            ("EbsSettings", "vol-\(digits)", true),
            ("EbsSettings", "vol-01234567", true), ("EbsSettings", "fsvol-\(digits)", false),
        ])
    func volumes(_ settings: String, _ id: String, _ isOne: Bool) {
        var cluster = SmallCluster()
        cluster.rest = [
            "SharedStorage:", "  - Name: a", "    MountDir: /a", "    \(settings):",
            "      VolumeId: \(id)",
        ]
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == (isOne ? [] : ["id.volume"]))
        let message = found.first?.finding.message ?? ""
        #expect(message.isEmpty == isOne && (isOne || message.hasPrefix("'\(id)' is no ")))
    }

    @Test(
        "A script's address is one that a node can fetch",
        arguments: [
            ("s3://abc/x.sh", true), ("s3://ab/x.sh", false), ("s3://abc/", false),
            ("s3://abc", false),
            ("s3://Abc/x.sh", false), ("s3://a.b-c/d/e f.sh", false), ("https://x/y", true),
            ("https://x:8443/y.sh?z=1", true), ("https://x", false), ("https://x:a/y", false),
            ("http://x/y", false), ("https://user@x/y", false), ("file:///x.sh", false),
            ("x.sh", false),
            ("s3://\(String(repeating: "a", count: 63))/x", true),
            ("s3://\(String(repeating: "a", count: 64))/x", false),
        ])
    func scripts(_ address: String, _ isOne: Bool) {
        var cluster = SmallCluster()
        cluster.queue = [
            "CustomActions:", "  OnNodeConfigured:", "    Sequence:",
            "      - Script: '\(address)'",
        ]
        #expect(cluster.rules == (isOne ? [] : ["id.script"]))
    }

    @Test(
        "A script of a branch may be another one tomorrow",
        arguments: [
            ("o/r/main/x.sh", "main"), ("o/r/v1.2/x.sh", "v1.2"),
            ("o/r/0123456789abcdef0123456789abcdef01234567/x.sh", nil),
            (
                "o/r/0123456789abcdef0123456789abcdef0123456/x.sh",
                "0123456789abcdef0123456789abcdef0123456"
            ),
            (
                "o/r/0123456789abcdef0123456789abcdef012345678/x",
                "0123456789abcdef0123456789abcdef012345678"
            ),
            // Too short to have a branch: GitHub has no such file, which is not this rule's business.
            ("o/r/x.sh", nil),
        ] as [(String, String?)])
    func pins(_ path: String, _ branch: String?) {
        var cluster = SmallCluster()
        let script = "      Script: https://raw.githubusercontent.com/\(path)"
        cluster.queue = ["CustomActions:", "  OnNodeStart:", script.dropFirst(2).description]
        cluster.head += ["CustomActions:", "  OnNodeStart:", script.dropFirst(2).description]
        // The same script for two kinds of nodes is told once, where it stands first.
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == (branch == nil ? [] : ["script.pin"]))
        #expect(found.allSatisfy { $0.finding.path.hasPrefix("HeadNode/") })
        #expect(found.allSatisfy { $0.finding.message.contains("from '\(branch ?? "?")' of o/r") })
    }

    @Test(
        "Regions as AWS names them",
        arguments: [
            ("us-east-1", true), ("ap-southeast-5", true), ("us-gov-west-1", true),
            ("us-iso-east-1", true),
            ("eusc-de-east-1", true), ("mx-central-1", true), ("us-east", false),
            ("us-east-1a", false),
            ("US-EAST-1", false), ("useast1", false), ("u-east-1", false), ("us--east-1", false),
            ("us-east-123", false), ("-r", false), ("us-east-1\n", false), ("us-east-1 ", false),
            ("", false),
        ])
    func regions(_ text: String, _ isOne: Bool) {
        #expect(OfflineRules.isRegion(text) == isOne)
    }

    @Test(
        "The region of the command and that of the file",
        arguments: [
            ("us-east-1", nil, nil), ("us-east-1", "us-east-1", nil),
            (
                "us-east-1", "us-west-2",
                "the configuration is for us-east-1, and the command for us-west-2"
            ),
            ("Virginia", "us-east-1", "'Virginia' is no region"),
            // Left to the command, or to the rule about empty values.
            ("~", "us-east-1", nil), ("~", nil, nil),
        ] as [(String, String?, String?)])
    func bothRegions(_ file: String, _ command: String?, _ message: String?) {
        var cluster = SmallCluster()
        cluster.region = file
        let found = cluster.findings(region: command).filter { $0.finding.rule == "region" }
        #expect(found.map(\.finding.message) == (message.map { [$0] } ?? []))
        #expect(found.allSatisfy { $0.line.hasPrefix("Region: ") })
    }

    @Test("No region anywhere is told, with what to do")
    func noRegion() {
        let text = SmallCluster().text.replacing("Region: us-east-1\n", with: "")
        let found = OfflineRules.findings(in: text)
        #expect(found.map(\.rule) == ["region"] && found.first?.line == nil)
        #expect(found.first?.remedy == "Region: us-east-1, -r, or AWS_REGION")
        #expect(OfflineRules.findings(in: text, region: "us-east-1").isEmpty)
    }

    @Test(
        "Names of queues and compute resources",
        arguments: [
            ("a", nil), (String(repeating: "a", count: 25), nil), ("a-1-", nil),
            (String(repeating: "a", count: 26), "has 26 letters, and 25 are the most"),
            ("1a", "does not begin"), ("a_b", "does not begin"), ("aé", "does not begin"),
            ("default", "is Slurm's own"), ("defaults", nil),
        ] as [(String, String?)])
    func names(_ name: String, _ why: String?) {
        for (place, rule) in [("- Name: q", "name.queue"), ("- Name: r", "name.resource")] {
            let text = SmallCluster().text.replacing(place, with: "- Name: \(name)")
            let found = OfflineRules.findings(in: text)
            #expect(found.map(\.rule) == (why == nil ? [] : [rule]))
            #expect(found.allSatisfy { $0.message.contains("'\(name)' \(why ?? "?")") })
        }
    }

    /// Compute resources may be called alike in different queues.
    @Test("A name twice is told once, at the second")
    func twice() {
        var cluster = SmallCluster()
        cluster.rest = [
            "    - Name: p", "      ComputeResources:", "        - Name: r", "        - Name: r",
        ]
        let found = cluster.findings()
        #expect(found.map(\.finding.message) == ["the compute resource's name 'r' is there twice"])
        #expect(
            found.first?.finding.path.hasPrefix("Scheduling/SlurmQueues[1]/ComputeResources[1]")
                == true)
        cluster.rest = ["    - Name: q", "      ComputeResources: []"]
        #expect(cluster.rules == ["name.queue"])
    }

    @Test(
        "With a database the cluster's name is shorter",
        arguments: [
            (40, 0), (41, 1), (60, 1), (61, 1),
        ])
    func databases(_ length: Int, _ count: Int) {
        let name = String(repeating: "a", count: length)
        for database in ["Database: {Uri: x}", "ExternalSlurmdbd: {Host: x}"] {
            var cluster = SmallCluster()
            cluster.settings = ["SlurmSettings:", "  \(database)"]
            let found = cluster.findings(clusterName: name)
            #expect(found.count == count)
            #expect(
                found.allSatisfy { $0.finding.message.contains("\(length) letters, and 40 are") })
        }
        #expect(SmallCluster().findings(clusterName: name).isEmpty == (length <= 60))
    }

    @Test(
        "What a variable left behind",
        arguments: [
            ("${A}", "${A}"), ("x-${A}-${B}", "${A}"), ("${A", "${A"), ("$A", "$A"),
            ("a$_b.c", "$_b"),
            // A dollar that begins no name does not hide the next.
            ("$5 $A", "$A"), ("$$A", "$A"), ("a$ $B", "$B"), ("5$", nil), ("$1", nil), ("$$", nil),
            ("$(date)", nil), ("cost: é$é", nil),
        ] as [(String, String?)])
    func leftovers(_ text: String, _ name: String?) {
        var cluster = SmallCluster()
        cluster.rest = ["Tags:", "  - Key: k", "    Value: '\(text)'"]
        let found = cluster.findings()
        #expect(found.map(\.finding.message) == (name.map { ["'\($0)' was not replaced"] } ?? []))
        #expect(found.allSatisfy { $0.line.contains("Value") && $0.finding.verdict == .fail })
    }

    @Test(
        "An empty value is told, but for arguments and tags",
        arguments: [
            (["CustomS3Bucket:"], 1), (["CustomS3Bucket: ~"], 1), (["CustomS3Bucket: ''"], 1),
            (["CustomS3Bucket: ' '"], 0), (["Tags:", "  - Key: a", "    Value: ''"], 0),
            (["CustomS3Bucket: 'null'"], 0), (["Imds: {}"], 0),
        ])
    func empty(_ lines: [String], _ count: Int) {
        var cluster = SmallCluster()
        cluster.rest = lines
        let found = cluster.findings()
        #expect(found.map(\.finding.rule) == Array(repeating: "yaml.leftover", count: count))
        #expect(found.allSatisfy { $0.line == lines.first })
    }
}

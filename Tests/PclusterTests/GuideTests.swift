import Foundation
import TestSupport
import Testing

/// The guide's way, from its variables to a cluster that is gone again, with the real pcluster and aws.
///
/// One cluster is made by CDK, which takes 40 s; the failures are other stacks of its template.
@Suite(
    "the guide's way on the stand-in", .serialized, .timeLimit(.minutes(15)),
    .enabled(if: Place.hasPcluster, Comment(rawValue: Place.whyNot)))
struct GuideTests {
    /// The seconds between two looks are few here, since the stand-in's clock is fast.
    private static let pace = ["--interval", "1", "--slow-interval", "4"]

    private static let machine = Result { try Operator() }

    private func setting() async throws -> (StandIn.Running, Operator) {
        let aws = try await StandIn.shared.running()
        let machine = try Self.machine.get()
        if machine.text("pcluster-env.sh") == nil {
            try machine.folder.write(aws.guide, to: "home/pcluster-env.sh")
        }
        return (aws, machine)
    }

    private func fleet(
        _ arguments: [String], release: String = "3.14.0", more: [String: String] = [:]
    ) async throws -> Ran {
        let (aws, machine) = try await setting()
        let variables = aws.environment(of: machine, release: release).merging(more) { $1 }
        return try await Ran.run(Place.program, arguments, environment: variables)
    }

    /// The schema that a command's document names; make pcluster-test holds the document against it.
    private func schema(_ arguments: [String]) async throws -> String {
        struct Document: Decodable { var schema: String }
        let found = try await fleet(arguments + ["--format", "json"])
        return try found.decoded(Document.self).schema
    }

    @Test func step1Variables() async throws {
        let found = try await fleet(["env", "--aws"])
        #expect(found.status == 0, "\(found.out)\(found.err)")
        let other = try await fleet(["env", "--aws", "--set", "FSX_LUSTRE_ID=fs-0123456789abcdef0"])
        #expect(
            other.status == 1 && other.out.contains("does not exist in this region"),
            "\(other.out)\(other.err)")
    }

    @Test func step2ConfigurationAndCheck() async throws {
        let (_, machine) = try await setting()
        let file = machine.home + "/c.yaml"
        let written = try await fleet(["config", "-o", file])
        #expect(written.status == 0, "\(written.err)")
        let found = try await fleet(["check", file])
        #expect(found.status == 0, "\(found.out)\(found.err)")
        #expect(found.err.contains("pcluster 3.14.0's dry run passed"))
        #expect(found.out.contains("pcluster.KeyPairValidator") && !found.out.contains("unknown"))
        let nobody = try await fleet(
            ["check", file], more: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""])
        #expect(nobody.status == 3, "\(nobody.out)\(nobody.err)")
    }

    /// Where pcluster is a rule's source, both say no; where it is silent, fleet says it all the same.
    struct Mutation: CustomTestStringConvertible, Sendable {
        let name: String
        let from: String
        let to: String
        let rule: String
        let pclusterFails: Bool
        var testDescription: String { name }
    }

    static let mutations = [
        Mutation(
            name: "type without EFA", from: "g5.8xlarge", to: "g5.xlarge", rule: "efa.type",
            pclusterFails: true),
        Mutation(
            name: "nested mounts", from: "MountDir: /lustre", to: "MountDir: /fsx/lustre",
            rule: "storage.mount", pclusterFails: false),
        Mutation(
            name: "leftover", from: "s3://guide-scripts/head.sh", to: "${X}", rule: "yaml.leftover",
            pclusterFails: true),
        Mutation(
            name: "bad subnet", from: "SubnetId: subnet-", to: "SubnetId: ", rule: "id.subnet",
            pclusterFails: true),
        Mutation(
            name: "GdrSupport on g5", from: "#GdrSupport: true", to: "GdrSupport: true",
            rule: "efa.gdr", pclusterFails: false),
        Mutation(
            name: "script that is not there", from: "guide-scripts/head.sh",
            to: "guide-scripts/nope.sh", rule: "aws.script", pclusterFails: false),
        Mutation(
            name: "block without id", from: "CapacityType: ONDEMAND",
            to: "CapacityType: CAPACITY_BLOCK", rule: "cr.block", pclusterFails: true),
        Mutation(
            name: "reserved folder", from: "MountDir: /lustre", to: "MountDir: /usr",
            rule: "storage.reserved", pclusterFails: true),
        Mutation(
            name: "denied setting", from: "- SuspendTimeout: 300", to: "- SlurmctldParameters: x",
            rule: "slurm.denied", pclusterFails: true),
    ]

    @Test(arguments: mutations, ["3.14.0", "newest"])
    func step3Mutations(_ mutation: Mutation, _ release: String) async throws {
        let (_, machine) = try await setting()
        let text = try #require(machine.text("c.yaml")).replacing(mutation.from, with: mutation.to)
        try machine.folder.write(text, to: "home/m.yaml")
        let found = try await fleet(["check", machine.home + "/m.yaml"], release: release)
        #expect(found.status == 1, "\(found.out)\(found.err)")
        #expect(found.out.contains(mutation.rule), "\(found.out)")
        #expect(
            found.err.contains("dry run failed") == mutation.pclusterFails,
            "\(found.out)\(found.err)")
    }

    @Test func step4Reservation() async throws {
        let (_, machine) = try await setting()
        let file = machine.home + "/r.yaml"
        let made = try await fleet([
            "reserve", machine.home + "/c.yaml", "--count", "2", "--hours", "5", "--yes",
        ])
        #expect(made.status == 0, "\(made.err)")
        let id = made.out.filter { !$0.isWhitespace }
        let other = ["reserve", machine.home + "/c.yaml", "--count", "1", "--hours", "1", "--yes"]
        #expect(try await schema(other) == "fleet.cluster.reserve/1")
        #expect(
            try await fleet(["config", "--reservation", id, "--count", "2", "-o", file]).status == 0
        )
        let found = try await fleet(["check", file])
        #expect(found.status == 0, "\(found.out)\(found.err)")
        let more = try await fleet(["config", "--reservation", id, "--count", "5", "-o", file])
        #expect(more.status == 0)
        let refused = try await fleet(["check", file])
        #expect(
            refused.status == 1
                && refused.out.contains("has 2 of 2 instances free, and MaxCount is 5"),
            "\(refused.out)")
    }

    @Test func step5Create() async throws {
        let (_, machine) = try await setting()
        let file = machine.home + "/c.yaml"
        let nobody = try await fleet(["create", file, "-n", "guide"])
        #expect(nobody.status == 64 && nobody.err.contains("answer with --yes"), "\(nobody.err)")
        let made = try await fleet(["create", file, "-n", "guide", "--yes"] + Self.pace)
        #expect(made.status == 0, "\(made.out)\(made.err)")
        #expect(made.out.contains("cluster      guide in us-east-1, account 123456789012"))
        #expect(made.out.contains("which brings Slurm 24.11.6"))
        #expect(made.err.contains("guide: CREATE_COMPLETE after"))
        #expect(machine.text("pcluster-env.sh")?.contains("export CLUSTER_NAME='guide'") == true)
        let again = try await fleet(["create", file, "-n", "guide", "--yes"])
        #expect(
            again.status == 1 && again.err.contains("is there already (CREATE_COMPLETE)"),
            "\(again.err)")
    }

    @Test func step6StatusEventsLogs() async throws {
        let status = try await fleet(["status"])
        #expect(status.status == 0, "\(status.out)\(status.err)")
        #expect(status.out.contains("compute-gpu: 2 of 2 nodes run"))
        #expect(
            status.out.contains("fleet mount-lustre --source fs-")
                && status.out.contains("@tcp:/czrc3amv"))
        let events = try await fleet(["events", "--limit", "3"])
        #expect(
            events.out.split(separator: "\n").count == 4 && events.out.contains("CREATE_COMPLETE"))
        let lines = try await fleet(["logs", "chef-client"])
        #expect(lines.status == 0 && lines.out.contains("Infra Phase complete"), "\(lines.err)")
        let unknown = try await fleet(["logs", "nope"])
        #expect(unknown.status == 64 && unknown.err.contains("chef-client"), "\(unknown.err)")
        #expect(try await fleet(["watch"] + Self.pace).status == 0)
        #expect(try await fleet(["list"]).out.contains("guide"))
        for command in ["status", "events", "list", "logs"] {
            #expect(try await schema([command]) == "fleet.cluster.\(command)/1")
        }
        let two = try await fleet(["events", "--limit", "2", "--format", "jsonl"]).out
        #expect(two.split(separator: "\n").count == 2 && two.contains("fleet.cluster.event/1"))
    }

    @Test func step7Connect() async throws {
        let printed = try await fleet(["connect", "--print"])
        #expect(
            printed.out.contains("--document-name AWS-StartInteractiveCommand")
                && printed.out.contains("sudo su - ubuntu"), "\(printed.err)")
        let shell = try await fleet(["connect"], more: ["STAND_IN_PLUGIN_EXIT": "7"])
        // The plugin's own exit code: fleet became aws, and aws became it or hands its code on.
        #expect(
            shell.out.contains("plugin: ") && shell.out.contains("sudo su - ubuntu"),
            "\(shell.out)\(shell.err)")
        let (aws, _) = try await setting()
        try aws.steer("ssm-offline", "")
        defer { try? aws.steer("ssm-offline", nil) }
        let offline = try await fleet(["connect"], more: ["FLEET_CONNECT_PATIENCE": "1"])
        #expect(
            offline.status == 1 && offline.err.contains("the Session Manager does not know it"),
            "\(offline.err)")
    }

    @Test func step8Verify() async throws {
        let (aws, _) = try await setting()
        let agent = """
            #!/bin/bash
            PATH=\(aws.folder)/head:$PATH; exec bash -s
            """
        try FileManager.default.createDirectory(
            atPath: aws.folder + "/head", withIntermediateDirectories: true)
        try aws.steer("agent", agent)
        let lacks = try await fleet(["verify"])
        try aws.steer("head/fleet", "#!/bin/sh\necho \"$1: ok\"\n")
        try aws.steer("head/sinfo", "#!/bin/sh\nprintf 'n1 idle\\nn2 idle\\n'\n")
        for file in ["agent", "head/fleet", "head/sinfo"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(aws.folder)/\(file)")
        }
        _ = lacks
        let found = try await fleet(["verify"])
        #expect(
            found.status == 0 && found.out.hasSuffix("ready: 2 of 2 nodes\n"),
            "\(found.out)\(found.err)")
        #expect(try await schema(["verify"]) == "fleet.cluster.verify/1")
        try aws.steer(
            "head/fleet",
            "#!/bin/sh\ncase $1 in check-mount) echo 'n2: not mounted'; exit 1 ;; esac\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(aws.folder)/head/fleet")
        let broken = try await fleet(["verify"])
        #expect(
            broken.status == 1 && broken.out.contains("check-mount   fail     n2: not mounted"),
            "\(broken.out)\(broken.err)")
    }

    /// A failure by its stack's name, and what is said of it.
    struct Scenario: CustomTestStringConvertible, Sendable {
        let name: String
        let cause: String
        var code = "HeadNodeBootstrapFailure"
        var testDescription: String { name }
    }

    @Test(arguments: [
        Scenario(name: "no-lustre", cause: "no Lustre client module for the AMI's kernel"),
        Scenario(
            name: "protected", cause: "no g5.8xlarge in us-east-1a (InsufficientInstanceCapacity)"),
        Scenario(name: "timeout", cause: "the head node did not report in time"),
        Scenario(name: "script", cause: "OnNodeConfigured script 2 ended with 7"),
        Scenario(name: "vcpu", cause: "the account's vCPU quota is too small: it is 16"),
        Scenario(name: "iam", cause: "no permission for iam:CreateRole"),
        Scenario(name: "nested", cause: "no permission for ec2:CreateLaunchTemplate"),
    ])
    func step9Failures(_ scenario: Scenario) async throws {
        let (aws, machine) = try await setting()
        try await aws.clone("guide", scenario.name)
        let found = try await fleet(["watch", "-n", scenario.name, "--format", "json"] + Self.pace)
        #expect(found.status == 1, "\(found.err)")
        struct Document: Decodable {
            struct Event: Decodable { var reason: String }
            var schema: String
            var cause: String
            var root_event: Event?
            var saved_in: String?
            var next: [String]
        }
        let document = try found.decoded(Document.self)
        #expect(
            document.schema == "fleet.cluster.failure/1"
                && document.cause.hasPrefix(scenario.cause), "\(found.out)")
        #expect(
            document.root_event?.reason.contains("cancelled") == false
                && document.root_event?.reason.contains("Embedded") == false)
        // Kept, and there after the rollback.
        #expect(document.saved_in?.hasPrefix(machine.home) == true)
        let (_, _) = (aws, machine)
        #expect(FileManager.default.fileExists(atPath: (document.saved_in ?? "") + "/failure.json"))
    }

    @Test func whileItHangsItSaysWhy() async throws {
        let (aws, _) = try await setting()
        try await aws.clone("guide", "stuck")
        let found = try await fleet(["watch", "-n", "stuck", "--fail-fast"] + Self.pace)
        #expect(found.status == 1, "\(found.err)")
        #expect(
            found.err.contains("CREATE_IN_PROGRESS")
                && found.err.contains("no g5.8xlarge in us-east-1a"), "\(found.err)")
        let silent = try await fleet(["watch", "-n", "stuck", "--for", "0.1"] + Self.pace)
        #expect(silent.status == 2, "\(silent.err)")
    }

    /// Ctrl-C ends the watch and nothing else: the stack goes on.
    @Test func interruptedWatchLeavesTheStackAlone() async throws {
        let (aws, machine) = try await setting()
        let ended = try await Ran.run(
            "/usr/bin/timeout",
            ["--preserve-status", "-s", "INT", "5", Place.program, "watch", "-n", "stuck"]
                + Self.pace,
            environment: aws.environment(of: machine))
        #expect(
            ended.status == 130 && ended.err.contains("the stack is left alone"), "\(ended.err)")
        let listed = try await fleet(["list"]).out.split(separator: "\n")
        #expect(listed.contains { $0.hasPrefix("stuck ") && $0.contains("CREATE_IN_PROGRESS") })
    }

    @Test func twoWatchersSeeTheSame() async throws {
        let (aws, _) = try await setting()
        try await aws.clone("guide", "pair")
        async let one = fleet(["watch", "-n", "pair"] + Self.pace)
        async let other = fleet(["watch", "-n", "pair"] + Self.pace)
        let codes = try await [one.status, other.status]
        #expect(codes == [0, 0])
    }

    /// A stack that is deleted under the watch is told as that, and instances that are left are found.
    @Test func deletionFindsWhatIsLeft() async throws {
        let (aws, _) = try await setting()
        try await aws.clone("guide", "orphans")
        #expect(try await fleet(["watch", "-n", "orphans"] + Self.pace).status == 0)
        let gone = try await fleet(["delete", "--yes", "orphans"] + Self.pace)
        #expect(
            gone.status == 1 && gone.err.contains("instances of it are left: i-"),
            "\(gone.out)\(gone.err)")
    }

    @Test func throttlingIsWaitedOut() async throws {
        let (aws, _) = try await setting()
        try aws.steer("throttle", "2")
        let found = try await fleet(["watch", "-n", "guide"] + Self.pace)
        #expect(found.status == 0, "\(found.err)")
    }

    @Test func stepAUpdate() async throws {
        let (_, machine) = try await setting()
        let file = machine.home + "/c.yaml"
        let same = try await fleet(["update", file, "--yes"] + Self.pace)
        #expect(
            same.status == 0 && same.err.contains("nothing to change"), "\(same.out)\(same.err)")
        let text = try #require(machine.text("c.yaml"))
        try machine.folder.write(
            text.replacing("MaxCount: 2", with: "MaxCount: 4"), to: "home/u.yaml")
        let more = try await fleet(["update", machine.home + "/u.yaml", "--dry-run"])
        #expect(more.status == 0 && more.out.contains("MaxCount"), "\(more.out)\(more.err)")
        let changes = ["update", machine.home + "/u.yaml", "--dry-run"]
        #expect(try await schema(changes) == "fleet.cluster.update/1")
        try machine.folder.write(
            text.replacing("m5.8xlarge", with: "m5.4xlarge"), to: "home/u.yaml")
        let head = try await fleet(["update", machine.home + "/u.yaml", "--yes"])
        #expect(head.status == 1 && head.err.contains("new cluster"), "\(head.out)\(head.err)")
        let other = try await fleet(["update", file, "--yes"], release: "newest")
        #expect(
            other.status == 1 && other.err.contains("was made by pcluster 3.14.0"), "\(other.err)")
    }

    @Test func stepBCompute() async throws {
        let found = try await fleet(["compute", "stop", "--yes"])
        #expect(found.status == 0 && found.err.contains("STOP"), "\(found.err)")
        #expect(try await fleet(["compute", "start"]).status == 0)
    }

    @Test func stepCDelete() async throws {
        let plan = try await fleet(["delete", "--dry-run"])
        #expect(
            plan.out.contains("stays") && plan.out.contains("(/lustre)"), "\(plan.out)\(plan.err)")
        let gone = try await fleet(["delete", "--yes", "guide"] + Self.pace)
        #expect(
            gone.status == 0 && gone.err.contains("guide: DELETE_COMPLETE"),
            "\(gone.out)\(gone.err)")
        let again = try await fleet(["delete", "--yes", "guide"])
        #expect(again.status == 0 && again.err.contains("nothing to delete"), "\(again.err)")
    }
}

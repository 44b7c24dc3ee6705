import Foundation
import TestSupport
import Testing

/// The guide's way, from its variables to a checked cluster that is gone again, with the real pcluster and aws: every
/// command in its order, on one cluster, whose head node is a real demo cluster's.
@Suite(
    "the guide's way on the stand-in", .serialized, .timeLimit(.minutes(30)),
    .enabled(if: Place.hasPcluster, Comment(rawValue: Place.whyNot)))
struct GuideTests {
    /// The documentation's outputs were made by this: what it shows is held against what was printed.
    let pages = Pages()

    private func desk() async throws -> Desk { try await Guide.shared.desk() }

    /// Runs a command of docs/cluster.md, written as it is there.
    func shown(_ line: String, more: [String: String] = [:]) async throws -> Ran {
        let desk = try await desk()
        let words = line.split(separator: " ").map(String.init).map {
            $0 == "cluster.yaml" ? desk.file($0) : $0
        }
        let fast = ["create", "delete"].contains(words[0]) && !words.contains("--dry-run")
        let ran = try await desk.fleet(words + (fast ? Desk.pace : []), more: more)
        await pages.keep(line, ran, home: desk.machine.home)
        return ran
    }

    @Test(.enabled(if: getuid() == 0, "the demo cluster needs root"))
    func fromVariablesToACheckedClusterAndBack() async throws {
        try await variables()
        try await configurationAndCheck()
        try await reservation()
        try await create()
        try await statusEventsLogs()
        try await connectWithoutAgent()
        let desk = try await desk()
        try await DemoHead.with(desk.aws) { head in
            try await connect(head)
            try await verify(head)
            try await createAndVerify()
            try await verifySick(head)
        }
        try await update()
        try await updateThatStops()
        try await compute()
        try await delete()
        try await pages.check(others: FailureTests.shown)
    }

    private func variables() async throws {
        let found = try await shown("env")
        #expect(found.status == 0, "\(found.out)\(found.err)")
        let desk = try await desk()
        let known = try await shown("env --aws")
        #expect(known.status == 0, "\(known.out)\(known.err)")
        let other = try await desk.fleet([
            "env", "--aws", "--set", "FSX_LUSTRE_ID=fs-0123456789abcdef0",
        ])
        #expect(
            other.status == 1 && other.out.contains("does not exist in this region"),
            "\(other.out)\(other.err)")
        try Steady.check(
            try await desk.fleet(["env", "--format", "json"]), "env-json", home: desk.machine.home)
    }

    private func configurationAndCheck() async throws {
        let desk = try await desk()
        let poor = try await Desk()
        let lines = poor.aws.guide.split(separator: "\n").filter { !$0.contains("FSX_LUSTRE_ID") }
        try poor.machine.folder.write(
            lines.joined(separator: "\n") + "\n", to: "home/pcluster-env.sh")
        let lacks = try await poor.fleet(["config", "-o", poor.file("cluster.yaml")])
        await pages.keep("config -o cluster.yaml", lacks, home: poor.machine.home)
        #expect(lacks.status == 64 && poor.machine.text("cluster.yaml") == nil, "\(lacks.err)")
        let written = try await shown("config -o cluster.yaml")
        #expect(written.status == 0, "\(written.err)")
        let found = try await shown("check cluster.yaml")
        #expect(found.status == 0, "\(found.out)\(found.err)")
        #expect(found.err.contains("pcluster 3.14.0's dry run passed"))
        #expect(found.out.contains("pcluster.KeyPairValidator") && !found.out.contains("unknown"))
        let nobody = try await desk.fleet(
            ["check", desk.file("cluster.yaml")],
            more: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""])
        #expect(nobody.status == 3, "\(nobody.out)\(nobody.err)")
        try Steady.check(
            try await desk.fleet(["check", desk.file("cluster.yaml"), "--format", "json"]),
            "check-json", home: desk.machine.home)
    }

    private func reservation() async throws {
        let desk = try await desk()
        let (from, file) = (desk.file("cluster.yaml"), desk.file("r.yaml"))
        let made = try await desk.fleet(["reserve", from, "--count", "2", "--hours", "5", "--yes"])
        #expect(made.status == 0, "\(made.err)")
        let id = made.out.filter { !$0.isWhitespace }
        try Steady.check(
            try await desk.fleet(
                ["reserve", from, "--count", "1", "--hours", "1", "--yes", "--format", "json"]),
            "reserve-json", home: desk.machine.home)
        let edit = ["config", "--reservation", id, "-o", file, "--count"]
        #expect(try await desk.fleet(edit + ["2"]).status == 0)
        let found = try await desk.fleet(["check", file])
        #expect(found.status == 0, "\(found.out)\(found.err)")
        #expect(try await desk.fleet(edit + ["5"]).status == 0)
        let refused = try await desk.fleet(["check", file])
        #expect(
            refused.status == 1
                && refused.out.contains("has 2 of 2 instances free, and MaxCount is 5"),
            "\(refused.out)")
    }

    private func create() async throws {
        let desk = try await desk()
        let file = desk.file("cluster.yaml")
        let nobody = try await desk.fleet(["create", file, "-n", "nobody"])
        #expect(nobody.status == 64 && nobody.err.contains("answer with --yes"), "\(nobody.err)")
        let made = try await Guide.shared.created()
        await pages.keep(
            "create cluster.yaml -n \(Guide.cluster) --yes", made, home: desk.machine.home)
        #expect(made.status == 0, "\(made.out)\(made.err)")
        #expect(
            made.out.contains("cluster      \(Guide.cluster) in us-east-1, account 123456789012"))
        #expect(made.out.contains("which brings Slurm 24.11.6"))
        #expect(made.err.contains("\(Guide.cluster): CREATE_COMPLETE after"))
        let saved = desk.machine.text("pcluster-env.sh")
        #expect(saved?.contains("export CLUSTER_NAME='\(Guide.cluster)'") == true)
        #expect(try await desk.fleet(["watch"] + Desk.pace).status == 0)
        let again = try await desk.fleet(["create", file, "-n", Guide.cluster, "--yes"])
        #expect(
            again.status == 1 && again.err.contains("is there already (CREATE_COMPLETE)"),
            "\(again.err)")
    }

    private func statusEventsLogs() async throws {
        let desk = try await desk()
        let status = try await shown("status")
        #expect(status.status == 0, "\(status.out)\(status.err)")
        #expect(status.out.contains("compute-gpu: 2 of 2 nodes run"))
        #expect(
            status.out.contains("fleet mount-lustre --source fs-")
                && status.out.contains("@tcp:/czrc3amv"))
        let events = try await shown("events --limit 3")
        #expect(
            events.out.split(separator: "\n").count == 4 && events.out.contains("CREATE_COMPLETE"))
        let lines = try await desk.fleet(["logs", "chef-client"])
        #expect(lines.status == 0 && lines.out.contains("Infra Phase complete"), "\(lines.err)")
        let unknown = try await desk.fleet(["logs", "nope"])
        #expect(unknown.status == 64 && unknown.err.contains("chef-client"), "\(unknown.err)")
        #expect(try await desk.fleet(["list"]).out.contains(Guide.cluster))
        try Steady.check(
            try await desk.fleet(["status", "--format", "json"]), "status-json",
            home: desk.machine.home)
        let named = ["logs": ["logs"], "events": ["events", "--limit", "2"]]
        for (command, words) in named {
            try Steady.check(
                try await desk.fleet(words + ["--format", "json"]), "\(command)-json",
                home: desk.machine.home)
        }
        #expect(try await desk.schema(["list"]) == "fleet.cluster.list/1")
        let two = try await desk.fleet(["events", "--limit", "2", "--format", "jsonl"])
        #expect(two.out.split(separator: "\n").count == 2)
        try Steady.check(two, "event-jsonl", home: desk.machine.home)
    }

    private func connectWithoutAgent() async throws {
        let desk = try await desk()
        let printed = try await shown("connect --print")
        #expect(
            printed.out.contains("--document-name AWS-StartInteractiveCommand")
                && printed.out.contains("sudo su - ubuntu"), "\(printed.err)")
        let shell = try await desk.fleet(["connect"], more: ["STAND_IN_PLUGIN_EXIT": "7"])
        // The plugin's own exit code: fleet became aws, and aws became it or hands its code on.
        #expect(
            shell.out.contains("plugin: ") && shell.out.contains("sudo su - ubuntu"),
            "\(shell.out)\(shell.err)")
        try desk.aws.steer("ssm-offline", "")
        defer { try? desk.aws.steer("ssm-offline", nil) }
        let offline = try await desk.fleet(["connect"], more: ["FLEET_CONNECT_PATIENCE": "1"])
        #expect(
            offline.status == 1 && offline.err.contains("the Session Manager does not know it"),
            "\(offline.err)")
    }
}

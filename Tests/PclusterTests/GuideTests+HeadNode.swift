import Foundation
import TestSupport
import Testing

/// The steps on the head node, and what comes after them.
extension GuideTests {
    /// A login as ubuntu, in one step, and a command there: both are run by a real sudo, su and Slurm.
    func connect(_ head: DemoHead) async throws {
        let desk = try await Guide.shared.desk()
        let listed = try await desk.fleet(["connect", "--", "sinfo", "-h", "-N", "-o", "%N %t"])
        #expect(
            listed.status == 0 && listed.out.contains("\(DemoHead.nodes[0]) idle"),
            "\(listed.out)\(listed.err)")
        let who = try await desk.fleet(["connect", "--", "id", "-un"])
        #expect(who.out.contains("ubuntu"), "\(who.out)\(who.err)")
        // Without fleet there, the guide's own first checks.
        let checked = try await desk.fleet(["connect", "--check"])
        #expect(
            checked.out.contains("/lustre") && checked.out.contains("PARTITION"), "\(checked.out)")
    }

    /// A head node without fleet is an error with its way out; the way out leads to a checked cluster.
    func verify(_ head: DemoHead) async throws {
        let desk = try await Guide.shared.desk()
        let lacks = try await shown("verify")
        #expect(lacks.status == 3 && lacks.err.contains("--package FILE"), "\(lacks.err)")
        let package = try await DemoHead.packages(in: desk.machine.folder.path).deb
        let there = desk.machine.home + "/fleet.deb"
        try FileManager.default.copyItem(atPath: package, toPath: there)
        let found = try await desk.fleet(
            ["verify", "--package", there, "--via", "s3://guide-scripts/fleet"])
        await pages.keep(
            "verify --package fleet.deb --via s3://guide-scripts/fleet", found,
            home: desk.machine.home)
        #expect(
            found.status == 0 && found.out.hasSuffix("ready: 2 of 2 nodes\n"),
            "\(found.out)\(found.err)")
        for step in ["doctor", "mount-lustre", "check-mount", "health"] {
            #expect(found.out.contains(try Regex("(?m)^\(step) +ok +")), "\(found.out)")
        }
        // It was really installed, and nothing of the transfer is left.
        let owner = try await head.inside(
            "head", "dpkg -S /usr/bin/fleet; ls -d /var/tmp/fleet.* 2>/dev/null")
        #expect(owner.out.contains("fleet: /usr/bin/fleet"), "\(owner.out)\(owner.err)")
        #expect(!owner.out.contains("/var/tmp/fleet."), "\(owner.out)")
    }

    /// `create --verify`, with the newest pcluster, and fleet as an archive.
    func createAndVerify() async throws {
        let desk = try await Desk()
        let archive = try await DemoHead.packages(in: desk.machine.folder.path).archive
        let file = desk.file("cluster.yaml")
        let written = try await desk.fleet(["config", "-o", file], release: "newest")
        #expect(written.status == 0, "\(written.err)")
        let made = try await desk.fleet(
            ["create", file, "-n", "newest", "--yes", "--verify"] + Desk.pace
                + ["--package", archive, "--via", "s3://guide-scripts/fleet"], release: "newest")
        #expect(
            made.status == 0 && made.out.hasSuffix("ready: 2 of 2 nodes\n"),
            "\(made.out.suffix(2_000))\(made.err)")
    }

    /// A sick node, and one that is gone: what is missing is named, with the reason that fleet gave there.
    func verifySick(_ head: DemoHead) async throws {
        let desk = try await Guide.shared.desk()
        try await head.cluster("break", DemoHead.nodes[1], "lustre-no-package")
        try await head.inside(
            "head", "scontrol update nodename=\(DemoHead.nodes[0]) state=down reason=test")
        let found = try await desk.fleet(["verify"])
        #expect(found.status == 1, "\(found.out)\(found.err)")
        let last = found.out.split(separator: "\n").last.map(String.init) ?? ""
        #expect(
            last.hasPrefix("not ready: 1 of 2 nodes are up; mount-lustre: fail; check-mount: fail")
                && last.hasSuffix("; \(DemoHead.nodes[0]) is down"), "\(last)")
        #expect(found.out.contains("\nmount-lustre:\n"), "\(found.out)")
        #expect(found.out.contains("lustre-client-modules-6.8.0-1043-aws"), "\(found.out)")
    }

    func update() async throws {
        let desk = try await Guide.shared.desk()
        let text = try #require(desk.machine.text("cluster.yaml"))
        try desk.machine.folder.write(
            text.replacing("MaxCount: 2", with: "MaxCount: 4"), to: "home/more.yaml")
        let file = desk.file("more.yaml")
        let plan = try await desk.fleet(["update", file, "--dry-run"])
        await pages.keep("update cluster.yaml --dry-run", plan, home: desk.machine.home)
        #expect(plan.status == 0 && plan.out.contains("MaxCount"), "\(plan.out)\(plan.err)")
        try Steady.check(
            try await desk.fleet(["update", file, "--dry-run", "--format", "json"]), "update-json",
            home: desk.machine.home)
        let again = try await desk.fleet(
            ["update", desk.file("cluster.yaml"), "--yes", "--stop-compute"])
        #expect(again.status == 0 && again.err.contains("nothing to change"), "\(again.err)")
        #expect(!again.err.contains("stopped"), "nodes are stopped for nothing: \(again.err)")
        let done = try await desk.fleet(["update", file, "--yes"] + Desk.pace)
        #expect(done.status == 0, "\(done.out)\(done.err)")
        try desk.machine.folder.write(
            text.replacing("m5.8xlarge", with: "m5.4xlarge"), to: "home/u.yaml")
        let head = try await desk.fleet(["update", desk.file("u.yaml"), "--yes"])
        #expect(head.status == 1 && head.err.contains("new cluster"), "\(head.out)\(head.err)")
        let other = try await desk.fleet(["update", file, "--yes"], release: "newest")
        #expect(
            other.status == 1 && other.err.contains("was made by pcluster 3.14.0"), "\(other.err)")
    }

    /// A change that wants stopped nodes: refused without --stop-compute, with it one plan; the nodes run again at the end.
    func updateThatStops() async throws {
        let desk = try await Guide.shared.desk()
        let text = try #require(desk.machine.text("more.yaml"))
        try desk.machine.folder.write(
            text.replacing("ScaledownIdletime: -1", with: "ScaledownIdletime: 20"),
            to: "home/stop.yaml")
        let file = desk.file("stop.yaml")
        let refused = try await desk.fleet(["update", file, "--yes"])
        #expect(
            refused.status == 1 && refused.err.contains("--stop-compute"),
            "\(refused.out)\(refused.err)")
        let done = try await desk.fleet(["update", file, "--yes", "--stop-compute"] + Desk.pace)
        #expect(done.status == 0 && done.err.contains("started again"), "\(done.out)\(done.err)")
        try await expectFleet("RUNNING")
        // What cannot be done with stopped nodes either: the nodes run again all the same.
        try desk.machine.folder.write(
            text.replacing("m5.8xlarge", with: "m5.4xlarge"), to: "home/u.yaml")
        let never = try await desk.fleet(
            ["update", desk.file("u.yaml"), "--yes", "--stop-compute"] + Desk.pace)
        #expect(never.status == 1 && never.err.contains("new cluster"), "\(never.out)\(never.err)")
        try await expectFleet("RUNNING")
    }

    private func expectFleet(_ state: String) async throws {
        let desk = try await Guide.shared.desk()
        var found = ""
        for _ in 0..<15 {
            found = try await desk.fleet(["status"]).out
            if found.contains("fleet      \(state)") { return }
        }
        Issue.record("the compute fleet is not \(state): \(found)")
    }

    func compute() async throws {
        let desk = try await Guide.shared.desk()
        let found = try await desk.fleet(["compute", "stop", "--yes"])
        #expect(found.status == 0 && found.err.contains("STOP"), "\(found.err)")
        #expect(try await desk.fleet(["compute", "start"]).status == 0)
    }

    func delete() async throws {
        let desk = try await Guide.shared.desk()
        let plan = try await shown("delete --dry-run")
        #expect(
            plan.out.contains("stays") && plan.out.contains("(/lustre)"), "\(plan.out)\(plan.err)")
        try Steady.check(
            try await desk.fleet(["delete", "--dry-run", "--format", "json"]), "delete-plan-json",
            home: desk.machine.home)
        // What came of it is for a program, and the plan beside it for a person.
        let unasked = try await desk.fleet(["delete", "--format", "json"])
        #expect(
            unasked.status == 64 && unasked.out.isEmpty && unasked.err.contains("stays"),
            "\(unasked.out)\(unasked.err)")
        let gone = try await shown("delete --yes \(Guide.cluster)")
        #expect(
            gone.status == 0 && gone.err.contains("\(Guide.cluster): DELETE_COMPLETE"),
            "\(gone.out)\(gone.err)")
        let again = try await desk.fleet(["delete", "--yes", Guide.cluster])
        #expect(again.status == 0 && again.err.contains("nothing to delete"), "\(again.err)")
    }
}

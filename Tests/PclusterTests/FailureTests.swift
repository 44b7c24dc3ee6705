import Foundation
import TestSupport
import Testing

/// Creations that fail or do not end: stacks of the guide's template, whose names say what becomes of them.
@Suite(
    "creations that go wrong", .serialized, .timeLimit(.minutes(30)),
    .enabled(if: Place.hasPcluster, Comment(rawValue: Place.whyNot)))
struct FailureTests {
    /// A failure by its stack's name, and what is said of it.
    struct Scenario: CustomTestStringConvertible, Sendable {
        let name: String
        let cause: String
        var testDescription: String { name }
    }

    /// What docs/cluster.md shows of it.
    static let shown: Set<String> = ["watch -n no-lustre", "watch -n stuck --fail-fast"]

    private func hold(_ line: String, _ ran: Ran, _ desk: Desk) async throws {
        let pages = Pages()
        await pages.keep(line, ran, home: desk.machine.home)
        try await pages.check(others: nil)
    }

    private struct Document: Decodable {
        struct Event: Decodable { var reason: String }
        var schema: String
        var cause: String
        var root_event: Event?
        var saved_in: String?
    }

    @Test(arguments: [
        Scenario(
            name: "protected", cause: "no g5.8xlarge in us-east-1a (InsufficientInstanceCapacity)"),
        Scenario(name: "timeout", cause: "the head node did not report in time"),
        Scenario(name: "script", cause: "OnNodeConfigured script 2 ended with 7"),
        Scenario(name: "vcpu", cause: "the account's vCPU quota is too small: it is 16"),
        Scenario(name: "iam", cause: "no permission for iam:CreateRole"),
        Scenario(name: "nested", cause: "no permission for ec2:CreateLaunchTemplate"),
    ])
    func causes(_ scenario: Scenario) async throws {
        let desk = try await Guide.shared.clone(scenario.name)
        let found = try await desk.watch(scenario.name, "--format", "json")
        #expect(found.status == 1, "\(found.err)")
        let document = try found.decoded(Document.self)
        #expect(
            document.schema == "fleet.cluster.failure/1"
                && document.cause.hasPrefix(scenario.cause), "\(found.out)")
        #expect(
            document.root_event?.reason.contains("cancelled") == false
                && document.root_event?.reason.contains("Embedded") == false)
        // Kept, and there after the rollback.
        #expect(document.saved_in?.hasPrefix(desk.machine.home) == true)
        #expect(FileManager.default.fileExists(atPath: (document.saved_in ?? "") + "/failure.json"))
        if scenario.name == "script" {
            try Steady.check(found, "failure-json", home: desk.machine.home)
        }
    }

    /// Two operators watch one failing stack, each on a machine of their own: both get the whole answer, and both keep it.
    ///
    /// A third may write nothing into their home, and is no root: the real pcluster does not start there. They get what
    /// CloudFormation says, and are told what is missing.
    @Test func twoWatchersOnTwoMachines() async throws {
        let desk = try await Guide.shared.clone("no-lustre")
        let other = try await Desk()
        async let first = desk.watch("no-lustre")
        async let second = other.watch("no-lustre")
        async let third = Self.watchAsNobody("no-lustre", desk.aws)
        for (found, home) in [(try await first, desk.machine), (try await second, other.machine)] {
            #expect(found.status == 1, "\(found.err)")
            #expect(
                found.out.contains("cause    no Lustre client module for the AMI's kernel"),
                "\(found.out)")
            let kept = try #require(
                found.out.split(separator: "\n").first { $0.contains("kept in") }?
                    .split(separator: " ").last.map(String.init))
            #expect(kept.hasPrefix("~/.fleet") || kept.hasPrefix(home.home), "\(kept)")
            let folder = kept.replacing("~", with: home.home)
            for file in ["failure.json", "chef-client.log"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
            }
        }
        try await hold("watch -n no-lustre", try await first, desk)
        let nobody = try await third
        #expect(
            nobody.status == 1
                && nobody.out.contains("cause    an FSx file system was not mounted"),
            "\(nobody.out)\(nobody.err)")
        #expect(
            nobody.err.contains("Permission denied")
                && nobody.err.contains("without pcluster there are no log lines"), "\(nobody.err)")
        #expect(!nobody.out.contains("kept in"), "\(nobody.out)")
    }

    private static func watchAsNobody(_ name: String, _ aws: StandIn.Running) async throws -> Ran {
        let machine = try Operator()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: machine.home)
        let words = ["watch", "-n", name, "-r", "us-east-1"] + Desk.pace
        let environment = aws.environment(of: machine)
        guard getuid() == 0 else {
            return try await Ran.run(Place.program, words, environment: environment)
        }
        return try await Ran.run(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups"]
                // Where pcluster's Python is in root's home, nobody may still enter it; this right writes nothing.
                + ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
                + [Place.program] + words,
            environment: environment)
    }

    @Test func whileItHangsItSaysWhy() async throws {
        let desk = try await Guide.shared.clone("stuck")
        let found = try await desk.watch("stuck", "--fail-fast")
        #expect(found.status == 1, "\(found.err)")
        #expect(
            found.err.contains("CREATE_IN_PROGRESS")
                && found.err.contains("no g5.8xlarge in us-east-1a"), "\(found.err)")
        try await hold("watch -n stuck --fail-fast", found, desk)
        let short = try await desk.watch("stuck", "--for", "0.1")
        #expect(short.status == 2, "\(short.err)")
    }

    /// A head node that sends no log: what its console shows is told, and kept.
    @Test func aSilentHeadNodeShowsItsConsole() async throws {
        let desk = try await Guide.shared.clone("silent")
        let found = try await desk.watch("silent", "--fail-fast")
        #expect(found.status == 1, "\(found.err)")
        #expect(
            found.err.contains("has sent no log; its console ends: ")
                && found.err.contains("Failed to retrieve metadata: no route to host"),
            "\(found.err)")
        let folder = "\(desk.machine.home)/.fleet/clusters/silent"
        let stacks = try FileManager.default.contentsOfDirectory(atPath: folder)
        let kept = try String(contentsOfFile: "\(folder)/\(stacks[0])/console.log", encoding: .utf8)
        #expect(kept.contains("no route to host"))
    }

    /// Ctrl-C, SIGTERM and a lost terminal end the watch and nothing else: the stack goes on.
    @Test(arguments: ["INT", "TERM", "HUP"])
    func anInterruptedWatchLeavesTheStackAlone(_ signal: String) async throws {
        let desk = try await Guide.shared.clone("stuck-\(signal.lowercased())")
        let name = "stuck-\(signal.lowercased())"
        let ended = try await Ran.run(
            "/usr/bin/timeout",
            ["--preserve-status", "-s", signal, "8", Place.program, "watch", "-n", name]
                + Desk.pace, environment: desk.aws.environment(of: desk.machine))
        #expect(
            ended.status == 130 && ended.err.contains("the stack is left alone"), "\(ended.err)")
        try await expectInProgress(name, desk)
    }

    /// The terminal itself goes away, as when a laptop is closed: whoever comes back goes on with the watch.
    @Test func aLostTerminalLeavesTheStackAlone() async throws {
        let desk = try await Guide.shared.clone("stuck-terminal")
        let words = [Place.program, "watch", "-n", "stuck-terminal"] + Desk.pace
        let script = """
            import os, pty, sys, time
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[1], sys.argv[1:])
            seen, end = b"", time.time() + 60
            while b"phase" not in seen and time.time() < end:
                seen += os.read(terminal, 65536)
            os.close(terminal)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        let ended = try await Ran.run(
            "/usr/bin/python3", ["-c", script] + words,
            environment: desk.aws.environment(of: desk.machine).merging(["TERM": "xterm"]) { $1 })
        #expect(ended.out.filter { !$0.isWhitespace } == "130", "\(ended.out)\(ended.err)")
        try await expectInProgress("stuck-terminal", desk)
        let again = try await desk.watch("stuck-terminal", "--fail-fast")
        #expect(again.status == 1 && again.err.contains("InsufficientInstanceCapacity"))
    }

    private func expectInProgress(_ name: String, _ desk: Desk) async throws {
        let listed = try await desk.fleet(["list"]).out.split(separator: "\n")
        #expect(
            listed.contains { $0.hasPrefix("\(name) ") && $0.contains("CREATE_IN_PROGRESS") },
            "\(listed)")
    }

    /// A stack that is gone under the watch, and no event says so.
    @Test func aStackThatDisappears() async throws {
        let desk = try await Guide.shared.clone("slow-vanishes")
        async let watched = desk.watch("slow-vanishes")
        try await Task.sleep(for: .seconds(5))
        try desk.aws.steer("vanish", "slow-vanishes")
        let found = try await watched
        try desk.aws.steer("vanish", nil)
        #expect(
            found.status == 1 && found.err.contains("the stack is not there any more"),
            "\(found.status) \(found.err)")
        let later = try await desk.watch("slow-vanishes")
        #expect(later.status == 1 && later.err.contains("does not exist"), "\(later.err)")
    }

    /// A stack that is deleted under the watch is told as that, and instances that are left are found.
    @Test func deletionFindsWhatIsLeft() async throws {
        let desk = try await Guide.shared.clone("orphans")
        #expect(try await desk.watch("orphans").status == 0)
        let gone = try await desk.fleet(["delete", "--yes", "orphans"] + Desk.pace)
        #expect(
            gone.status == 1 && gone.err.contains("instances of it are left: i-"),
            "\(gone.out)\(gone.err)")
    }

    @Test func throttlingIsWaitedOut() async throws {
        let desk = try await Guide.shared.clone("plain")
        try desk.aws.steer("throttle", "2")
        let found = try await desk.watch("plain")
        #expect(found.status == 0, "\(found.err)")
    }
}

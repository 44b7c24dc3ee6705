@testable import FanOut
import Foundation
import SlurmModel
@testable import Sweeps
import SystemPackage
@testable import Terminal
import TestSupport
import Testing
@testable import Verdicts

/// Processes that fleet starts on its own machine: the payload of `--local`, and `srun`.
@Suite("Processes on this machine", .timeLimit(.minutes(5))) struct LocalProcessTests {
    private struct Shell: Probe {
        var name: String { "shell" }
        var payload: Payload
        var use: NodeUse { .reads }
        init(_ script: String) {
            payload = Payload(arguments: ["/bin/sh", "-c", script], timeout: 20)
        }
        func judge(_ result: NodeResult, node: Node?) -> Judgement { Judgement() }
    }

    private static func local(_ variables: [String: String] = [:]) throws -> LocalRun {
        LocalRun(
            site: try Site(
                environment: ["HOME": "/home/ann", "XDG_CONFIG_HOME": "/none"].merging(variables) {
                    $1
                }, slurmFolder: nil))
    }

    @Test("This machine is the node that slurmd says, else its own name up to the first dot")
    func name() throws {
        #expect(try Self.local(["SLURMD_NODENAME": "gpu-7"]).name == "gpu-7")
        let own = try Self.local().name
        #expect(try Self.local(["SLURMD_NODENAME": ""]).name == own)
        #expect(!own.isEmpty && !own.contains(".") && !own.contains { $0.isWhitespace })
        #expect(own == HeadNode().name)
    }

    @Test("What ran here ends as on a node: its exit code, its bytes, and no variable of fleet's")
    func ran() async throws {
        let hostile = "n'$(x) \"\n"
        let local = try Self.local(["SLURMD_NODENAME": hostile, "SECRET": "s3cret"])
        let row = await local.result(
            of: Shell("printf 'a\\0b\\n'; env >&2; kill -0 $$; exit 3"))
        // A name that no node can have makes no record, and is never taken for one.
        #expect(row.node == hostile && row.outcome == .garbled && row.launcher == .local)
        let well = try Self.local(["SECRET": "s3cret"])
        let other = await well.result(of: Shell("printf 'a\\0b\\n'; env >&2; exit 3"))
        #expect(other.outcome == .finished && other.exit == .exited(3))
        #expect(other.stdout == Array("a\0b\n".utf8) && other.launcher == .local)
        let variables = String(decoding: other.stderr, as: UTF8.self).split(separator: "\n")
        #expect(variables.contains("HOME=/home/ann") && variables.contains("LANG=C.UTF-8"))
        #expect(!variables.contains { $0.contains("s3cret") || $0.hasPrefix("FLEET_SCRIPT") })
    }

    @Test("A program that is not there is the payload's own failure")
    func missing() async throws {
        var shell = Shell("")
        shell.payload.arguments = ["/no/such/program"]
        let row = await (try Self.local()).result(of: shell)
        #expect(row.outcome == .finished && row.exit == .exited(127))
    }

    @Test("What a payload gets of variables is few and the caller's own name")
    func environment() {
        let variables = JobEnvironment.variables(home: nil)
        #expect(variables.contains("HOME=/") && variables.contains("SHELL=/bin/sh"))
        let names = variables.map { $0.prefix { $0 != "=" } }
        #expect(names == ["PATH", "HOME", "USER", "LOGNAME", "LANG", "SHELL"])
        #expect(variables[2].dropFirst(5) == variables[3].dropFirst(8))
        #expect(JobEnvironment.variables(home: "/a b")[1] == "HOME=/a b")
    }

    // MARK: - srun

    /// Runs a step with a program in srun's place: what fleet hands over and what it makes of an end.
    private static func end(_ script: String, _ change: (inout Step) -> Void = { _ in })
        async throws -> (end: StepEnd, output: String)
    {
        let run = try TestRun()
        let folder = try TemporaryFolder(["srun": "#!/bin/sh\n\(script)\n"])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/srun")
        let path = run.directory.streamPath(for: run.plan.key(node: "n", job: "srun-1"))
        var step = Step(
            node: "n", launcher: .srun, jobName: "fleet-r1", options: JobOptions(),
            isExclusive: false, timeLimitMinutes: 1, wait: 1, limit: 60,
            environment: ["A=1", "B=x=y"], script: "the script\n", output: path)
        change(&step)
        let end = await SrunLauncher(
            slurmConfiguration: "/c/slurm.conf", program: folder.path + "/srun",
            store: run.directory
        ).run(step)
        return (end, (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }

    @Test("srun gets the step's variables, the cluster's slurm.conf, and the script to read")
    func handedOver() async throws {
        let (end, output) = try await Self.end("cat; echo $SLURM_CONF $A $B; env | grep -c HOME")
        #expect(end.status == .exited(1) && end.messages == "")
        #expect(output == "the script\n/c/slurm.conf 1 x=y\n0\n")
        // A group's script is in variables; what a caller calls SLURM_CONF is not the cluster's.
        let (_, group) = try await Self.end("echo $SLURM_CONF \"$FLEET_SCRIPT_1\"") {
            $0.group = ["n", "m"]
            $0.environment = ["SLURM_CONF=/evil"]
        }
        #expect(group == "/c/slurm.conf the script\n")
    }

    @Test(
        "slurmctld's refusal is found in srun's last such line, whatever stands around it",
        arguments: [
            (
                "srun: error: Unable to allocate resources: Invalid account or account/partition combination specified",
                true
            ),
            (
                "x\nsrun: error: Unable to allocate resources: nonsense\nsrun: error: Unable to allocate resources: Invalid qos specification",
                true
            ), ("srun: error: Unable to confirm allocation", false), ("", false),
        ])
    func refusal(_ messages: String, _ isRefusal: Bool) async throws {
        let (end, _) = try await Self.end("cat >&2 <<'E'\n\(messages)\nE\nexit 1")
        #expect((end.refusal != nil) == isRefusal)
        #expect(end.status == .exited(1))
    }

    @Test("Of a flood of messages the end is kept, and a signal is a signal")
    func flood() async throws {
        let (end, _) = try await Self.end(
            "yes | head -c 20000 >&2; echo the end >&2; kill -KILL $$")
        #expect(end.messages.count == 4_096 && end.messages.hasSuffix("the end\n"))
        #expect(end.status == .signalled(9))
    }
}

@testable import FanOut
import Subprocess
@testable import Sweeps
import SystemPackage
import TestSupport
import Testing

@Suite struct SrunLauncherTests {
    private static func step(_ launcher: Launcher, _ change: (inout Step) -> Void = { _ in })
        -> Step
    {
        var step = Step(
            node: "gpu-1", launcher: launcher, jobName: "fleet-r1", partition: "gpu",
            options: JobOptions(), isExclusive: false, memoryMiB: 512, gres: nil,
            timeLimitMinutes: 2, wait: 30, limit: 60, environment: [], script: "", output: "/o")
        change(&step)
        return step
    }

    private static let common = [
        "--nodes=1", "--ntasks=1", "--nodelist=gpu-1", "--chdir=/", "--mpi=none", "--unbuffered",
        "--job-name=fleet-r1",
    ]

    private func options(_ step: Step) -> [String] {
        Array(SrunLauncher.arguments(for: step, step.scriptVariables).dropLast(4))
    }

    @Test func allocation() {
        #expect(
            options(Self.step(.srun))
                == Self.common + ["--immediate=30", "--time=2", "--partition=gpu", "--mem=512M"])
    }

    @Test func everything() {
        let step = Self.step(.srun) {
            ($0.options.account, $0.options.qos, $0.options.reservation) = ("a b", "high", "r1")
            ($0.gres, $0.isExclusive, $0.wait, $0.memoryMiB) = ("gpu:8", true, 600, nil)
        }
        #expect(
            options(step)
                == Self.common + [
                    "--immediate=600", "--time=2", "--partition=gpu", "--account=a b",
                    "--qos=high", "--reservation=r1", "--gres=gpu:8", "--exclusive",
                ])
    }

    /// Without an allocation nothing of what an allocation asks for makes sense.
    @Test func direct() {
        let step = Self.step(.direct) {
            ($0.options.account, $0.gres, $0.isExclusive) = ("a", "gpu:8", true)
        }
        #expect(options(step) == Self.common + ["--no-allocate"])
    }

    @Test("A group is one task on each of its nodes, and none of them ends the others")
    func group() {
        let step = Self.step(.srun) {
            ($0.group, $0.wait, $0.gres) = (["gpu-1", "gpu-3"], 2, "gpu:4")
        }
        #expect(
            options(step)
                == [
                    "--nodes=2", "--ntasks=2", "--nodelist=gpu-1,gpu-3", "--chdir=/", "--mpi=none",
                    "--ntasks-per-node=1", "--label", "--kill-on-bad-exit=0", "--wait=0",
                    "--no-kill", "--input=none", "--job-name=fleet-r1", "--immediate=2",
                    "--time=2", "--partition=gpu", "--gres=gpu:4", "--mem=512M",
                ])
    }

    @Test("A group's script is in variables, in pieces that Linux takes, and comes out whole")
    func inVariables() async throws {
        let long = String(repeating: "# 가나다\n", count: 30_000)
        let script =
            "a=1\n\(long)printf '%s' \"$a\"; env | grep -c FLEET_SCRIPT\n\(JobScript.end)\n"
        let variables = try #require(ScriptVariables(script))
        #expect(variables.parts.count > 2)
        #expect(variables.parts.allSatisfy { $0.utf8.count <= 100_000 })
        func ran(_ pieces: [(name: String, value: String)]) async throws -> (
            TerminationStatus, String
        ) {
            var environment = Environment.Key.variables(["PATH=/usr/bin:/bin"])
            for (name, value) in pieces { environment[.init(stringLiteral: name)] = value }
            let ended = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", variables.reader],
                environment: .custom(environment), output: .string(limit: 1 << 16),
                error: .string(limit: 1 << 16))
            return (ended.terminationStatus, ended.standardOutput)
        }
        let (status, output) = try await ran(variables.variables)
        #expect(status == .exited(1) && output == "10\n", "the payload sees no variable: \(output)")
        // One that did not come: nothing runs.
        for missing in variables.variables.indices {
            var pieces = variables.variables
            pieces.remove(at: missing)
            let (status, output) = try await ran(pieces)
            #expect(status != .exited(0) && status != .exited(1) && output == "", "\(status)")
        }
    }

    @Test("A script too large for variables goes through standard input")
    func tooLarge() {
        let step = Self.step(.direct) {
            $0.group = ["gpu-1", "gpu-3"]
            $0.script = String(repeating: "#", count: ScriptVariables.mostBytes + 1)
        }
        #expect(options(step).contains("--input=all"))
    }

    // MARK: - The node's shell

    private func shell(_ script: String) async throws -> (TerminationStatus, String) {
        let words = SrunLauncher.arguments(for: Self.step(.direct), nil).suffix(4)
        let ended = try await Subprocess.run(
            .path(FilePath(words.first ?? "")), arguments: Arguments(Array(words.dropFirst())),
            input: .string(script), output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        return (ended.terminationStatus, ended.standardOutput)
    }

    @Test("The node's shell runs the script only once it has all of it")
    func whole() async throws {
        let script = JobScript.text(
            payload: Payload(arguments: ["echo", "it's \\ $HOME"], timeout: 20),
            key: RecordKey(run: "r", node: "n", nonce: "x", job: "direct-1"),
            carrier: .stream(files: [:]))
        let (status, output) = try await shell(script)
        #expect(status == .exited(0))
        #expect(output.hasPrefix("fleet-begun/1 x\nit's \\ $HOME\n"))
        for length in [0, 1, 30, script.utf8.count / 2, script.utf8.count - 3] {
            let cut = String(decoding: script.utf8.prefix(length), as: UTF8.self)
            let (status, output) = try await shell(cut)
            #expect(status == .exited(86))
            #expect(output == "")
        }
    }

    @Test func variables() {
        let variables = Environment.Key.variables(["A=1", "B=", "C=x=y", "none", "D=a\nb"])
        #expect(variables == ["A": "1", "B": "", "C": "x=y", "D": "a\nb"])
    }

    @Test("A srun that cannot be started, or whose file cannot be made, is an end like others")
    func notStarted() async throws {
        let launcher = SrunLauncher(
            slurmConfiguration: "/no/slurm.conf", program: "/bin/true",
            store: RunDirectory(path: "/no/such/folder"))
        let missing = await launcher.run(Self.step(.direct) { $0.output = "/no/such/folder/x" })
        #expect(missing.status == nil)
        #expect(missing.messages.contains("No such file"))
        let none = await SrunLauncher(
            slurmConfiguration: "/no/slurm.conf", program: nil,
            store: RunDirectory(path: "/no/such/folder")
        ).run(Self.step(.direct))
        #expect(none.status == nil)
        #expect(none.messages.contains("no srun"))
    }
}

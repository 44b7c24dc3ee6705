import FanOut
import FoundationEssentials
import Glibc
import Platform
import SlurmKit
import SlurmModel
import Subprocess
import SystemPackage

/// Starts one `srun` process for one node or one group; libslurm has no call that launches a step.
struct SrunLauncher: StepLauncher {
    /// The slurm.conf that srun is to read.
    let slurmConfiguration: String
    /// srun's path; nil when this machine has no srun.
    let program: String?
    /// Where the steps' records go.
    let store: RunDirectory

    /// How many seconds srun has to pass the signal on, and the wrapper to answer, before srun is ended.
    private static let farewell = Payload.killGrace + 5
    /// How many bytes of srun's messages are kept.
    private static let mostMessages = 4_096

    func run(_ step: Step) async -> StepEnd {
        guard let program else {
            return StepEnd(
                status: nil, messages: "there is no srun in PATH or where Slurm is installed")
        }
        let variables = step.scriptVariables
        let files: (output: FileDescriptor, script: FileDescriptor)
        do {
            try DescriptorBudget.checkStart()
            files = try open(step, script: variables == nil ? step.script : "")
        } catch {
            let fault = HeadFault(error, directory: store.path)
            return StepEnd(status: nil, messages: "\(error)", fault: fault)
        }
        do {
            return try await withThrowingTaskGroup { group in
                group.addTask { try await perform(step, variables, program, files) }
                group.addTask {
                    try await Task.sleep(for: .seconds(step.limit))
                    return StepEnd(status: nil, outlived: true)
                }
                // The first of the two tasks to end decides; the other is cancelled, and srun gets the time to end.
                guard var end = try await group.next() else { return StepEnd(status: nil) }
                group.cancelAll()
                if end.outlived, let rest = try? await group.next() {
                    end = rest
                    end.outlived = true
                }
                return end
            }
        } catch {
            return Self.end(
                error, cause: (error as? SubprocessError)?.underlyingError, store.path)
        }
    }

    /// What is said of a srun that this machine did not start: for want of processes or memory, or for itself.
    static func end(_ error: any Error, cause: Errno?, _ directory: String) -> StepEnd {
        guard let cause, cause == .resourceTemporarilyUnavailable || cause == .noMemory else {
            return StepEnd(status: nil, messages: "\(error)")
        }
        return StepEnd(
            status: nil, messages: "\(error)", fault: HeadFault(cause, directory: directory))
    }

    /// The file for the step's output, and the script that the step reads.
    private func open(
        _ step: Step, script: String
    ) throws -> (output: FileDescriptor, script: FileDescriptor) {
        let output = try store.openStream(step.output)
        do {
            // A file and not a pipe, because Subprocess ends fleet when the child exits before it has read
            // everything.
            return (output, try store.unnamedFile(holding: script))
        } catch {
            try? output.close()
            throw error
        }
    }

    private func perform(
        _ step: Step, _ variables: ScriptVariables?, _ program: String,
        _ files: (output: FileDescriptor, script: FileDescriptor)
    ) async throws -> StepEnd {
        var platform = PlatformOptions()
        // In its own session, so that the terminal's Ctrl-C and hangup do not reach it: fleet decides when it ends.
        platform.createSession = true
        // srun passes USR1 on to the wrapper. On TERM it would give up a step without an allocation and leave it
        // running.
        platform.teardownSequence = [
            .send(signal: .userDefinedOne, allowedDurationToNextStep: .seconds(Self.farewell)),
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(2)),
        ]
        let command = Self.command(program, Self.arguments(for: step, variables))
        let ended = try await Subprocess.run(
            .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(environment(of: step, variables)), platformOptions: platform,
            input: .fileDescriptor(files.script, closeAfterSpawningProcess: true),
            output: .fileDescriptor(files.output, closeAfterSpawningProcess: true),
            error: .string(limit: 1 << 20))
        let status: SlurmModel.ExitStatus =
            switch ended.terminationStatus {
            case .exited(let code): .exited(Int(code))
            case .signaled(let signal): .signalled(Int(signal))
            }
        return StepEnd(
            status: status, messages: String(ended.standardError.suffix(Self.mostMessages)),
            refusal: Self.refusal(in: ended.standardError))
    }

    /// The command line that starts srun with the limit of open files that fleet itself was started with, because
    /// srun passes its limit on to the step.
    private static func command(_ program: String, _ arguments: [String]) -> [String] {
        guard let limit = DescriptorBudget.inherited else { return [program] + arguments }
        return ["/bin/sh", "-c", "ulimit -S -n \(limit) && exec \"$@\"", "fleet", program]
            + arguments
    }

    /// slurmctld's refusal, from the last such line of srun.
    private static func refusal(in messages: String) -> SlurmError? {
        let mark = "Unable to allocate resources: "
        let texts = messages.split(whereSeparator: \.isNewline)
            .compactMap { (line: Substring) -> Substring? in
                line.firstRange(of: mark).map { line[$0.upperBound...] }
            }
        return texts.last.flatMap { SlurmError(text: $0, attempt: "start a step") }
    }

    /// The command of a node's shell: it reads the whole script before it runs any of it.
    private static let reader = """
        script=$(cat) && case $script in *'\(JobScript.end)') eval "$script" ;; *) exit 86 ;; esac
        """

    /// What makes a step out of several nodes: one task on each, and one that fails ends no other.
    ///
    /// With labels srun tells whose each line is; its output is buffered, so that lines stay whole.
    private static let groupWords = [
        "--ntasks-per-node=1", "--label", "--kill-on-bad-exit=0", "--wait=0", "--no-kill",
    ]

    /// srun's arguments for a step, whose script travels in these variables, or through standard input.
    static func arguments(for step: Step, _ variables: ScriptVariables?) -> [String] {
        let isDirect = step.launcher == .direct
        let nodes = step.group.isEmpty ? [step.node] : step.group
        var words = [
            "--nodes=\(nodes.count)", "--ntasks=\(nodes.count)",
            "--nodelist=\(nodes.joined(separator: ","))", "--chdir=/", "--mpi=none",
        ]
        words += step.group.isEmpty ? ["--unbuffered"] : groupWords
        if !step.group.isEmpty { words.append(variables == nil ? "--input=all" : "--input=none") }
        words.append("--job-name=\(step.jobName)")
        if isDirect {
            words.append("--no-allocate")
        } else {
            // Without --immediate, srun waits for a busy node for ever.
            words += ["--immediate=\(step.wait)", "--time=\(step.timeLimitMinutes)"]
            let options: [(String, String?)] = [
                ("partition", step.partition), ("account", step.options.account),
                ("qos", step.options.qos), ("reservation", step.options.reservation),
                ("gres", step.gres), ("mem", step.memoryMiB.map { "\($0)M" }),
            ]
            words += options.compactMap { name, value in value.map { "--\(name)=\($0)" } }
            if step.isExclusive { words.append("--exclusive") }
        }
        return words + ["/bin/sh", "-c", variables?.reader ?? reader, "fleet"]
    }

    /// The step's own variables, which srun passes on, and the Slurm configuration that fleet itself uses.
    private func environment(
        of step: Step, _ script: ScriptVariables?
    ) -> [Environment.Key: String] {
        var variables = Environment.Key.variables(step.environment)
        for (name, value) in script?.variables ?? [] {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        variables["SLURM_CONF"] = slurmConfiguration
        return variables
    }
}

extension Step {
    /// The script in variables; nil where the nodes' shells read it from standard input.
    var scriptVariables: ScriptVariables? {
        group.isEmpty ? nil : ScriptVariables(script)
    }
}

extension Environment.Key {
    /// A process's variables out of `NAME=VALUE` texts.
    static func variables(_ texts: [String]) -> [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "=") else { continue }
            variables[Environment.Key(stringLiteral: String(text[..<equals]))] =
                String(text[text.index(after: equals)...])
        }
        return variables
    }
}

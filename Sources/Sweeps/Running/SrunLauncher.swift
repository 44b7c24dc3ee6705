import FanOut
import FoundationEssentials
import Glibc
import Platform
import SlurmKit
import SlurmModel
import Subprocess
import SystemPackage

/// Starts one `srun` process for one node; libslurm has no call that launches a step.
struct SrunLauncher: StepLauncher {
    /// The slurm.conf that srun is to read.
    let slurmConfiguration: String
    /// srun's own path; nil where this machine has none.
    let program: String?
    /// Where the steps' records go.
    let store: RunDirectory

    /// How long srun has to pass the signal on, and the wrapper to answer, before srun is ended, in seconds.
    private static let farewell = Payload.killGrace + 5
    /// How much of what srun says is kept, in bytes.
    private static let mostMessages = 4_096

    func run(_ step: Step) async -> StepEnd {
        guard let program else {
            return StepEnd(
                status: nil, messages: "there is no srun in PATH or where Slurm is installed")
        }
        let files: (output: FileDescriptor, script: FileDescriptor)
        do {
            try DescriptorBudget.checkStart()
            files = try open(step)
        } catch {
            let fault = HeadFault(error, directory: store.path)
            return StepEnd(status: nil, messages: "\(error)", fault: fault)
        }
        do {
            return try await withThrowingTaskGroup { group in
                group.addTask { try await perform(step, program, files) }
                group.addTask {
                    try await Task.sleep(for: .seconds(step.limit))
                    return StepEnd(status: nil, outlived: true)
                }
                // Whichever comes first; the other one is told to end, and srun gets the time to do so.
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

    /// The file that takes what the step prints, and the one that it reads.
    private func open(_ step: Step) throws -> (output: FileDescriptor, script: FileDescriptor) {
        let output = try store.openStream(step.output)
        do {
            // Not through a pipe: Subprocess ends this process when the child goes away before it has read everything.
            return (output, try store.unnamedFile(holding: step.script))
        } catch {
            try? output.close()
            throw error
        }
    }

    private func perform(
        _ step: Step, _ program: String,
        _ files: (output: FileDescriptor, script: FileDescriptor)
    ) async throws -> StepEnd {
        var platform = PlatformOptions()
        // Out of reach of the terminal's own Ctrl-C and hangup: fleet tells it when to end.
        platform.createSession = true
        // srun passes USR1 on to the wrapper; on TERM it would give a step without an allocation up and leave it running.
        platform.teardownSequence = [
            .send(signal: .userDefinedOne, allowedDurationToNextStep: .seconds(Self.farewell)),
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(2)),
        ]
        let command = Self.command(program, Self.arguments(for: step))
        let ended = try await Subprocess.run(
            .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(environment(of: step)), platformOptions: platform,
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

    /// The command line that starts srun with the limit of open files that fleet itself was started with: srun passes it on
    /// to the step.
    private static func command(_ program: String, _ arguments: [String]) -> [String] {
        guard let limit = DescriptorBudget.inherited else { return [program] + arguments }
        return ["/bin/sh", "-c", "ulimit -S -n \(limit) && exec \"$@\"", "fleet", program]
            + arguments
    }

    /// What slurmctld refused, out of srun's last such line.
    private static func refusal(in messages: String) -> SlurmError? {
        let mark = "Unable to allocate resources: "
        let texts = messages.split(whereSeparator: \.isNewline)
            .compactMap { (line: Substring) -> Substring? in
                line.firstRange(of: mark).map { line[$0.upperBound...] }
            }
        return texts.last.flatMap { SlurmError(text: $0, attempt: "start a step") }
    }

    /// What a step's shell does: reads the whole script before it runs any of it.
    private static let reader = """
        script=$(cat) && case $script in *'\(JobScript.end)') eval "$script" ;; *) exit 86 ;; esac
        """

    /// srun's arguments for a step.
    static func arguments(for step: Step) -> [String] {
        let isDirect = step.launcher == .direct
        var words = [
            "--nodes=1", "--ntasks=1", "--nodelist=\(step.node)", "--chdir=/", "--mpi=none",
            "--unbuffered", "--job-name=\(step.jobName)",
        ]
        if isDirect {
            words.append("--no-allocate")
        } else {
            // Without it srun waits for a busy node for ever.
            words += ["--immediate=\(step.wait)", "--time=\(step.timeLimitMinutes)"]
            let options: [(String, String?)] = [
                ("partition", step.partition), ("account", step.options.account),
                ("qos", step.options.qos), ("reservation", step.options.reservation),
                ("gres", step.gres), ("mem", step.memoryMiB.map { "\($0)M" }),
            ]
            words += options.compactMap { name, value in value.map { "--\(name)=\($0)" } }
            if step.isExclusive { words.append("--exclusive") }
        }
        return words + ["/bin/sh", "-c", reader, "fleet"]
    }

    /// The step's own variables, which srun passes on, and the configuration fleet itself uses.
    private func environment(of step: Step) -> [Environment.Key: String] {
        var variables = Environment.Key.variables(step.environment)
        variables["SLURM_CONF"] = slurmConfiguration
        return variables
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

import FoundationEssentials
internal import Platform
import Subprocess
import SystemPackage

/// How a program ended, and its two streams, kept apart because pcluster's Node.js writes messages to standard error.
package struct ProgramAnswer: Hashable, Sendable {
    /// The exit code; for a signal 128 plus its number, as in a shell.
    package var code: Int32
    /// Standard output.
    package var output: String
    /// Standard error.
    package var errors: String

    /// Makes an answer.
    package init(code: Int32, output: String, errors: String = "") {
        self.code = code
        self.output = output
        self.errors = errors
    }

    /// The last line of standard error that is no routine message of Node.js or Python; nil without one.
    package var complaint: String? {
        errors.split(whereSeparator: \.isNewline).map(String.init).last {
            !$0.trimmingBlanks().isEmpty && !$0.hasPrefix("!!")
                && $0.firstRange(of: "Warning:") == nil && $0.firstRange(of: "warnings.warn") == nil
        }.map { $0.trimmingBlanks() }
    }
}

/// Starts programs; tests have their own implementation.
package protocol ProgramRunning: Sendable {
    /// Runs a program to its end, or until its time limit.
    ///
    /// - Parameters:
    ///   - program: Its name, to be found in PATH, or its path.
    ///   - arguments: One text per argument: no shell comes near them.
    ///   - seconds: How long it may take.
    /// - Returns: How it ended; a code other than 0 is no error here.
    /// - Throws: A ``ClusterError`` when it is missing, cannot be started, or takes longer.
    func run(
        _ program: String, _ arguments: [String], seconds: Double
    ) async throws(ClusterError) -> ProgramAnswer

    /// Where a program is; nil where it is not in PATH.
    func path(of program: String) -> String?
}

/// Programs of this machine, in this process's environment.
package struct ProgramRunner: ProgramRunning {
    private let environment: [String: String]

    /// How much of an answer is read, in bytes: a stack's events are the largest.
    private static let mostOutput = 64 << 20

    /// Takes an environment.
    ///
    /// - Parameters:
    ///   - environment: The process's own.
    ///   - profile: AWS_PROFILE for the started programs; nil for the environment's.
    package init(environment: [String: String], profile: String? = nil) {
        var all = environment
        if let profile { all["AWS_PROFILE"] = profile }
        // No pager, because nobody is there to press a key; and no deprecation warnings of Python in the output.
        all["AWS_PAGER"] = ""
        all["PYTHONWARNINGS"] = "ignore"
        self.environment = all
    }

    /// Where a program is, in PATH.
    package func path(of program: String) -> String? {
        Self.find(program, path: environment["PATH"] ?? "")
    }

    static func find(_ program: String, path: String) -> String? {
        func isProgram(_ file: String) -> Bool {
            var isFolder = false
            return FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) && !isFolder
                && FileManager.default.isExecutableFile(atPath: file)
        }
        if program.contains("/") { return isProgram(program) ? program : nil }
        return path.split(separator: ":").map { "\($0)/\(program)" }.first(where: isProgram)
    }

    /// Runs a program to its end, or until its time limit.
    package func run(
        _ program: String, _ arguments: [String], seconds: Double
    ) async throws(ClusterError) -> ProgramAnswer {
        guard let path = path(of: program) else {
            throw ClusterError(
                .missing, program, "is not in PATH", next: Self.installation(of: program))
        }
        let (ends, continuation) = AsyncStream.makeStream(
            of: Result<ProgramAnswer?, ClusterError>.self)
        let work = Task.detached {
            do {
                continuation.yield(.success(try await end(path, arguments)))
            } catch {
                // A flood, or a stream that cannot be read, is an answer that is not clear, and no program that is missing.
                let code = (error as? SubprocessError)?.code
                let isMissing = code == .executableNotFound || code == .spawnFailed
                continuation.yield(
                    .failure(ClusterError(isMissing ? .missing : .unclear, program, "\(error)")))
            }
        }
        // The program's own children may keep its streams open for longer; then they are left running.
        let watch = Task.detached {
            try await Task.sleep(for: .seconds(seconds))
            continuation.yield(.success(nil))
        }
        defer {
            work.cancel()
            watch.cancel()
        }
        for await end in ends {
            if let answer = try end.get() { return answer }
            break
        }
        throw ClusterError(
            .unclear, Self.shown(program, arguments), "no answer in \(Int(seconds)) s",
            next: "is there a way to AWS from here?")
    }

    private func end(_ path: String, _ arguments: [String]) async throws -> ProgramAnswer {
        var platform = PlatformOptions()
        // The program must not get the terminal's Ctrl-C: it must not interrupt a create-cluster.
        platform.createSession = true
        platform.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .milliseconds(500))
        ]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .custom(variables), platformOptions: platform, input: .none,
            output: .string(limit: Self.mostOutput), error: .string(limit: 1 << 20))
        let code: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return ProgramAnswer(
            code: code, output: result.standardOutput, errors: result.standardError)
    }

    /// A command line for people; arguments with blanks are quoted.
    package static func shown(_ program: String, _ arguments: [String]) -> String {
        ShellQuote.readable([program] + arguments)
    }

    private static func installation(of program: String) -> String {
        switch program {
        case "pcluster":
            "python3 -m venv V && V/bin/pip install aws-parallelcluster, and V/bin into PATH"
        case "aws": "install the AWS CLI"
        case "session-manager-plugin": "install AWS's Session Manager plugin"
        default: "install it"
        }
    }
}

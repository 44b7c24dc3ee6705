import ArgumentParser
import FoundationEssentials
import Glibc
import Terminal

/// The context of a command: its flags and variables, and the programs that it calls.
struct ClusterSession: Sendable {
    /// The flags.
    let options: ClusterOptions
    /// The process environment.
    let environment: [String: String]
    /// The two streams.
    let console: Console
    /// Where variables are looked up.
    let sources: VariableSources
    /// Starts programs.
    let runner: any ProgramRunning

    /// Reads the environment and the environment file.
    ///
    /// - Parameters:
    ///   - options: The flags.
    ///   - settings: What `--set` gives.
    ///   - isFileNeeded: Whether an environment file that cannot be read is an error; else it is a warning, since a
    ///     command that takes only a name from it works without.
    ///   - environment: The process environment.
    ///   - runner: Starts programs; nil for those of this machine.
    /// - Throws: A ``ClusterError``.
    init(
        _ options: ClusterOptions, settings: [String: String] = [:], isFileNeeded: Bool = false,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        runner: (any ProgramRunning)? = nil
    ) throws(ClusterError) {
        self.options = options
        self.environment = environment
        console = Console(environment: environment)
        if let runner {
            self.runner = runner
        } else {
            self.runner = ProgramRunner(environment: environment, profile: options.profile)
        }
        let home = environment["HOME"]
        let path = options.envFile ?? home.map { "\($0)/pcluster-env.sh" }
        let shown = options.envFile ?? "~/pcluster-env.sh"
        var file: EnvironmentFile?
        do {
            if let path, let text = try PrivateFile.read(path) {
                file = try EnvironmentFile(text: text, path: shown, environment: environment)
            } else if let named = options.envFile {
                throw ClusterError(.usage, named, "is not there")
            }
        } catch {
            let failure =
                error as? ClusterError
                ?? ClusterError(
                    .usage, shown, (error as? EnvironmentFile.Failure)?.description ?? "\(error)")
            if isFileNeeded || options.envFile != nil {
                throw (error as? EnvironmentFile.Failure).map(Self.error) ?? failure
            }
            console.say("fleet: warning: \(error)")
        }
        for note in file?.notes ?? [] { console.say("fleet: warning: \(note)") }
        sources = VariableSources(
            options: settings, environment: environment, file: file, filePath: shown)
    }

    /// An environment file's failure as a command's.
    private static func error(_ failure: EnvironmentFile.Failure) -> ClusterError {
        ClusterError(
            .usage, failure.file + (failure.line.map { ":\($0)" } ?? ""), failure.why,
            next: "source it in a shell; fleet reads the environment")
    }

    /// The same session for the region of a configuration.
    ///
    /// - Throws: A ``ClusterError`` when the named region is not the configuration's.
    func inRegion(_ region: String?) throws(ClusterError) -> ClusterSession {
        guard let region else { return self }
        if let said = options.region, said != region {
            throw ClusterError(
                .failed, "-r \(said)", "the configuration is for \(region)", next: "-r \(region)")
        }
        var changed = options
        changed.region = region
        return ClusterSession(self, options: changed)
    }

    private init(_ session: ClusterSession, options: ClusterOptions) {
        self.options = options
        environment = session.environment
        console = session.console
        sources = session.sources
        runner = session.runner
    }

    /// The cluster's name; nil where none is given.
    var name: String? { options.name ?? sources.value("CLUSTER_NAME") }

    /// The region; nil where none is given.
    var region: String? {
        options.region ?? sources.value("AWS_REGION") ?? sources.value("AWS_DEFAULT_REGION")
    }

    /// The cluster's name.
    ///
    /// - Throws: A ``ClusterError`` where none is given, or it is not valid.
    func clusterName() throws(ClusterError) -> String {
        guard let name else {
            throw ClusterError(
                .usage, "CLUSTER_NAME", "not set (looked in \(sources.places))",
                next: "-n NAME, or fleet cluster env --save CLUSTER_NAME=...")
        }
        if let why = ClusterName.problem(name) {
            throw ClusterError(.usage, "'\(name)'", "is no cluster's name: it \(why)")
        }
        return name
    }

    /// The region.
    ///
    /// - Throws: A ``ClusterError`` where none is given, or it is not valid.
    func clusterRegion() throws(ClusterError) -> String {
        guard let region else {
            throw ClusterError(
                .usage, "AWS_REGION", "not set (looked in \(sources.places))",
                next: "-r REGION, or fleet cluster env --save AWS_REGION=us-east-1")
        }
        guard OfflineRules.isRegion(region) else {
            throw ClusterError(.usage, "'\(region)'", "is no region", next: "such as us-east-1")
        }
        return region
    }

    /// ParallelCluster's program for the region.
    func pcluster() throws(ClusterError) -> Pcluster {
        Pcluster(runner: runner, region: try clusterRegion())
    }

    /// AWS's program for the region.
    func aws() throws(ClusterError) -> AWSCommand {
        AWSCommand(runner: runner, region: try clusterRegion())
    }

    /// The user's home.
    ///
    /// - Throws: A ``ClusterError`` where HOME is not set.
    func home() throws(ClusterError) -> String {
        guard let home = environment["HOME"], !home.isEmpty else {
            throw ClusterError(.usage, "HOME", "not set", next: "--env-file FILE, or set it")
        }
        return home
    }

    /// The environment file, for writing.
    func environmentFile() throws(ClusterError) -> String {
        if let named = options.envFile { return named }
        return try home() + "/pcluster-env.sh"
    }

    /// Asks, unless `--yes` or `--dry-run` was given.
    ///
    /// - Parameters:
    ///   - question: The question, without the question mark.
    ///   - answer: What has to be typed; nil for `y`.
    /// - Throws: A ``ClusterError`` where there is nobody to ask, or the answer is no.
    func confirm(_ question: String, typing answer: String? = nil) throws(ClusterError) {
        if options.yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw ClusterError(
                .usage, question, "there is no terminal to ask on", next: "answer with --yes")
        }
        console.say("fleet: \(question)? " + (answer.map { "[type \($0)]" } ?? "[y/N]"))
        let said = (readLine() ?? "").trimmingBlanks()
        let isGiven = answer.map { $0 == said } ?? ["y", "yes"].contains(said.lowercased())
        if !isGiven { throw ClusterError(.interrupted, question, "answered with no", next: "") }
    }

    /// Prints a document or a table, as `--format` says.
    func show(_ document: JSONValue, table: () -> [String]) throws {
        switch options.format {
        case .table: try console.print(table())
        case .json: try JSONOutput.print(document, to: console)
        case .jsonl: try console.print(try JSONOutput.line(document))
        }
    }

    /// Shows what is about to be done: as the output of `--dry-run`, else beside it where standard output is for a
    /// program, which reads there what came of it.
    ///
    /// - Parameters:
    ///   - action: The command's name.
    ///   - name: The cluster.
    ///   - lines: What would be done, a line each.
    /// - Throws: What the output throws.
    func showPlan(_ action: String, _ name: String, _ lines: [String]) throws {
        let lines = lines.map(TerminalText.visible)
        guard options.dryRun || options.format == .table else {
            for line in lines { console.say(line) }
            return
        }
        let plan = lines.map { line in
            JSONValue.string(line.split(separator: " ").joined(separator: " "))
        }
        try show(
            .object([
                "schema": .string("fleet.cluster.plan/1"), "action": .string(action),
                "cluster": .string(name), "plan": .array(plan),
            ])
        ) { lines }
    }

    /// A table's lines for this terminal.
    func lines(of table: Table) -> [String] {
        table.lines(width: console.columns, styled: console.isColored)
    }
}

/// Common to all commands of `fleet cluster`: each prints its own errors, because its exit codes differ from fleet's.
protocol ClusterSubcommand: AsyncParsableCommand {
    /// The flags that every command has.
    var options: ClusterOptions { get }

    /// Does the work.
    ///
    /// - Returns: The exit code.
    /// - Throws: A ``ClusterError``, or what the output throws.
    func work() async throws -> Int32
}

extension ClusterSubcommand {
    /// Does the work, and exits with the returned code.
    mutating func run() async throws {
        let code: Int32
        do {
            code = try await work()
        } catch let error as ClusterError {
            Console(environment: [:]).say(
                TerminalText.visible(
                    error.kind == .interrupted ? "fleet: \(error)" : "fleet: error: \(error)"))
            throw ExitCode(error.exitCode)
        } catch let error as ConfigurationTemplate.Failure {
            for problem in error.problems {
                Console(environment: [:]).say("fleet: error: \(problem)")
            }
            throw ExitCode(64)
        } catch let error as ReservationEdit.Failure {
            Console(environment: [:]).say("fleet: error: \(error)")
            throw ExitCode(64)
        }
        if code != 0 { throw ExitCode(code) }
    }
}

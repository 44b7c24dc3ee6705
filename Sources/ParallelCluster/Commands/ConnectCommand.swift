import ArgumentParser
internal import Platform
import Terminal

/// `fleet cluster connect`.
struct ConnectCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract:
            "A shell on the head node, as its user, through the Session Manager; or one command: -- CMD.",
        discussion: """
            Checked first: the cluster has a head node that runs, the plugin is on this machine, the Session Manager \
            knows the node. Then this process becomes aws: terminal, Ctrl-C and exit code are the session's.
            """)

    @OptionGroup var options: ClusterOptions

    @Option(help: ArgumentHelp("Another user than the AMI's.", valueName: "user"))
    var user: String?

    @Flag(help: "Print the command line, and do not run it.")
    var print = false

    @Flag(help: "Print a Host block for ~/.ssh/config.")
    var sshConfig = false

    @Flag(
        help:
            "Check the environment there: fleet doctor, or without fleet the guide's own commands.")
    var check = false

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("A command to run there.", valueName: "cmd"))
    var command: [String] = []

    mutating func validate() throws {
        if check, !command.isEmpty {
            throw ValidationError("--check has commands of its own: leave out -- CMD.")
        }
        if sshConfig, check || !command.isEmpty {
            throw ValidationError("--ssh-config runs nothing: leave out --check and -- CMD.")
        }
    }

    /// The checks that the guide makes by hand after the first login.
    static let guideChecks = """
        if command -v fleet >/dev/null; then exec fleet doctor; fi; grep -E '^(NAME|VERSION)=' /etc/os-release; \
        df -h | grep -E 'fsx|lustre' || echo 'neither fsx nor lustre is mounted'; sudo enroot version || true; sinfo
        """

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        let region = try session.clusterRegion()
        let access = try HeadNodeAccess(session, name: name)
        // Checked before AWS is asked, because AWS opens a session even when this machine lacks the program to use
        // it.
        guard let aws = session.runner.path(of: "aws") else {
            throw ClusterError(.missing, "aws", "is not in PATH", next: "install the AWS CLI")
        }
        if !print, !sshConfig, session.runner.path(of: "session-manager-plugin") == nil {
            throw ClusterError(
                .missing, "session-manager-plugin", "is not in PATH",
                next: "install AWS's Session Manager plugin")
        }
        let instance = try await access.instance()
        let who: String
        if let user { who = user } else { who = try await access.user(of: instance) }
        guard who.wholeMatch(of: /[a-z_][a-z0-9_-]*/) != nil else {
            throw ClusterError(.usage, "--user \(who)", "is no user's name")
        }
        if sshConfig {
            try session.console.print(
                HeadNodeAccess.sshConfiguration(
                    name: name, instance: instance, region: region, user: who))
            return 0
        }
        let words = check ? ["sh", "-c", Self.guideChecks] : command
        let arguments = HeadNodeAccess.arguments(
            instance: instance, region: region, user: who, command: words)
        if print || options.dryRun {
            try session.console.print(ProgramRunner.shown("aws", arguments))
            return 0
        }
        try await access.awaitOnline(instance)
        var environment = session.environment
        if let profile = options.profile { environment["AWS_PROFILE"] = profile }
        do {
            try ProcessReplacement.become(aws, arguments, environment: environment)
        } catch {
            throw ClusterError(.missing, aws, "cannot be started: \(error)")
        }
    }
}

import ArgumentParser
internal import Platform
import Terminal

/// `fleet cluster check`.
struct ClusterCheckCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Will this configuration make a cluster? fleet's rules, then pcluster's own dry run, in one list.",
        discussion: """
            Exit codes: 0 nothing fails (with --strict, nothing warns); 1 something does; 2 something could not be \
            told; 3 pcluster, Node.js or credentials are missing; 64 usage.
            """)

    @OptionGroup var options: ClusterOptions

    @Argument(help: ArgumentHelp("The configuration.", valueName: "config"))
    var file: String?

    @Flag(help: "Ask AWS nothing: only the rules that do not need it.")
    var offline = false

    @Flag(help: "A warning is a failure.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Say what a rule is, and who says so; 'all' for every rule.", valueName: "rule"))
    var explain: String?

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        if let explain {
            try session.console.print(try Self.explanation(of: explain))
            return 0
        }
        guard let file = file ?? session.sources.value("CLUSTER_CONFIG") else {
            throw ClusterError(
                .usage, "check", "needs a configuration", next: "fleet cluster check FILE")
        }
        guard let text = try PrivateFile.read(file) else {
            throw ClusterError(
                .usage, file, "is not there",
                next: "fleet cluster config -o \(ShellQuote.pasted(file))")
        }
        let name = await self.name(session)
        let check = try await ConfigurationCheck.run(
            text: text, session: session, isOffline: offline
        ) { region in
            Pcluster.create(
                name, configuration: file, region: region, isDryRun: true, keepsFailure: false)
        }
        try session.show(check.document) {
            (check.findings.isEmpty ? [] : session.lines(of: check.table))
        }
        session.console.say("fleet: \(file): \(check.summary)")
        return check.code(isStrict: strict)
    }

    /// The name for pcluster's dry run, which refuses that of a cluster that is there: whoever checks an update has one.
    private func name(_ session: ClusterSession) async -> String {
        let other = "fleet-check"
        guard let name = session.name else { return other }
        if offline { return name }
        let isTaken = ((try? await NameLookup(session).status(of: name)) ?? nil) != nil
        return isTaken ? other : name
    }

    static func explanation(of name: String) throws(ClusterError) -> [String] {
        if name == "all" { return Rule.allCases.flatMap(lines) }
        guard let rule = RuleFinding.rule(named: name) else {
            throw ClusterError(
                .usage, "--explain \(name)", "there is no such rule",
                next: Rule.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return lines(rule)
    }

    private static func lines(_ rule: Rule) -> [String] {
        ["\(rule.rawValue)\(rule.needsAWS ? " (needs AWS)" : "")"]
            + TerminalText.wrap(rule.explanation, columns: 100).map { "  " + $0 }
            + ["  source: \(rule.source)"]
    }
}

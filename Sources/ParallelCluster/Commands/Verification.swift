import ArgumentParser
import FoundationEssentials
internal import Platform
import Terminal

/// The guide's checks after a creation, in one table: fleet's own checks, run on the head node through the Session
/// Manager.
struct Verification {
    /// One check on the head node.
    struct Step: Sendable {
        /// Its name.
        let name: String
        /// The shell line that does it.
        let line: String
    }

    /// How a step ended there.
    struct Ended: Sendable {
        /// The step's name.
        var name: String
        /// Its verdict.
        var verdict: RuleVerdict
        /// Its last words.
        var words: String
    }

    private let session: ClusterSession
    private let name: String
    private let package: (file: String, bucket: String)?
    private let lustre: String?

    /// How long a step may take on the head node, in seconds: mount-lustre may install a kernel module on every node.
    private static let patience = 1_800.0

    /// Prepares the look.
    ///
    /// - Parameters:
    ///   - session: Where the programs are.
    ///   - name: The cluster.
    ///   - package: The fleet package to install if the head node has none, and the S3 path for its transfer.
    ///   - lustre: The source that is to be mounted; nil to leave mounting alone.
    init(
        _ session: ClusterSession, name: String, package: (file: String, bucket: String)? = nil,
        lustre: String? = nil
    ) {
        self.session = session
        self.name = name
        self.package = package
        self.lustre = lustre
    }

    /// The steps, in the guide's order.
    static func steps(lustre: String?) -> [Step] {
        let mount = lustre.map { " --source \(ShellQuote.word($0))" } ?? ""
        return [
            Step(name: "doctor", line: "fleet doctor"),
            Step(name: "mount-lustre", line: "fleet mount-lustre --include-head\(mount)"),
            Step(name: "check-mount", line: "fleet check-mount"),
            Step(
                name: "health",
                line:
                    "if fleet health --help >/dev/null 2>&1; then fleet health; else fleet gpu-check; fi"
            ),
        ]
    }

    /// The verdict of a step, from the exit code of fleet on the head node.
    static func verdict(code: Int) -> RuleVerdict {
        switch code {
        case 0: .ok
        case 1: .fail
        default: .unknown
        }
    }

    /// Looks, and prints the table.
    ///
    /// - Returns: The exit code.
    /// - Throws: A ``ClusterError``, or what the output throws.
    func run() async throws -> Int32 {
        let access = try HeadNodeAccess(session, name: name)
        let instance = try await access.instance()
        try await access.awaitOnline(instance)
        try await expectFleet(on: instance)
        var rows: [Ended] = []
        for step in Self.steps(lustre: lustre) {
            session.console.say("fleet: \(name): \(step.name) ...")
            let answer = try await remote(step.line, on: instance)
            rows.append(
                Ended(
                    name: step.name, verdict: Self.verdict(code: answer.code),
                    words: Self.lastWords(of: answer)))
        }
        let nodes = try await remote("sinfo -h -N -o '%N %t' | sort -u", on: instance)
        let (ready, all) = Self.ready(nodes.output)
        let verdict = rows.map(\.verdict).max() ?? .unknown
        let isReady = verdict == .ok && ready == all && all > 0
        try session.show(document(rows, ready: ready, all: all)) {
            var table = Table([.init("STEP"), .init("VERDICT"), .init("SAID")])
            for row in rows {
                table.add(
                    [row.name, row.verdict.rawValue, row.words], styles: [1: row.verdict.style])
            }
            return session.lines(of: table) + [
                isReady
                    ? "ready: \(ready) of \(all) nodes"
                    : "not ready: \(ready) of \(all) nodes are up"
                        + rows.filter { $0.verdict != .ok }.map {
                            "; \($0.name): \($0.verdict.rawValue)"
                        }.joined()
            ]
        }
        return isReady ? 0 : verdict == .unknown ? 2 : 1
    }

    /// How many nodes can take jobs, and how many there are, from sinfo's `NODE STATE` lines.
    static func ready(_ text: String) -> (ready: Int, all: Int) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }.filter
        { $0.count == 2 }
        // A character after the state says that the node does not respond, is powered down, or is reserved.
        return (lines.count { ["idle", "mix", "alloc"].contains($0[1]) }, lines.count)
    }

    private static func lastWords(of answer: Remote) -> String {
        let lines = (answer.output + "\n" + answer.errors).split(whereSeparator: \.isNewline)
        return lines.last.map(String.init) ?? "nothing (exit code \(answer.code))"
    }

    private func document(_ rows: [Ended], ready: Int, all: Int) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.verify/1"), "cluster": .string(name),
            "steps": .array(
                rows.map {
                    .object([
                        "step": .string($0.name), "verdict": .string($0.verdict.rawValue),
                        "said": .string($0.words),
                    ])
                }), "ready": .int(ready), "nodes": .int(all),
        ])
    }

    // MARK: - On the head node

    private struct Remote {
        var code: Int
        var output: String
        var errors: String
    }

    private func expectFleet(on instance: String) async throws {
        if try await remote("command -v fleet", on: instance).code == 0 { return }
        guard let package else {
            throw ClusterError(
                .missing, "fleet", "is not on the head node",
                next: "fleet cluster verify --package FILE --via s3://BUCKET/PREFIX puts it there")
        }
        let sum = try await session.runner.run("sha256sum", [package.file], seconds: 60)
        guard sum.code == 0, let digits = sum.output.split(separator: " ").first, digits.count == 64
        else {
            throw ClusterError(
                .usage, package.file, "cannot be read: \(sum.complaint ?? "no checksum")")
        }
        let base = package.file.split(separator: "/").last.map(String.init) ?? "fleet"
        let place = package.bucket + (package.bucket.hasSuffix("/") ? "" : "/") + base
        let copied = try await session.runner.run(
            "aws", ["s3", "cp", package.file, place, "--region", try session.clusterRegion()],
            seconds: 600)
        guard copied.code == 0 else {
            throw ClusterError.telling("aws s3 cp", copied.complaint ?? "failed")
        }
        let answer = try await remote(
            Self.installation(of: String(digits), from: place, isPackage: base.hasSuffix(".deb")),
            on: instance)
        guard answer.code == 0 else {
            throw ClusterError(
                .failed, "fleet", "could not be put on the head node: \(Self.lastWords(of: answer))"
            )
        }
    }

    /// Commands that fetch, verify and install fleet on the head node.
    static func installation(of sum: String, from place: String, isPackage: Bool) -> String {
        let file = "/var/tmp/fleet-\(sum.prefix(12))"
        return """
            set -e; umask 077; aws s3 cp \(ShellQuote.word(place)) \(file) >/dev/null; \
            echo "\(sum)  \(file)" | sha256sum -c --quiet -; \
            \(isPackage ? "dpkg -i \(file) >/dev/null" : "install -m 0755 \(file) /usr/local/bin/fleet"); rm -f \(file)
            """
    }

    private func remote(_ line: String, on instance: String) async throws -> Remote {
        struct Command: Decodable { var CommandId: String }
        struct Sent: Decodable { var Command: Command }
        struct Invocation: Decodable {
            var Status: String
            var ResponseCode: Int?
            var StandardOutputContent: String?
            var StandardErrorContent: String?
        }
        let aws = try session.aws()
        let parameters = JSONValue.object([
            "commands": .array([.string("PATH=$PATH:/usr/local/bin:/opt/slurm/bin; " + line)]),
            "executionTimeout": .array([.string("\(Int(Self.patience))")]),
        ])
        let sent = try await aws.ask(
            [
                "ssm", "send-command", "--instance-ids", instance, "--document-name",
                "AWS-RunShellScript",
            ]
                + ["--parameters", try JSONOutput.line(parameters)], as: Sent.self)
        let begun = Date().timeIntervalSince1970
        while Date().timeIntervalSince1970 - begun < Self.patience {
            let found: Invocation
            do {
                found = try await aws.ask(
                    ["ssm", "get-command-invocation", "--command-id", sent.Command.CommandId]
                        + ["--instance-id", instance], as: Invocation.self)
            } catch {
                // AWS knows the command only a moment after it was sent.
                guard error.why.firstRange(of: "InvocationDoesNotExist") != nil else { throw error }
                try await Task.sleep(for: .seconds(1))
                continue
            }
            if !["Pending", "InProgress", "Delayed"].contains(found.Status) {
                return Remote(
                    code: found.ResponseCode ?? -1, output: found.StandardOutputContent ?? "",
                    errors: found.StandardErrorContent ?? "")
            }
            try await Task.sleep(for: .seconds(2))
        }
        throw ClusterError(.unclear, line, "no end in \(Int(Self.patience)) s on the head node")
    }
}

/// `fleet cluster verify`.
struct VerifyCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "From here, everything the guide checks on the head node after a creation, as one table.",
        discussion: """
            Runs fleet doctor, mount-lustre --include-head, check-mount and the GPU checks there, through the Session \
            Manager. Exit codes: 0 ready; 1 something fails; 2 something could not be told; 3 there is no fleet there.
            """)

    @OptionGroup var options: ClusterOptions

    @Option(
        help: ArgumentHelp(
            "The fleet (.deb or binary) to install if the head node has none.", valueName: "file"))
    var package: String?

    @Option(
        help: ArgumentHelp(
            "The S3 place it goes through; the head node must be able to read it.",
            valueName: "s3://..."))
    var via: String?

    mutating func validate() throws {
        if (package == nil) != (via == nil) {
            throw ValidationError("--package and --via belong together.")
        }
        if let via, !via.hasPrefix("s3://") { throw ValidationError("--via is an s3:// address.") }
    }

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        var pair: (file: String, bucket: String)?
        if let package, let via { pair = (package, via) }
        if options.dryRun {
            try session.console.print(Verification.steps(lustre: nil).map(\.line))
            return 0
        }
        var lustre: String?
        if let id = session.sources.value("FSX_LUSTRE_ID") {
            lustre = try await session.aws().lustreSource(id)
        }
        return try await Verification(session, name: name, package: pair, lustre: lustre).run()
    }
}

import ArgumentParser
import FoundationEssentials
internal import Platform
import Terminal

/// `fleet cluster create`.
struct CreateCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Check, say what will be made, ask, create, and follow it to its end.",
        discussion: """
            Ctrl-C leaves the stack alone; fleet cluster watch goes on with it, here or elsewhere. Exit codes: 0 the \
            cluster is there (with --detach: begun); 1 a rule or the creation failed; 2 it could not be told; \
            3 pcluster, Node.js or credentials are missing; 64 usage; 130 interrupted, or answered with no.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var pace: WatchOptions
    @OptionGroup var transfer: TransferOptions

    @Argument(help: ArgumentHelp("The configuration.", valueName: "config"))
    var file: String?

    @Flag(help: "Begin, and do not follow.")
    var detach = false

    @Flag(
        help:
            "Where it fails, leave what was made for a look: the stack holds its name and costs until it is deleted."
    )
    var keepOnFailure = false

    @Flag(help: "Also save CLUSTER_CONFIG and CAPACITY_RESERVATION_ID in the environment file.")
    var saveConfig = false

    @Flag(help: "At the end, check the cluster from its head node: fleet cluster verify.")
    var verify = false

    func work() async throws -> Int32 {
        let base = try ClusterSession(options)
        let name = try base.clusterName()
        guard let file = file ?? base.sources.value("CLUSTER_CONFIG") else {
            throw ClusterError(
                .usage, "create", "needs a configuration", next: "fleet cluster create FILE")
        }
        guard let text = try PrivateFile.read(file) else {
            throw ClusterError(
                .usage, file, "is not there",
                next: "fleet cluster config -o \(ShellQuote.pasted(file))")
        }
        let document: ClusterDocument
        do {
            document = try ClusterDocument(text: text)
        } catch {
            throw ClusterError(
                .failed, file, "\(error)", next: "fleet cluster check \(ShellQuote.pasted(file))")
        }
        let session = try base.inRegion(document.region)
        let check = try await refuse(text, file, name, session)
        let plan = CreationPlan(
            name: name, region: try session.clusterRegion(), account: try await account(session),
            document: document, release: check.release, keepsFailure: keepOnFailure)
        try session.showPlan("create", name, plan.lines)
        if options.dryRun {
            session.console.say("fleet: nothing was sent (--dry-run)")
            return 0
        }
        try session.confirm("create \(name)")
        let interruptions = Interruptions(
            session.console,
            words:
                "pcluster's answer was not awaited, and the stack may be there -> fleet cluster watch -n \(name)"
        )
        let signals = await interruptions.listen()
        defer { signals.cancel() }
        let cluster = try await interruptions.holding {
            let cluster = try await begin(name, file, text, session)
            keep(document, file, name, session)
            interruptions.say(StackWatch.wordsAtEnd(name))
            return cluster
        }
        interruptions.endIfCaught()
        if detach {
            session.console.say("fleet: begun -> fleet cluster watch -n \(name)")
            return 0
        }
        session.console.say(
            "fleet: begun; Ctrl-C leaves the stack alone, and fleet cluster watch -n \(name) goes on with it"
        )
        var watch = try StackWatch(
            session, name: name, stack: cluster.cloudformationStackArn, plan: pace.plan)
        let code = try await watch.run()
        guard verify, code == 0 else { return code }
        interruptions.say(
            "the cluster is there; it is not verified -> fleet cluster verify -n \(name)")
        return try await Verification.prepared(session, name: name, transfer: transfer).run()
    }

    /// Throws if the configuration must not be sent.
    private func refuse(
        _ text: String, _ file: String, _ name: String, _ session: ClusterSession
    ) async throws -> ConfigurationCheck {
        try await NameLookup(session).expectFree(name)
        let check = try await ConfigurationCheck.run(text: text, session: session, isOffline: false)
        {
            Pcluster.create(
                name, configuration: file, region: $0, isDryRun: true, keepsFailure: keepOnFailure)
        }
        if check.verdict != .ok {
            for line in check.table.lines(width: session.console.errorColumns) {
                session.console.say(line)
            }
        }
        session.console.say("fleet: \(file): \(check.summary)")
        if check.verdict == .fail {
            throw ClusterError(.failed, file, "fails its check; nothing was sent")
        }
        if check.dryRun?.passes != true {
            throw ClusterError(.unclear, file, "pcluster could not tell; nothing was sent")
        }
        return check
    }

    private func account(_ session: ClusterSession) async throws -> String {
        let account = try await session.aws().account()
        if let wanted = session.sources.value("ACCOUNT_ID"), wanted != account {
            throw ClusterError(
                .credentials, "ACCOUNT_ID", "is \(wanted), and the credentials are of \(account)",
                next: "--profile, or another ACCOUNT_ID")
        }
        return account
    }

    private func begin(
        _ name: String, _ file: String, _ text: String, _ session: ClusterSession
    ) async throws -> ClusterDescription {
        let answer = try await session.pcluster().create(
            name, configuration: file, keepsFailure: keepOnFailure)
        if let home = try? session.home() {
            let folder = ClusterFolder(
                home: home, name: name, stackID: answer.cluster.cloudformationStackArn)
            let isKept =
                folder.keep(answer.text, as: "create.json") && folder.keep(text, as: "config.yaml")
            if !isKept {
                session.console.say(
                    "fleet: warning: \(folder.path) cannot be written: nothing is kept there")
            }
        }
        return answer.cluster
    }

    private func keep(
        _ document: ClusterDocument, _ file: String, _ name: String, _ session: ClusterSession
    ) {
        var values = [("CLUSTER_NAME", name)]
        if saveConfig {
            let here = FileManager.default.currentDirectoryPath
            values.append(("CLUSTER_CONFIG", file.hasPrefix("/") ? file : "\(here)/\(file)"))
            if let id = document.compute.compactMap(\.reservationID).first {
                values.append(("CAPACITY_RESERVATION_ID", id))
            }
        }
        do {
            let path = try session.environmentFile()
            try SavedVariables.save(values, in: path)
            session.console.say(
                "fleet: \(values.map(\.0).joined(separator: ", ")) saved in \(path)")
        } catch {
            session.console.say("fleet: warning: CLUSTER_NAME is not saved: \(error)")
        }
    }
}

/// What a creation will make, printed before the question.
struct CreationPlan {
    /// The cluster's name.
    let name: String
    /// The region.
    let region: String
    /// The account that pays.
    let account: String
    /// The configuration.
    let document: ClusterDocument
    /// pcluster's release.
    let release: String?
    /// Whether a failed stack stays.
    let keepsFailure: Bool

    /// The plan, line by line.
    var lines: [String] {
        let head = document.root.at("HeadNode", "InstanceType").text ?? "?"
        let slurm = release.flatMap(SlurmRelease.brought(by:))
        var lines = [
            "cluster      \(name) in \(region), account \(account)",
            "pcluster     \(release ?? "?")"
                + (slurm.map {
                    ", which brings Slurm \($0): fleet must be built for that one there"
                } ?? ""),
            "head node    \(head), \(document.root.at("Image", "Os").text ?? "?")",
        ]
        lines += document.compute.map { shape in
            let count =
                shape.minimum == shape.maximum
                ? "\(shape.minimum)" : "\(shape.minimum)-\(shape.maximum)"
            let kind = shape.reservationID.map {
                ", \(shape.isBlock ? "capacity block" : "reservation") \($0)"
            }
            return
                "queue        \(shape.queueName): \(count) x \(shape.types.joined(separator: "/"))\(kind ?? "")"
        }
        lines += document.root.at("SharedStorage").items.map { storage in
            let id = storage.everything.compactMap(\.text).first {
                $0.hasPrefix("fs-") || $0.hasPrefix("fsvol-")
            }
            return
                "storage      \(storage.at("MountDir").text ?? "?"): \(storage.at("StorageType").text ?? "?") \(id ?? "(new)")"
        }
        let timeout = document.headNodeTimeout
        let usual = CreationPhase.usualTotal
        lines.append(
            "time         \(usual.lowerBound)-\(usual.upperBound) min are usual; CloudFormation gives up \(timeout / 60) min after the head node runs"
        )
        if keepsFailure { lines.append("on failure   everything stays, for a look") }
        return lines
    }
}

/// Whether a name is free.
struct NameLookup {
    private let aws: AWSCommand

    /// Looks in a session's region.
    init(_ session: ClusterSession) throws(ClusterError) {
        aws = try session.aws()
    }

    private struct Stack: Decodable { var StackStatus: String? }
    private struct Answer: Decodable { var Stacks: [Stack] }

    /// The state of the stack with this name; nil when there is none.
    func status(of name: String) async throws(ClusterError) -> String? {
        do {
            return try await aws.ask(
                ["cloudformation", "describe-stacks", "--stack-name", name], as: Answer.self
            ).Stacks.first?.StackStatus
        } catch {
            if error.kind == .notThere { return nil }
            throw error
        }
    }

    /// Refuses a name that is taken.
    func expectFree(_ name: String) async throws(ClusterError) {
        guard let status = try await status(of: name) else { return }
        let isDead = status.firstRange(of: "ROLLBACK") != nil || status.hasSuffix("FAILED")
        throw ClusterError(
            .failed, name, "is there already (\(status))",
            next: isDead
                ? "a failed stack holds its name: fleet cluster delete -n \(name)"
                : "another name, or fleet cluster status -n \(name)")
    }
}

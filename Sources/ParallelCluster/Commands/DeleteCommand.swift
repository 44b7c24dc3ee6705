import ArgumentParser
import Terminal

/// `fleet cluster delete`.
struct DeleteCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract:
            "Say what goes and what stays, ask for the name, delete, and look for instances that are left.",
        discussion: """
            Without a terminal: fleet cluster delete --yes NAME. A cluster that is gone already is no error. A capacity \
            reservation is never cancelled.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var pace: WatchOptions

    @Argument(help: ArgumentHelp("The cluster's name once more, with --yes.", valueName: "name"))
    var typed: String?

    @Flag(help: "Begin, and do not follow.")
    var detach = false

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name: String
        if let typed, options.name == nil { name = typed } else { name = try session.clusterName() }
        if let why = ClusterName.problem(name) {
            throw ClusterError(.usage, "'\(name)'", "is no cluster's name: it \(why)")
        }
        if options.yes, typed != name {
            throw ClusterError(
                .usage, "delete", "--yes wants the name with it",
                next: "fleet cluster delete --yes \(name)")
        }
        let cluster: ClusterDescription
        do {
            cluster = try await session.pcluster().describe(name)
        } catch {
            guard error.kind == .notThere else { throw error }
            session.console.say("fleet: \(name) is not there: nothing to delete")
            return try await orphans(of: name, session)
        }
        try session.showPlan("delete", name, plan(cluster, session))
        if options.dryRun {
            session.console.say("fleet: nothing was sent (--dry-run)")
            return 0
        }
        try session.confirm("delete \(name)", typing: name)
        _ = try await session.pcluster().delete(name)
        if detach {
            session.console.say("fleet: begun -> fleet cluster watch -n \(name)")
            return 0
        }
        let code = try await StackWatch.interruptible(
            session, name: name, stack: cluster.cloudformationStackArn, plan: pace.plan)
        let left = try await orphans(of: name, session)
        return max(code, left)
    }

    private func plan(_ cluster: ClusterDescription, _ session: ClusterSession) -> [String] {
        let folder = (try? session.home()).map {
            ClusterFolder(
                home: $0, name: cluster.clusterName, stackID: cluster.cloudformationStackArn)
        }
        let document = folder?.kept("config.yaml").flatMap { try? ClusterDocument(text: $0) }
        let storage = document?.root.at("SharedStorage").items ?? []
        let stays = storage.compactMap { item -> String? in
            let id = item.everything.compactMap(\.text).first {
                $0.hasPrefix("fs-") || $0.hasPrefix("fsvol-")
            }
            return id.map { "\($0) (\(item.at("MountDir").text ?? "?"))" }
        }
        let made = storage.count - stays.count
        var lines = [
            "goes     the head node and every node, with their root disks and /home; the stack \(cluster.clusterName)"
        ]
        if made > 0 {
            lines.append(
                "goes     \(made) shared storages that the cluster made, unless DeletionPolicy: Retain"
            )
        }
        lines.append(
            "stays    "
                + (document == nil
                    ? "file systems that were there before"
                    : stays.isEmpty ? "no file system" : stays.joined(separator: ", "))
                + "; its logs in CloudWatch; what is in S3")
        if let id = document?.compute.compactMap(\.reservationID).first {
            lines.append(
                "stays    the capacity reservation \(id), and its cost: aws ec2 cancel-capacity-reservation --capacity-reservation-id \(id)"
            )
        }
        lines.append(
            "jobs     what runs is lost: fleet cluster connect -n \(cluster.clusterName) -- squeue")
        return lines
    }

    /// Looks for instances with the cluster's tag that still exist.
    private func orphans(of name: String, _ session: ClusterSession) async throws -> Int32 {
        let left = try await session.aws().instances(ofCluster: name)
        guard !left.isEmpty else { return 0 }
        session.console.say(
            TerminalText.visible(
                "fleet: error: \(name): \(left.count) instances of it are left: \(left.joined(separator: ", "))"
                    + " -> "
                    + ProgramRunner.shown(
                        "aws", ["ec2", "terminate-instances", "--instance-ids"] + left)))
        return 1
    }
}

/// `fleet cluster compute`.
struct ComputeCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "Start or stop the compute fleet: stop ends every node and what runs on it.")

    /// What to do with the compute fleet.
    enum Action: String, CaseIterable, ExpressibleByArgument { case start, stop }

    @OptionGroup var options: ClusterOptions

    @Argument(help: "start or stop.")
    var action: Action

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        let before = try await session.pcluster().fleet(name)
        if options.dryRun {
            session.console.say(
                "fleet: \(name): \(before); would ask for \(action.rawValue) (--dry-run)")
            return 0
        }
        if action == .stop {
            try session.confirm("stop every compute node of \(name), with the jobs on them")
        }
        let after = try await session.pcluster().setFleet(name, isStart: action == .start)
        session.console.say("fleet: \(name): \(before) -> \(after)")
        return 0
    }
}

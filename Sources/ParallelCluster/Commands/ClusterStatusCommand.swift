import ArgumentParser
import FoundationEssentials
import Terminal

/// `fleet cluster status`.
struct ClusterStatusCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "One screen: cluster, stack, head node, nodes by queue, compute fleet, storage, and what failed.",
        discussion: """
            Exit codes: 0 the cluster is there and complete; 1 it is not there, or it failed; 2 something goes on, or \
            could not be asked.
            """)

    @OptionGroup var options: ClusterOptions

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        let cluster = try await session.pcluster().describe(name)
        let picture = await ClusterPicture.gather(cluster, session)
        try session.show(picture.document) { picture.lines.map(TerminalText.visible) }
        for problem in picture.unasked {
            session.console.say("fleet: warning: \(TerminalText.visible(problem))")
        }
        let status = cluster.clusterStatus ?? ""
        if status.hasSuffix("FAILED") { return 1 }
        return cluster.isComplete && picture.unasked.isEmpty ? 0 : 2
    }
}

/// The state of a cluster at one moment.
struct ClusterPicture {
    /// pcluster's view.
    var cluster: ClusterDescription
    /// The head node's state in the Session Manager; nil when it was not asked.
    var sessionManager: String?
    /// The nodes by queue: how many run, and how many should run where that is known.
    var queues: [(name: String, want: Int?, have: Int)] = []
    /// The Lustre sources, by their mount points.
    var lustre: [(mount: String, source: String)] = []
    /// The reservation of the nodes.
    var reservation: AWSCommand.Reservation?
    /// How far a creation is.
    var phase: CreationPhase?
    /// What failed, from the kept report or from AWS.
    var failure: FailureReport?
    /// The parts that could not be read, with the reasons.
    var unasked: [String] = []
    /// The present time, in seconds since 1970.
    var now: Double

    /// Collects everything; the result names what could not be read.
    static func gather(_ cluster: ClusterDescription, _ session: ClusterSession) async
        -> ClusterPicture
    {
        var picture = ClusterPicture(cluster: cluster, now: Date().timeIntervalSince1970)
        guard let pcluster = try? session.pcluster(), let aws = try? session.aws() else {
            return picture
        }
        let folder = (try? session.home()).map {
            ClusterFolder(
                home: $0, name: cluster.clusterName, stackID: cluster.cloudformationStackArn)
        }
        let configuration = folder?.kept("config.yaml").flatMap { try? ClusterDocument(text: $0) }
        if let id = cluster.headNode?.instanceId {
            do {
                picture.sessionManager = try await aws.sessionManager(id) ?? "not known there"
            } catch {
                picture.unasked.append("Session Manager: \(error)")
            }
        }
        do {
            let all = try await pcluster.instances(cluster.clusterName)
            picture.queues = Self.queues(all, configuration)
        } catch {
            picture.unasked.append("instances: \(error)")
        }
        if !cluster.isComplete { await picture.look(aws, folder, pcluster) }
        await picture.askForStorage(configuration, session, aws)
        return picture
    }

    private static func queues(
        _ instances: [ClusterInstance], _ configuration: ClusterDocument?
    ) -> [(name: String, want: Int?, have: Int)] {
        var have: [String: Int] = [:]
        var want: [String: Int] = [:]
        for instance in instances where instance.isAlive {
            if let queue = instance.queueName { have[queue, default: 0] += 1 }
        }
        for shape in configuration?.compute ?? [] {
            want[shape.queueName, default: 0] += shape.minimum
        }
        return Set(have.keys).union(want.keys).sorted().map { ($0, want[$0], have[$0] ?? 0) }
    }

    private mutating func look(
        _ aws: AWSCommand, _ folder: ClusterFolder?, _ pcluster: Pcluster
    ) async {
        do {
            var history = StackHistory(name: cluster.clusterName)
            let stack = cluster.cloudformationStackArn ?? cluster.clusterName
            _ = history.take(try await aws.events(ofStack: stack, most: nil))
            for nested in history.nested {
                _ = history.take((try? await aws.events(ofStack: nested, most: nil)) ?? [])
            }
            let lines = await logLines(history, pcluster)
            let chef = lines.filter { $0.stream == "chef-client" }
            phase = CreationPhase.current(history, chef: chef)?.phase
            guard history.rootFailure != nil else { return }
            let kept = folder?.kept("failure.json") == nil ? nil : folder?.path
            failure = FailureReport(
                history: history, description: cluster, lines: lines, savedIn: kept)
        } catch {
            unasked.append("events: \(error)")
        }
    }

    /// The head node's last lines, where they tell something: how far a creation is, or why something failed.
    private mutating func logLines(
        _ history: StackHistory, _ pcluster: Pcluster
    ) async -> [LogLine] {
        let isMade = history.operation == "CREATE" && CreationPhase.headRuns(history) != nil
        guard isMade || history.rootFailure != nil else { return [] }
        do {
            return try await HeadNodeLogs(pcluster: pcluster, name: cluster.clusterName).lines()
                .lines
        } catch {
            unasked.append("log lines: \(error)")
            return []
        }
    }

    private mutating func askForStorage(
        _ configuration: ClusterDocument?, _ session: ClusterSession, _ aws: AWSCommand
    ) async {
        var systems = (configuration?.root.at("SharedStorage").items ?? []).compactMap { storage in
            storage.at("FsxLustreSettings", "FileSystemId").text.map {
                (mount: storage.at("MountDir").text ?? "?", id: $0)
            }
        }
        if configuration == nil, let id = session.sources.value("FSX_LUSTRE_ID") {
            systems = [("/lustre", id)]
        }
        for system in systems {
            do {
                if let source = try await aws.lustreSource(system.id) {
                    lustre.append((system.mount, source))
                }
            } catch {
                unasked.append("\(system.id): \(error)")
            }
        }
        if let id = configuration?.compute.compactMap(\.reservationID).first {
            reservation = try? await aws.reservation(id)
        }
    }

    /// The screen.
    var lines: [String] {
        let version = cluster.version ?? "?"
        let slurm = SlurmRelease.brought(by: version).map { ", Slurm \($0)" } ?? ""
        var lines = [
            "cluster    \(cluster.clusterName) in \(cluster.region ?? "?"), ParallelCluster \(version)\(slurm)",
            "state      \(cluster.clusterStatus ?? "?")"
                + (phase.map { ", phase \($0.rawValue)/6 (\($0.words))" } ?? "")
                + (cluster.cloudFormationStackStatus.map {
                    $0 == cluster.clusterStatus ? "" : ", stack \($0)"
                } ?? ""),
        ]
        if let head = cluster.headNode {
            lines.append(
                "head node  \(head.instanceId ?? "?") \(head.state ?? "?"), \(head.publicIpAddress ?? head.privateIpAddress ?? "no address")"
                    + (sessionManager.map { ", Session Manager: \($0)" } ?? ""))
        } else {
            lines.append("head node  none yet")
        }
        lines += queues.map {
            "queue      \($0.name): \($0.have)\($0.want.map { " of \($0)" } ?? "") nodes run"
        }
        if let fleet = cluster.computeFleetStatus {
            lines.append(
                "fleet      \(fleet)"
                    + (fleet == "PROTECTED"
                        ? " -> after the cause (fleet cluster logs clustermgtd): fleet cluster compute start"
                        : ""))
        }
        lines += lustre.map { "lustre     \($0.mount): fleet mount-lustre --source \($0.source)" }
        if let reservation { lines.append("reserved   " + words(for: reservation)) }
        if let failure { lines += failure.lines }
        return lines
    }

    private func words(for reservation: AWSCommand.Reservation) -> String {
        var words = "\(reservation.CapacityReservationId) \(reservation.State ?? "?")"
        func until(_ moment: String?) -> Int? {
            moment.flatMap(CloudTime.seconds).map { Int($0 - now) }
        }
        if let start = until(reservation.StartDate), start > 0 {
            words += ", begins in \(Self.span(start))"
        }
        guard let end = until(reservation.EndDate) else {
            return words + ", no end date: it costs until it is cancelled"
        }
        return words + ", ends in \(Self.span(end))"
            + (reservation.isBlock ? " (EC2 takes its instances 30 min before)" : "")
    }

    /// A span for people.
    static func span(_ seconds: Int) -> String {
        if seconds < 7_200 { return "\(max(0, seconds) / 60) min" }
        return seconds < 172_800 ? "\(seconds / 3_600) h" : "\(seconds / 86_400) days"
    }

    /// `fleet.cluster.status/1`.
    var document: JSONValue {
        let started = cluster.creationTime.flatMap(CloudTime.seconds)
        return .object([
            "schema": .string("fleet.cluster.status/1"), "name": .string(cluster.clusterName),
            "region": JSONValue(cluster.region), "version": JSONValue(cluster.version),
            "slurm": JSONValue(cluster.version.flatMap(SlurmRelease.brought(by:))),
            "status": JSONValue(cluster.clusterStatus),
            "stack_status": JSONValue(cluster.cloudFormationStackStatus),
            "phase": JSONValue(phase?.rawValue),
            "started": started.map { JSONOutput.time(Int($0)) } ?? .null,
            "elapsed_s": JSONValue(started.map { Int(now - $0) }),
            "head": cluster.headNode.map { head in
                .object([
                    "id": JSONValue(head.instanceId), "state": JSONValue(head.state),
                    "ip": JSONValue(head.publicIpAddress ?? head.privateIpAddress),
                    "ssm": JSONValue(sessionManager),
                ])
            } ?? .null,
            "queues": .array(
                queues.map {
                    .object([
                        "name": .string($0.name), "want": JSONValue($0.want), "have": .int($0.have),
                    ])
                }),
            "fleet": JSONValue(cluster.computeFleetStatus),
            "lustre": .array(
                lustre.map { .object(["mount": .string($0.mount), "source": .string($0.source)]) }),
            "reservation": reservation.map { found in
                .object([
                    "id": .string(found.CapacityReservationId),
                    "type": JSONValue(found.ReservationType),
                    "start": JSONValue(found.StartDate), "end": JSONValue(found.EndDate),
                ])
            } ?? .null,
            "failure": failure.map(FailureDocument.json) ?? .null,
            "not_asked": .array(unasked.map(JSONValue.string)),
        ])
    }
}

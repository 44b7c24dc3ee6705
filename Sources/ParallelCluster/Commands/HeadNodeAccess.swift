import FoundationEssentials
internal import Platform
import Terminal

/// Access to the head node through the Session Manager; each step is checked before the next one.
struct HeadNodeAccess {
    private let session: ClusterSession
    private let name: String
    private let region: String

    /// How long a head node may take to report to the Session Manager, in seconds, and the time between two requests.
    private static let patience = 90.0
    private static let pause = 5.0

    /// To whose head node.
    init(_ session: ClusterSession, name: String) throws(ClusterError) {
        self.session = session
        self.name = name
        region = try session.clusterRegion()
    }

    /// The head node's instance, running.
    ///
    /// - Throws: A ``ClusterError`` where there is none, or it does not run.
    func instance() async throws(ClusterError) -> String {
        let cluster = try await session.pcluster().describe(name)
        guard let head = cluster.headNode, let id = head.instanceId,
            id.wholeMatch(of: /i-[0-9a-f]{8}([0-9a-f]{9})?/) != nil
        else {
            throw ClusterError(
                .failed, name, "has no head node (\(cluster.clusterStatus ?? "no state"))",
                next: "fleet cluster status -n \(name)")
        }
        guard head.state == "running" else {
            throw ClusterError(
                .failed, name, "its head node \(id) is \(head.state ?? "in no known state")",
                next: "aws ec2 start-instances --instance-ids \(id) --region \(region)")
        }
        return id
    }

    /// Waits until the Session Manager knows the instance.
    ///
    /// - Throws: A ``ClusterError`` when it does not within the time limit.
    func awaitOnline(_ instance: String) async throws {
        let begun = Date().timeIntervalSince1970
        var isSaid = false
        while true {
            let status = try await session.aws().sessionManager(instance)
            if status == "Online" { return }
            if Date().timeIntervalSince1970 - begun > patience {
                throw ClusterError(
                    .failed, instance,
                    status == nil
                        ? "the Session Manager does not know it"
                        : "the Session Manager has lost it (\(status ?? "?"))",
                    next:
                        "AmazonSSMManagedInstanceCore in HeadNode/Iam; a public address, a NAT or VPC endpoints; "
                        + "fleet cluster logs cloud-init-output")
            }
            if !isSaid {
                session.console.say(
                    "fleet: \(instance) has not reported to the Session Manager yet; waiting")
                isSaid = true
            }
            try await Task.sleep(for: .seconds(Self.pause))
        }
    }

    private var patience: Double {
        session.environment["FLEET_CONNECT_PATIENCE"].flatMap { Double($0) } ?? Self.patience
    }

    /// The user that the AMI's system has.
    func user(of instance: String) async throws(ClusterError) -> String {
        struct Tag: Decodable {
            var Key: String
            var Value: String?
        }
        struct Tags: Decodable { var Tags: [Tag]? }
        let found = try await session.aws().ask(
            [
                "ec2", "describe-tags", "--filters", "Name=resource-id,Values=\(instance)",
                "Name=key,Values=parallelcluster:attributes",
            ], as: Tags.self)
        // '{system}, {scheduler}, {release}, {architecture}'.
        let system =
            (found.Tags?.first?.Value ?? "").split(separator: ",").first.map(String.init) ?? ""
        return Self.user(ofSystem: system)
    }

    /// The default user of an operating system, by ParallelCluster's name for the system.
    static func user(ofSystem system: String) -> String {
        if system.hasPrefix("alinux") || system.hasPrefix("rhel") { return "ec2-user" }
        return system.hasPrefix("rocky") ? "rocky" : "ubuntu"
    }

    /// aws's arguments for a session: a shell as a user, or one command.
    ///
    /// - Parameters:
    ///   - instance: The instance.
    ///   - region: The region.
    ///   - user: The user on the head node.
    ///   - command: The command; empty for a shell.
    /// - Returns: The arguments.
    static func arguments(
        instance: String, region: String, user: String, command: [String]
    ) -> [String] {
        let shell =
            command.isEmpty
            ? "sudo su - \(user)"
            : "sudo su - \(user) -c \(ShellQuote.word(ShellQuote.readable(command)))"
        let parameters = JSONValue.object(["command": .array([.string(shell)])])
        let document =
            command.isEmpty ? "AWS-StartInteractiveCommand" : "AWS-StartNonInteractiveCommand"
        // This JSON is always valid, so writing it cannot fail; AWS would refuse an empty object.
        let text = (try? JSONOutput.line(parameters)) ?? "{}"
        return ["ssm", "start-session", "--target", instance, "--region", region]
            + ["--document-name", document, "--parameters", text]
    }

    /// A block of ~/.ssh/config.
    static func sshConfiguration(name: String, instance: String, region: String, user: String)
        -> [String]
    {
        [
            "Host \(name)", "    HostName \(instance)", "    User \(user)",
            "    ProxyCommand aws ssm start-session --target %h --region \(region) "
                + "--document-name AWS-StartSSHSession --parameters portNumber=%p",
        ]
    }
}

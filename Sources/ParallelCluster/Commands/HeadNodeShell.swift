import FoundationEssentials
import Terminal

/// Commands on the head node, run as root by the Session Manager's agent there.
struct HeadNodeShell {
    /// How a command ended there.
    struct Ended: Sendable {
        /// The exit code; -1 where the agent has none.
        var code: Int
        /// Standard output; AWS keeps 24,000 characters.
        var output: String
        /// Standard error; AWS keeps 8,000 characters.
        var errors: String
        /// The Session Manager's own word, such as `Success` or `TimedOut`.
        var status: String

        /// The last line that was said, or that nothing was.
        var lastWords: String {
            let lines = (output + "\n" + errors).split(whereSeparator: \.isNewline)
            // What was said before the end was not the end.
            guard code >= 0 else { return "the Session Manager says \(status)" }
            return lines.last.map(String.init) ?? "nothing (exit code \(code))"
        }
    }

    private let aws: AWSCommand
    private let instance: String

    /// How long a command may take there, in seconds: mount-lustre may install a kernel module on every node.
    private static let patience = 1_800.0

    /// On a head node that the Session Manager knows.
    init(_ session: ClusterSession, instance: String) throws(ClusterError) {
        aws = try session.aws()
        self.instance = instance
    }

    private struct Sent: Decodable {
        struct Command: Decodable { var CommandId: String }
        var Command: Command
    }

    private struct Invocation: Decodable {
        var Status: String
        var ResponseCode: Int?
        var StandardOutputContent: String?
        var StandardErrorContent: String?
    }

    /// Runs a line of shell there.
    ///
    /// - Parameter line: The line; fleet and Slurm are in its PATH wherever ParallelCluster or a package puts them.
    /// - Returns: How it ended.
    /// - Throws: A ``ClusterError``, also where it does not end in time.
    func run(_ line: String) async throws -> Ended {
        let parameters = JSONValue.object([
            "commands": .array([.string("PATH=$PATH:/usr/local/bin:/opt/slurm/bin; " + line)]),
            "executionTimeout": .array([.string("\(Int(Self.patience))")]),
        ])
        let document = ["--document-name", "AWS-RunShellScript"]
        let sent = try await aws.ask(
            ["ssm", "send-command", "--instance-ids", instance] + document
                + ["--parameters", try JSONOutput.line(parameters)], as: Sent.self)
        let begun = Date().timeIntervalSince1970
        while Date().timeIntervalSince1970 - begun < Self.patience {
            if let found = try await invocation(sent.Command.CommandId),
                !["Pending", "InProgress", "Delayed", "Cancelling"].contains(found.Status)
            {
                // What was cancelled, or did not get there, has not ended well, whatever its code.
                let code = found.ResponseCode ?? -1
                return Ended(
                    code: code == 0 && found.Status != "Success" ? -1 : code,
                    output: found.StandardOutputContent ?? "",
                    errors: found.StandardErrorContent ?? "", status: found.Status)
            }
            try await Task.sleep(for: .seconds(1))
        }
        throw ClusterError(.unclear, line, "no end in \(Int(Self.patience)) s on the head node")
    }

    /// How far a command is; nil where AWS does not know it yet, which is so for a moment after it was sent.
    private func invocation(_ command: String) async throws(ClusterError) -> Invocation? {
        do {
            return try await aws.ask(
                ["ssm", "get-command-invocation", "--command-id", command]
                    + ["--instance-id", instance], as: Invocation.self)
        } catch {
            guard error.why.firstRange(of: "InvocationDoesNotExist") != nil else { throw error }
            return nil
        }
    }
}

import FoundationEssentials

/// AWS's own program, as fleet calls it.
package struct AWSCommand: Sendable {
    private let runner: any ProgramRunning
    private let region: String
    /// How long one call may take, in seconds.
    private static let patience = 60.0

    /// Where and how it is called.
    package init(runner: any ProgramRunning, region: String) {
        self.runner = runner
        self.region = region
    }

    /// A call's answer as values.
    ///
    /// - Parameters:
    ///   - arguments: The service, the operation and its options.
    ///   - type: The type to decode; unknown fields are ignored.
    /// - Returns: The answer.
    /// - Throws: A ``ClusterError``; for no answer at all too: what is asked here has one, and nothing is no empty list.
    package func ask<Answer: Decodable>(
        _ arguments: [String], as type: Answer.Type
    ) async throws(ClusterError) -> Answer {
        let what = ProgramRunner.shown("aws", Array(arguments.prefix(2)))
        let all = arguments + ["--region", region, "--output", "json"]
        let answer = try await runner.run("aws", all, seconds: Self.patience)
        guard answer.code == 0 else {
            throw ClusterError.telling(
                what, answer.complaint ?? "exit code \(answer.code)", given: arguments)
        }
        do {
            return try JSONDecoder().decode(type, from: Data(answer.output.utf8))
        } catch {
            let start = String(answer.output.prefix(80)).trimmingBlanks()
            throw ClusterError(
                .unclear, what,
                start.isEmpty
                    ? "it ended well, but gave no answer"
                    : "an answer that is not its JSON: \(start)")
        }
    }

    /// The account that the credentials belong to.
    package func account() async throws(ClusterError) -> String {
        struct Answer: Decodable { var Account: String }
        return try await ask(["sts", "get-caller-identity"], as: Answer.self).Account
    }

    /// The newest events of a stack, the newest first.
    ///
    /// - Parameters:
    ///   - stack: Its name or ARN; by name a deleted stack is not known any more.
    ///   - most: How many; nil for all.
    /// - Returns: The events.
    /// - Throws: A ``ClusterError``.
    package func events(
        ofStack stack: String, most: Int?
    ) async throws(ClusterError) -> [StackEvent] {
        struct Answer: Decodable { var StackEvents: [StackEvent] }
        let limit = most.map { ["--max-items", String($0)] } ?? []
        let arguments = ["cloudformation", "describe-stack-events", "--stack-name", stack] + limit
        return try await ask(arguments, as: Answer.self).StackEvents
    }

    /// A capacity reservation.
    package struct Reservation: Hashable, Sendable, Decodable {
        /// `cr-...`.
        package var CapacityReservationId: String
        /// Such as `active` or `scheduled`.
        package var State: String?
        /// The instance type.
        package var InstanceType: String?
        /// The zone.
        package var AvailabilityZone: String?
        /// How many instances.
        package var TotalInstanceCount: Int?
        /// How many of them are free.
        package var AvailableInstanceCount: Int?
        /// `default` or `capacity-block`.
        package var ReservationType: String?
        /// When it begins, as ISO 8601.
        package var StartDate: String?
        /// The end of the reservation in ISO 8601; nil without an end.
        package var EndDate: String?

        /// Whether it is a capacity block.
        package var isBlock: Bool { ReservationType == "capacity-block" }
    }

    /// A reservation.
    ///
    /// - Throws: A ``ClusterError``, of the kind `notThere` too.
    package func reservation(_ id: String) async throws(ClusterError) -> Reservation {
        struct Answer: Decodable { var CapacityReservations: [Reservation] }
        let answer = try await ask(
            ["ec2", "describe-capacity-reservations", "--capacity-reservation-ids", id],
            as: Answer.self)
        guard let found = answer.CapacityReservations.first else {
            throw ClusterError(.notThere, id, "does not exist in \(region)")
        }
        return found
    }

    /// A subnet.
    package struct Subnet: Hashable, Sendable, Decodable {
        /// `subnet-...`.
        package var SubnetId: String
        /// Its VPC.
        package var VpcId: String?
        /// Its zone.
        package var AvailabilityZone: String?
        /// Whether instances in it get public addresses.
        package var MapPublicIpOnLaunch: Bool?
    }

    /// Subnets by their ids.
    package func subnets(_ ids: [String]) async throws(ClusterError) -> [Subnet] {
        struct Answer: Decodable { var Subnets: [Subnet] }
        return try await ask(
            ["ec2", "describe-subnets", "--subnet-ids"] + ids, as: Answer.self
        ).Subnets
    }

    /// The last lines of an instance's console, which shows its boot even where it has no way to AWS.
    ///
    /// - Parameters:
    ///   - instance: The instance.
    ///   - most: How many lines.
    /// - Returns: The lines, the oldest first; empty where EC2 has none yet.
    /// - Throws: A ``ClusterError``.
    package func console(
        of instance: String, most: Int
    ) async throws(ClusterError) -> [String] {
        struct Answer: Decodable { var Output: String? }
        let arguments = ["ec2", "get-console-output", "--instance-id", instance]
        let answer: Answer
        do {
            // What the console shows now; else EC2 gives what it showed soon after the boot.
            answer = try await ask(arguments + ["--latest"], as: Answer.self)
        } catch {
            // Instances of older types have only that.
            guard error.kind == .failed else { throw error }
            answer = try await ask(arguments, as: Answer.self)
        }
        let lines = (answer.Output ?? "").split(whereSeparator: \.isNewline)
            .map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
        return Array(lines.suffix(most))
    }

    /// The state of an instance in the Session Manager: `Online`, `ConnectionLost`; nil for an unknown instance.
    package func sessionManager(_ instance: String) async throws(ClusterError) -> String? {
        struct Information: Decodable { var PingStatus: String? }
        struct Answer: Decodable { var InstanceInformationList: [Information]? }
        return try await ask(
            [
                "ssm", "describe-instance-information", "--filters",
                "Key=InstanceIds,Values=\(instance)",
            ], as: Answer.self
        ).InstanceInformationList?.first?.PingStatus
    }

    /// The instances of a cluster that are not terminated, by its tag.
    package func instances(ofCluster name: String) async throws(ClusterError) -> [String] {
        struct Instance: Decodable { var InstanceId: String }
        struct Group: Decodable { var Instances: [Instance]? }
        struct Answer: Decodable { var Reservations: [Group] }
        let answer = try await ask(
            [
                "ec2", "describe-instances", "--filters",
                "Name=tag:parallelcluster:cluster-name,Values=\(name)",
                "Name=instance-state-name,Values=pending,running,stopping,stopped",
            ], as: Answer.self)
        return answer.Reservations.flatMap { $0.Instances ?? [] }.map(\.InstanceId)
    }

    /// A Lustre file system as a client mounts it: `fs-....fsx.REGION.amazonaws.com@tcp:/MOUNTNAME`.
    package func lustreSource(_ id: String) async throws(ClusterError) -> String? {
        struct Lustre: Decodable { var MountName: String? }
        struct FileSystem: Decodable {
            var DNSName: String?
            var LustreConfiguration: Lustre?
        }
        struct Answer: Decodable { var FileSystems: [FileSystem]? }
        let answer = try await ask(
            ["fsx", "describe-file-systems", "--file-system-ids", id], as: Answer.self)
        guard let found = answer.FileSystems?.first, let host = found.DNSName,
            let mount = found.LustreConfiguration?.MountName
        else { return nil }
        return "\(host)@tcp:/\(mount)"
    }
}

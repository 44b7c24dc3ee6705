/// The cause of a failure, recognised by its messages, and what to do next.
package struct FailureCause: Hashable, Sendable {
    /// The cause in a sentence.
    package var cause: String
    /// What to do.
    package var remedy: String
    /// The text by which a message is recognised.
    package var signature: String

    /// The cause of a failure whose messages match no signature.
    package static let unknown = FailureCause(
        cause: "unknown", remedy: "the lines below, and fleet cluster logs --errors", signature: "")

    private struct Entry {
        var signature: String
        var also: String = ""
        var cause: @Sendable (String) -> String
        var remedy: String
    }

    /// Finds the cause by its signature: the first that matches any message, so special signatures come before
    /// general ones.
    ///
    /// - Parameters:
    ///   - words: The root event's reason and the log lines.
    ///   - phase: How far the creation was; nil where that is not known.
    /// - Returns: The cause; ``unknown`` where none fits.
    package static func find(in words: [String], phase: CreationPhase?) -> FailureCause {
        for entry in table {
            guard
                let line = words.first(where: {
                    $0.firstRange(of: entry.signature) != nil
                        && (entry.also.isEmpty || $0.firstRange(of: entry.also) != nil)
                })
            else { continue }
            return FailureCause(
                cause: entry.cause(line), remedy: entry.remedy, signature: entry.signature)
        }
        guard words.contains(where: { $0.firstRange(of: timedOut) != nil }) else { return unknown }
        return FailureCause(
            cause: "the head node did not report in time"
                + (phase.map { "; it was in phase \($0.rawValue), \($0.words)" } ?? ""),
            remedy: phase == .staticNodes
                ? "fleet cluster logs clustermgtd says which node does not come, and why"
                : "fleet cluster logs --errors; a head node without internet sends no logs at all",
            signature: timedOut)
    }

    private static let timedOut = "WaitCondition timed out"

    private static let table: [Entry] = [
        Entry(
            signature: "No such device", also: "lustre",
            cause: { _ in "no Lustre client module for the AMI's kernel" },
            remedy:
                "pin an AMI whose kernel has its module (Image/CustomAmi), or take the FsxLustre storage "
                + "out and mount with fleet mount-lustre from OnNodeConfigured"),
        Entry(
            signature: "Can't parse NID",
            cause: { _ in "the Lustre server's name does not resolve" },
            remedy: "enableDnsSupport and enableDnsHostnames of the VPC"),
        Entry(
            signature: "Connection timed out", also: "lustre",
            cause: { _ in "the Lustre server does not answer" },
            remedy:
                "the file system's security group must let TCP 988 and 1018-1023 in from the cluster's"
        ),
        Entry(
            signature: "InsufficientInstanceCapacity",
            cause: { "no \(type(in: $0)) in \(zone(in: $0)) (InsufficientInstanceCapacity)" },
            remedy:
                "a subnet in another zone, a capacity reservation, or PlacementGroup/Enabled: false"
        ),
        Entry(
            signature: "ReservationCapacityExceeded",
            cause: { _ in "the capacity reservation has fewer instances free than MinCount" },
            remedy:
                "set MinCount and MaxCount to the reservation's free instances: fleet cluster check"
        ),
        Entry(
            signature: "VcpuLimitExceeded", cause: { _ in "the account's vCPU quota is too small" },
            remedy: "Service Quotas: L-DB2E81BA for G and VT instances, L-417A185B for P"),
        Entry(
            signature: "more vCPU capacity than your current vCPU limit",
            cause: { line in
                let limit = line.firstMatch(of: /limit of (\d+)/)?.output.1
                return "the account's vCPU quota is too small\(limit.map { ": it is \($0)" } ?? "")"
            },
            remedy:
                "Service Quotas: L-DB2E81BA for G and VT instances, L-417A185B for P, L-1216C47A for the others"
        ),
        Entry(
            signature: "not authorized to perform",
            cause: { line in
                let action = line.firstMatch(
                    of: /not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)/)?.output.1
                return "no permission\(action.map { " for \($0)" } ?? "")"
            },
            remedy:
                "give the user who creates the cluster the IAM policies in ParallelCluster's documentation"
        ),
        Entry(
            signature: "UnauthorizedOperation",
            cause: { _ in "EC2 refused the head node a request: its role lacks a permission" },
            remedy: "its role's policies: HeadNode/Iam"),
        Entry(
            signature: "Failed to download OnNode",
            cause: { "\(script(in: $0)) could not be fetched" },
            remedy: "is it there, and may the node read it (AdditionalIamPolicies, a way to S3)?"),
        Entry(
            signature: "Failed to execute OnNode",
            cause: {
                "\(script(in: $0)) ended with \($0.firstMatch(of: /return code: (\d+)/)?.output.1 ?? "an error")"
            },
            remedy: "its own lines are in cfn-init: fleet cluster logs cfn-init"),
        Entry(
            signature: "Failed to run OnNode", cause: { "\(script(in: $0)) failed" },
            remedy: "fleet cluster logs cfn-init"),
        Entry(
            signature: "This AMI was created with",
            cause: { _ in "the AMI is of another ParallelCluster release" },
            remedy: "an AMI of pcluster's own release, or none"),
        Entry(
            signature: "This AMI was not baked by ParallelCluster",
            cause: { _ in "the AMI was not made for ParallelCluster" },
            remedy: "pcluster build-image makes one of it"),
        Entry(
            signature: "Failed to mount FSX", cause: { _ in "an FSx file system was not mounted" },
            remedy: "fleet cluster logs chef-client has mount's own words"),
        Entry(
            signature: "PROTECTED",
            cause: { _ in "static nodes failed to start ten times, and the fleet is PROTECTED" },
            remedy:
                "fleet cluster logs clustermgtd, then fleet cluster logs cloud-init-output --node NODE"
        ),
        Entry(
            signature: "already exists", cause: { _ in "something of that name is there already" },
            remedy: "fleet cluster list; delete it, or take another name"),
    ]

    private static func type(in line: String) -> String {
        line.firstMatch(of: /sufficient ([a-z][a-z0-9-]*\.[a-z0-9-]+)/).map { String($0.output.1) }
            ?? "capacity"
    }

    private static func zone(in line: String) -> String {
        line.firstMatch(of: /\b([a-z]{2,4}(?:-[a-z]+)+-\d[a-z])\b/).map { String($0.output.1) }
            ?? "the zone"
    }

    private static func script(in line: String) -> String {
        line.firstMatch(of: /(OnNode[A-Za-z]+) script( \d+)?/).map {
            "\($0.output.1) script\($0.output.2 ?? "")"
        }
            ?? "a script"
    }
}

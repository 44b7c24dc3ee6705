/// Whether the ids in the variables exist in AWS, and belong to one VPC.
struct IdentifierLookup {
    private let aws: AWSCommand
    private let vpc: String?

    /// Asks for a session's region.
    init(_ session: ClusterSession) throws(ClusterError) {
        aws = try session.aws()
        vpc = session.sources.value("VPC_ID")
    }

    private struct Group: Decodable {
        var GroupId: String
        var VpcId: String?
    }
    private struct Groups: Decodable { var SecurityGroups: [Group]? }
    private struct FileSystem: Decodable {
        var VpcId: String?
        var Lifecycle: String?
    }
    private struct FileSystems: Decodable { var FileSystems: [FileSystem]? }
    private struct Volume: Decodable {
        var FileSystemId: String?
        var Lifecycle: String?
    }
    private struct Volumes: Decodable { var Volumes: [Volume]? }

    /// AWS's verdict on each variable whose id AWS can be asked for.
    func answers(for variables: [Variable]) async throws -> [String: (
        verdict: RuleVerdict, why: String
    )] {
        var result: [String: (verdict: RuleVerdict, why: String)] = [:]
        var places: [(name: String, vpc: String)] = []
        for variable in variables where variable.verdict != .fail {
            guard let id = variable.value else { continue }
            do {
                guard let found = try await place(of: id) else { continue }
                if let state = found.state, !["AVAILABLE", "available", "CREATED"].contains(state) {
                    result[variable.name] = (.warn, "is \(state)")
                }
                if let vpc = found.vpc { places.append((variable.name, vpc)) }
            } catch {
                result[variable.name] =
                    error.kind == .notThere || error.why.firstRange(of: "NotFound") != nil
                    ? (.fail, "does not exist in this region")
                    : (.unknown, "\(error.what): \(error.why)")
                // Without credentials every other request would fail in the same way.
                if [.credentials, .missing].contains(error.kind) { throw error }
            }
        }
        guard let home = vpc ?? places.first?.vpc else { return result }
        for (name, other) in places where other != home && result[name] == nil {
            result[name] = (
                .fail, "lies in \(other), and \(vpc == nil ? places[0].name : "VPC_ID") in \(home)"
            )
        }
        return result
    }

    /// The place of a resource; nil for a resource that AWS cannot be asked for.
    private func place(
        of id: String
    ) async throws(ClusterError) -> (vpc: String?, state: String?)? {
        if id.hasPrefix("subnet-") {
            guard let subnet = try await aws.subnets([id]).first else {
                throw ClusterError(.notThere, id, "does not exist")
            }
            return (subnet.VpcId, nil)
        }
        if id.hasPrefix("sg-") {
            let found = try await aws.ask(
                ["ec2", "describe-security-groups", "--group-ids", id], as: Groups.self)
            guard let group = found.SecurityGroups?.first else {
                throw ClusterError(.notThere, id, "does not exist")
            }
            return (group.VpcId, nil)
        }
        if id.hasPrefix("fsvol-") {
            let found = try await aws.ask(
                ["fsx", "describe-volumes", "--volume-ids", id], as: Volumes.self)
            guard let volume = found.Volumes?.first else {
                throw ClusterError(.notThere, id, "does not exist")
            }
            return (nil, volume.Lifecycle)
        }
        if id.hasPrefix("fs-") {
            let found = try await aws.ask(
                ["fsx", "describe-file-systems", "--file-system-ids", id], as: FileSystems.self)
            guard let system = found.FileSystems?.first else {
                throw ClusterError(.notThere, id, "does not exist")
            }
            return (system.VpcId, system.Lifecycle)
        }
        return nil
    }
}

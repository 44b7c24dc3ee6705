/// The answer of `pcluster describe-cluster`.
package struct ClusterDescription: Hashable, Sendable, Decodable {
    /// Why a creation failed, by pcluster's own code.
    package struct Failure: Hashable, Sendable, Decodable {
        /// Such as `FsxMountFailure`.
        package var failureCode: String?
        /// In pcluster's words.
        package var failureReason: String?
    }

    /// The head node's instance.
    package struct HeadNode: Hashable, Sendable, Decodable {
        /// Such as `i-0123456789abcdef0`.
        package var instanceId: String?
        /// Such as `running`.
        package var state: String?
        /// Its address on the internet; nil where it has none.
        package var publicIpAddress: String?
        /// Its address in the VPC.
        package var privateIpAddress: String?
        /// Such as `m5.8xlarge`.
        package var instanceType: String?
    }

    /// The scheduler.
    package struct Scheduler: Hashable, Sendable, Decodable {
        /// Such as `slurm`.
        package var type: String?
    }

    /// A tag of the stack.
    package struct Tag: Hashable, Sendable, Decodable {
        /// Its key.
        package var key: String?
        /// Its value.
        package var value: String?
    }

    /// Where the configuration can be fetched.
    package struct Configuration: Hashable, Sendable, Decodable {
        /// An address that is valid for minutes.
        package var url: String?
    }

    /// Its name.
    package var clusterName: String
    /// Such as `CREATE_IN_PROGRESS`: pcluster's view.
    package var clusterStatus: String?
    /// CloudFormation's state of the stack; during a rollback it is ROLLBACK_IN_PROGRESS, and the cluster's is
    /// CREATE_FAILED.
    package var cloudFormationStackStatus: String?
    /// The same, as list-clusters and create-cluster spell it.
    package var cloudformationStackStatus: String?
    /// The stack's ARN.
    package var cloudformationStackArn: String?
    /// The region.
    package var region: String?
    /// The pcluster that made it.
    package var version: String?
    /// When it was begun, as ISO 8601.
    package var creationTime: String?
    /// The state of the compute fleet, such as `RUNNING` or `PROTECTED`.
    package var computeFleetStatus: String?
    /// The head node; nil until there is one.
    package var headNode: HeadNode?
    /// The scheduler.
    package var scheduler: Scheduler?
    /// Why the creation failed.
    package var failures: [Failure]?
    /// The stack's tags.
    package var tags: [Tag]?
    /// Where the configuration can be fetched.
    package var clusterConfiguration: Configuration?

    /// Whether the cluster exists and no operation is under way.
    package var isComplete: Bool {
        ["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(clusterStatus ?? "")
    }
}

/// An instance of a cluster, as `pcluster describe-cluster-instances` has it.
package struct ClusterInstance: Hashable, Sendable, Decodable {
    /// Such as `i-0123456789abcdef0`.
    package var instanceId: String
    /// Such as `running`.
    package var state: String?
    /// `HeadNode`, `ComputeNode` or `LoginNode`.
    package var nodeType: String?
    /// The queue; nil for the head node and login nodes.
    package var queueName: String?
    /// Such as `g5.8xlarge`.
    package var instanceType: String?
    /// Its address in the VPC.
    package var privateIpAddress: String?

    /// Whether it exists, or is being created.
    package var isAlive: Bool { state == "running" || state == "pending" }

    /// How many static nodes there are.
    ///
    /// pcluster tells a node's queue and not its name in Slurm, which would say whether it is static: of a queue at most
    /// as many count as it has static ones.
    ///
    /// - Parameters:
    ///   - instances: The cluster's instances.
    ///   - shapes: Its compute resources; nil where they are not known, and then every compute node counts.
    /// - Returns: The number.
    package static func staticNodes(
        among instances: [ClusterInstance], of shapes: [ComputeShape]?
    ) -> Int {
        let compute = instances.filter { $0.nodeType == "ComputeNode" && $0.isAlive }
        guard let shapes else { return compute.count }
        var wanted: [String: Int] = [:]
        for shape in shapes { wanted[shape.queueName, default: 0] += shape.minimum }
        return wanted.reduce(0) { sum, queue in
            sum + min(queue.value, compute.count { $0.queueName == queue.key })
        }
    }
}

/// The Slurm release that comes with a ParallelCluster release, from its changelogs.
package enum SlurmRelease {
    /// The release; nil where it is not known.
    package static func brought(by version: String) -> String? {
        known[version]
    }

    private static let known = [
        "3.8.0": "23.02.7", "3.9.0": "23.11.4", "3.11.0": "23.11.10", "3.13.0": "24.05.7",
        "3.13.1": "24.05.8", "3.14.0": "24.11.6", "3.16.0": "25.11.6", "3.16.1": "25.11.8",
    ]

    /// Whether a pcluster release is at least this one; nil where it cannot be read.
    package static func isAtLeast(_ version: String, _ major: Int, _ minor: Int) -> Bool? {
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        return (parts[0], parts[1]) >= (major, minor)
    }
}

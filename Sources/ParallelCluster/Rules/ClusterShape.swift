/// A compute resource of a queue, with the surrounding settings that its rules need.
package struct ComputeShape: Hashable, Sendable {
    /// The queue.
    package var queue: ClusterNode
    /// The compute resource.
    package var node: ClusterNode

    /// The queue's name.
    package var queueName: String { queue.at("Name").text ?? "" }
    /// Nodes that always run; pcluster's default is none.
    package var minimum: Int { Self.count(node.at("MinCount")) ?? 0 }
    /// Nodes at most; pcluster's default is 10.
    package var maximum: Int {
        node.at("MaxCount").isPresent ? Self.count(node.at("MaxCount")) ?? 0 : 10
    }
    /// Whether each of both counts is a count, or is not said.
    var hasCounts: Bool {
        [node.at("MinCount"), node.at("MaxCount")].allSatisfy {
            $0.text == nil || Self.count($0) != nil
        }
    }

    /// A count of nodes; nil for anything else, and for more than any cluster has, so that sums of counts never overflow.
    static func count(_ node: ClusterNode) -> Int? {
        node.number.flatMap { (0...1_000_000).contains($0) ? $0 : nil }
    }

    /// The instance types it may use.
    package var types: [String] {
        node.at("InstanceType").text.map { [$0] }
            ?? node.at("Instances").items.compactMap { $0.at("InstanceType").text }
    }
    /// Its reservation, or its queue's; nil where it has none.
    package var reservation: ClusterNode? {
        let places = [node.at("CapacityReservationTarget"), queue.at("CapacityReservationTarget")]
        return places.first { $0.isPresent }
    }
    /// The reservation's id; nil where it has none.
    package var reservationID: String? { reservation?.at("CapacityReservationId").text }
    /// Whether the queue or the compute resource uses a capacity block.
    package var isBlock: Bool { queue.at("CapacityType").text == "CAPACITY_BLOCK" }
    /// The placement group; the compute resource's own, whatever it says, has priority over the queue's.
    private var group: ClusterNode {
        let own = node.at("Networking", "PlacementGroup")
        return own.isPresent ? own : queue.at("Networking", "PlacementGroup")
    }
    /// The setting of the placement group.
    package var placement: ClusterNode { group.at("Enabled") }
    /// Whether a placement group is named or will be created: for pcluster a name counts beside `Enabled: false`, too.
    package var hasPlacementGroup: Bool {
        group.at("Name").isPresent || group.at("Id").isPresent || placement.flag == true
    }
    /// Whether EFA is on.
    package var hasEFA: Bool { node.at("Efa", "Enabled").flag == true }
}

extension ClusterDocument {
    /// Every compute resource of every queue.
    package var compute: [ComputeShape] {
        root.at("Scheduling", "SlurmQueues").items.flatMap { queue in
            queue.at("ComputeResources").items.map { ComputeShape(queue: queue, node: $0) }
        }
    }

    /// How long CloudFormation waits for the head node's set-up, in seconds: pcluster's default without a setting, and at most
    /// CloudFormation's own 12 hours.
    var headNodeTimeout: Int {
        let setting = root.at("DevSettings", "Timeouts", "HeadNodeBootstrapTimeout").number
        return min(max(setting ?? 1_800, 1), 43_200)
    }

    /// The region; nil where it is not set.
    package var region: String? { root.at("Region").text }

    /// Every script of the head node and of the queues.
    var scripts: [ClusterNode] {
        root.everything.filter {
            $0.path.hasSuffix("/Script") && $0.path.firstRange(of: "CustomActions/") != nil
                && $0.text != nil
        }
    }

    /// Every mount point, with whether all nodes share its storage.
    var mounts: [(node: ClusterNode, isShared: Bool)] {
        root.at("SharedStorage").items.map { ($0.at("MountDir"), true) }
            + root.at("Scheduling", "SlurmQueues").items.map {
                ($0.at("ComputeSettings", "LocalStorage", "EphemeralVolume", "MountDir"), false)
            }.filter { $0.0.text != nil }
    }
}

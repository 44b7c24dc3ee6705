import FleetCore
import FoundationEssentials
import SlurmKit
import SlurmModel

/// What Slurm knows about a node that did not run its payload; slurmctld is asked at most every few seconds.
actor SlurmLookup {
    private let controller: SlurmController
    private let clock = ContinuousClock()
    private var holders: (value: Holders, asked: ContinuousClock.Instant)?
    private var nodes: (value: [String: Node], asked: ContinuousClock.Instant)?

    /// An answer is good for so long.
    private static let freshness = Duration.seconds(5)

    init(controller: SlurmController) {
        self.controller = controller
    }

    /// The row with whose jobs hold its node, or why Slurm took the node out meanwhile; as it was where neither is known.
    func explained(_ result: NodeResult) async -> NodeResult {
        var result = result
        if result.code == .busy, result.launcher != nil,
            let words = await currentHolders()?.words(for: result.node)
        {
            result.reason = "busy: \(words); \(result.reason ?? "")"
        } else if result.outcome == .launchFailed || result.outcome == .nodeFailed,
            result.code != .refused, result.code != .files,
            let words = await obstacle(of: result.node)
        {
            result.reason = "\(result.reason ?? ""); the node is \(words)"
        }
        return result
    }

    private func currentHolders() async -> Holders? {
        if let holders, clock.now - holders.asked < Self.freshness { return holders.value }
        guard let jobs = try? await controller.allJobs() else { return nil }
        holders = (Holders(jobs, clock: ClockTime.text), clock.now)
        return holders?.value
    }

    private func obstacle(of name: String) async -> String? {
        if nodes == nil || nodes.map({ clock.now - $0.asked >= Self.freshness }) == true {
            guard let cluster = try? await controller.cluster() else { return nil }
            let byName = Dictionary(cluster.nodes.map { ($0.name, $0) }) { first, _ in first }
            nodes = (byName, clock.now)
        }
        guard let node = nodes?.value[name] else { return nil }
        return TargetPlanner.obstacle(of: node, now: Int(Date().timeIntervalSince1970))
    }
}

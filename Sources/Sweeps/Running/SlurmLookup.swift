import FanOut
import FoundationEssentials
import SlurmKit
import SlurmModel

/// Asks Slurm why a node did not run its payload, at most every few seconds.
actor SlurmLookup {
    private let controller: SlurmController
    private let clock = ContinuousClock()
    private var holders: (value: Holders, asked: ContinuousClock.Instant)?
    private var nodes: (value: [String: Node], asked: ContinuousClock.Instant)?

    private var silentUntil: ContinuousClock.Instant?

    /// How long a row may wait for an answer.
    private static let patience = Duration.seconds(2)
    /// How long slurmctld is not asked again after it did not answer.
    private static let silence = Duration.seconds(30)
    /// An answer is good for so long.
    private static let freshness = Duration.seconds(5)

    init(controller: SlurmController) {
        self.controller = controller
    }

    /// The row with the jobs that hold its node, or with Slurm's reason for taking the node out of use; unchanged
    /// when neither is known.
    ///
    /// Other rows wait for this call, so a slow or silent slurmctld is not asked again for a while.
    func explained(_ result: NodeResult) async -> NodeResult {
        var result = result
        switch (result.outcome, result.code) {
        case (_, .busy) where result.launcher != nil:
            guard let words = await currentHolders()?.words(for: result.node) else { break }
            result.reason = "busy: \(words); \(result.reason ?? "")"
        case (.notRun, .waited):
            guard let words = await obstacle(of: result.node) else { break }
            result.reason = "the node is \(words); \(result.reason ?? "")"
            result.remedy = "look at the node: more --wait will not help"
        case (.launchFailed, .slurmd), (.launchFailed, .ended), (.nodeFailed, _):
            guard let words = await obstacle(of: result.node) else { break }
            result.reason = "\(result.reason ?? ""); the node is \(words)"
        default: break
        }
        return result
    }

    private func currentHolders() async -> Holders? {
        if let holders, clock.now - holders.asked < Self.freshness { return holders.value }
        guard let jobs = await asked({ [controller] in try? await controller.allJobs() }) else {
            return nil
        }
        holders = (Holders(jobs, clock: ClockTime.text), clock.now)
        return holders?.value
    }

    private func obstacle(of name: String) async -> String? {
        if nodes.map({ clock.now - $0.asked >= Self.freshness }) ?? true {
            guard let cluster = await asked({ [controller] in try? await controller.cluster() })
            else { return nil }
            let byName = Dictionary(cluster.nodes.map { ($0.name, $0) }) { first, _ in first }
            nodes = (byName, clock.now)
        }
        guard let node = nodes?.value[name] else { return nil }
        return TargetPlanner.obstacle(of: node, now: Int(Date().timeIntervalSince1970))
    }

    /// slurmctld's answer, if it comes in time; after a missing answer, slurmctld is not asked for a while.
    ///
    /// A call of libslurm cannot be cancelled: it is left running.
    private func asked<Answer: Sendable>(
        _ question: @escaping @Sendable () async -> Answer?
    ) async -> Answer? {
        if let silentUntil, clock.now < silentUntil { return nil }
        let (answers, continuation) = AsyncStream.makeStream(of: Answer?.self)
        Task.detached { continuation.yield(await question()) }
        let patience = Task.detached {
            try await Task.sleep(for: Self.patience)
            continuation.yield(nil)
        }
        defer { patience.cancel() }
        for await answer in answers {
            if answer == nil { silentUntil = clock.now + Self.silence }
            return answer
        }
        return nil
    }
}

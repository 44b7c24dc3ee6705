import FleetCore
import FoundationEssentials
import SlurmKit
import SlurmModel

/// Whose jobs hold a node right now; slurmctld is asked at most every few seconds.
actor HolderLookup {
    private let controller: SlurmController
    private let clock = ContinuousClock()
    private var known: (holders: Holders, asked: ContinuousClock.Instant)?

    init(controller: SlurmController) {
        self.controller = controller
    }

    /// A row of a node that did not become free, with whose jobs hold it.
    func named(_ result: NodeResult) async -> NodeResult {
        guard result.code == .busy, result.launcher == .job, let words = await holders()?.words(for: result.node) else {
            return result
        }
        var result = result
        result.reason = "busy: \(words); \(result.reason ?? "")"
        return result
    }

    private func holders() async -> Holders? {
        if let known, clock.now - known.asked < .seconds(5) { return known.holders }
        guard let jobs = try? await controller.allJobs() else { return nil }
        let holders = Holders(jobs, clock: ClockTime.text)
        known = (holders, clock.now)
        return holders
    }
}

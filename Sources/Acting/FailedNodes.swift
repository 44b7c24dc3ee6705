import FanOut
package import Verdicts

/// The nodes that failed in a run, with the finding that becomes each one's reason.
package struct FailedNodes: Hashable, Sendable {
    /// The worst finding by node, in words.
    package private(set) var findings: [String: String] = [:]
    /// The nodes, in the order of the run.
    package private(set) var names: [String] = []

    /// Picks them.
    ///
    /// - Parameters:
    ///   - reports: The run's rows; the head node's is left out, as are targets that were not run.
    ///   - withUnknown: Whether nodes count too of which nothing is known.
    package init(_ reports: [NodeReport], withUnknown: Bool = false) {
        for report in reports where report.result.launcher != .local {
            switch report.verdict {
            case .fail: break
            case .unknown where withUnknown: break
            case .ok, .warn, .unknown, nil: continue
            }
            let node = report.result.node
            names.append(node)
            let finding = report.judgement?.findings.first
            findings[node] =
                finding.map(FleetReason.words)
                ?? report.result.reason ?? report.result.outcome.words
        }
    }
}

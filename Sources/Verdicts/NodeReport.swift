package import FanOut
package import SlurmModel

/// One row of a run: how the target ended, and what was concluded.
package struct NodeReport: Codable, Hashable, Sendable {
    /// How it ended.
    package var result: NodeResult
    /// The judgement; nil for a target that was not run.
    package var judgement: Judgement?
    /// Slurm's record of the node; nil for the head node.
    package var node: Node?

    /// Judges a result.
    package init(result: NodeResult, node: Node?, probe: any Probe) {
        self.result = result
        self.node = node
        judgement = result.outcome == .notRun ? nil : probe.judge(result, node: node).bounded
    }

    /// Takes a row as it was kept.
    package init(result: NodeResult, judgement: Judgement?, node: Node?) {
        self.result = result
        self.judgement = judgement
        self.node = node
    }

    /// The row without what the node wrote.
    package var slim: NodeReport {
        var report = self
        report.result = result.slim
        return report
    }

    /// The verdict; nil for a target that was not run.
    package var verdict: Verdict? { judgement?.verdict }
}

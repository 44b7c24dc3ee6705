package import FanOut
package import SlurmModel

/// What a run sends to a node, and how it reads the node's answer.
package protocol Probe: Sendable {
    /// The probe's name, as in the run's JSON.
    var name: String { get }
    /// What runs on the node.
    var payload: Payload { get }
    /// What it does to a node.
    var use: NodeUse { get }
    /// Whether it only looks and usually ends within seconds: then one `srun` may ask many nodes, and a node that does
    /// not answer is asked again.
    var isBrief: Bool { get }
    /// Which of the node's GPUs its job asks for.
    var gpuRequest: RunPlan.GPURequest { get }
    /// Judges the result of one node.
    ///
    /// - Parameters:
    ///   - result: How the target ended; the outcome is never `notRun`.
    ///   - node: Slurm's record of the node; nil for the head node.
    /// - Returns: Findings and facts.
    func judge(_ result: NodeResult, node: Node?) -> Judgement
    /// Judges all rows of a run together once all are there: some faults show only in a comparison of nodes.
    ///
    /// It has no side effects, and a second call on its own result changes nothing, so that every process that reads
    /// a kept run gets the same rows.
    ///
    /// - Parameter reports: The rows as they were judged one by one, in the order of the targets.
    /// - Returns: The same rows in the same order, with what was found by comparing them.
    func review(_ reports: [NodeReport]) -> [NodeReport]
    /// Updates the facts that hold verdicts of parts, such as each GPU's, after the findings have changed.
    ///
    /// - Parameter report: A row after a policy was applied to its findings.
    /// - Returns: The row.
    func settled(_ report: NodeReport) -> NodeReport
}

extension Probe {
    /// What only looks is brief.
    package var isBrief: Bool { use == .reads }

    /// None: most probes need no GPU.
    package var gpuRequest: RunPlan.GPURequest { .none }

    /// Unchanged: most probes judge a node from its own answer alone.
    package func review(_ reports: [NodeReport]) -> [NodeReport] { reports }

    /// Unchanged: most facts hold no verdict.
    package func settled(_ report: NodeReport) -> NodeReport { report }
}

package import FanOut
package import SlurmModel

/// What is sent to a node, and how its answer is read.
package protocol Probe: Sendable {
    /// The probe's name, as in the run's JSON.
    var name: String { get }
    /// What runs on the node.
    var payload: Payload { get }
    /// What it does to a node.
    var use: NodeUse { get }
    /// Which of the node's GPUs its job asks for.
    var gpuRequest: RunPlan.GPURequest { get }
    /// Reads one node's end.
    ///
    /// - Parameters:
    ///   - result: How the target ended; never one that was not run.
    ///   - node: What Slurm says of the node; nil for the head node.
    /// - Returns: Findings and facts.
    func judge(_ result: NodeResult, node: Node?) -> Judgement
    /// Judges all rows of a run together, once no more will come: what no node can know by itself.
    ///
    /// Pure, and without effect on what it returned itself, so that every process that reads a kept run comes to
    /// the same rows.
    ///
    /// - Parameter reports: The rows as they were judged one by one, in the order of the targets.
    /// - Returns: The same rows in the same order, with what was found by comparing them.
    func review(_ reports: [NodeReport]) -> [NodeReport]
    /// Brings the facts that tell verdicts of parts, such as each GPU's, in step with the findings as they count now.
    ///
    /// - Parameter report: A row after a policy was applied to its findings.
    /// - Returns: The row.
    func settled(_ report: NodeReport) -> NodeReport
}

extension Probe {
    /// None: most probes need no GPU.
    package var gpuRequest: RunPlan.GPURequest { .none }

    /// Unchanged: most probes know all about a node from its own answer.
    package func review(_ reports: [NodeReport]) -> [NodeReport] { reports }

    /// Unchanged: most facts tell no verdict.
    package func settled(_ report: NodeReport) -> NodeReport { report }
}

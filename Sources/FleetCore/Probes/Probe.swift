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
}

extension Probe {
    /// None: most probes need no GPU.
    package var gpuRequest: RunPlan.GPURequest { .none }
}

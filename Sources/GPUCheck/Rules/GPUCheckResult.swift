package import Verdicts

/// What the GPU check concludes about one node, as values for a table and as a judgement.
package struct GPUCheckResult: Hashable, Sendable {
    /// The kernel driver's version; nil where the answer does not say.
    package var driver: String?
    /// The newest CUDA version the driver supports; nil where the answer does not say.
    package var cuda: String?
    /// How many GPUs Slurm expects.
    package var expected: Int
    /// The GPUs nvidia-smi listed, in its order.
    package var gpus: [GPUSummary]
    /// Which checks were made.
    package var checks: GPUChecks
    /// The node's findings and facts.
    package var judgement: Judgement
}

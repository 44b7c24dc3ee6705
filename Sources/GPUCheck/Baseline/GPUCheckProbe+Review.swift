package import Verdicts

extension GPUCheckProbe {
    /// Compares the GPUs of all nodes with each other.
    package func review(_ reports: [NodeReport]) -> [NodeReport] {
        GPUBaseline.review(reports)
    }
}

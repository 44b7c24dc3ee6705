import Verdicts

/// A rule about a node's whole answer: it turns evidence and report into findings.
///
/// A new rule is one more static member in a file of its own, and its name in ``all``.
struct GPUNodeRule: Sendable {
    /// What the rule concludes; empty when nothing is wrong.
    var findings: @Sendable (GPUEvidence, NvidiaSMIReport) -> [Finding]

    /// Every rule for an answer that was read to its end.
    static let all: [GPUNodeRule] = [
        .count, .attached, .driver, .kernelDriver, .nvlink, .model, .slots, .leaks, .unused,
    ]
}

import Verdicts

/// The kinds of finding of `fleet gpu-check --diag`.
enum DiagFinding: String, CaseIterable, Sendable {
    case failed = "gpu.diag.failed"
    case warned = "gpu.diag.warned"
    case skipped = "gpu.diag.skipped"
    case notInstalled = "gpu.diag.not_installed"
    case engine = "gpu.diag.engine"
    case timeout = "gpu.diag.timeout"
    case answer = "gpu.diag.answer"

    private static let source = "NVIDIA, DCGM diagnostics (dcgmi diag -j)"

    /// What it means, for `--explain`.
    var kind: FindingKind {
        func kind(_ severity: Severity, _ meaning: String, _ action: String) -> FindingKind {
            FindingKind(rawValue, severity, meaning, source: Self.source, action: action)
        }
        return switch self {
        case .failed:
            kind(
                .fail,
                "A test of DCGM's diagnostic failed on a GPU (a fault that DCGM blames on the configuration: warn).",
                "drain the node; what DCGM says of the GPU is in the finding")
        case .warned:
            kind(.warn, "A test of DCGM's diagnostic warns.", "see what DCGM says in the finding")
        case .skipped:
            kind(
                .unknown, "DCGM skipped every test, so that nothing is known (single ones: info).",
                "see DCGM's reason in the finding")
        case .notInstalled:
            kind(
                .unknown, "There is no dcgmi on the node, so that the diagnostic could not run.",
                Self.installation)
        case .engine:
            kind(
                .unknown, "dcgmi does not reach its host engine.",
                "start it: systemctl start nvidia-dcgm")
        case .timeout:
            kind(
                .unknown, "The diagnostic did not end in its time.",
                "give it a longer --timeout; then look at the node's GPUs")
        case .answer:
            kind(
                .unknown, "dcgmi's answer cannot be read, or says nothing about any test.",
                "run dcgmi diag on the node")
        }
    }

    /// What to install: the package's name by CUDA release since DCGM 4.
    static let installation =
        "install DCGM (datacenter-gpu-manager-4-cuda12, or datacenter-gpu-manager)"
}

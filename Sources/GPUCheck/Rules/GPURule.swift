import Verdicts

/// A rule about one GPU: it turns values into findings.
///
/// A new rule is one more static member in a file of its own, and its name in ``all``.
struct GPURule: Sendable {
    /// What the rule concludes from a GPU's values and the node's limits; empty when nothing is wrong.
    var findings: @Sendable (GPUReport, GPUEvidence) -> [Finding]

    /// Every rule; findings of equal severity keep this order, so the driver's own verdict comes first.
    static let all: [GPURule] = [
        .recovery, .access, .memory, .memoryErrorsUnread, .worn, .fabric, .fabricHealth,
        .temperature, .throttle, .pendingModes, .unsplit, .license, .unreadable, .missing,
    ]
}

extension GPUReport {
    /// A finding about this GPU.
    func finding(
        _ severity: Severity, _ code: String, _ message: String, remedy: String? = nil
    ) -> Finding {
        Finding(severity, code: code, subject: subject, message: message, remedy: remedy)
    }
}

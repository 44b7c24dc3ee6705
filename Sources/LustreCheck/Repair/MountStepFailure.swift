import Verdicts

/// A failed step of mount-lustre, with the cause in words and the remedy.
struct MountStepFailure {
    /// The step.
    let step: RepairStep
    /// Its subject; nil for the whole node.
    let subject: String?

    /// The finding.
    var finding: Finding {
        let known = MountFailureCatalogue.cause(of: step.message, in: step.name)
        let cause = known.map { " (\($0.cause(for: step.message)))" } ?? ""
        return Finding(
            .fail, code: "mount.step.\(step.name)", subject: subject,
            message: "\(step.name) failed: \(step.message)\(cause)",
            remedy: known?.remedy(for: step.message)
                ?? MountFailureCatalogue.remedy(of: step.name))
    }
}

extension ProbeSpecification {
    /// The check's name in the history: the probe's, and what it looked at where a node has several of these.
    package var checkName: String {
        switch self {
        case .checkMount(let settings, _, _), .mountLustre(let settings, _, _):
            "\(probe.name) \(settings.mountPoint)"
        case .run, .gpuCheck, .gpuDiag, .check: probe.name
        }
    }

    /// Under which name its verdicts become the last ones of their nodes.
    ///
    /// Nil for `fleet run`: what an arbitrary command ends with says nothing of a node's health. `mount-lustre` ends
    /// with the very look that `check-mount` takes, so that it takes back what that one said.
    package var standingName: String? {
        switch self {
        case .run: nil
        case .mountLustre(let settings, _, let timeout):
            Self.checkMount(settings, timeout: timeout).checkName
        case .gpuCheck, .gpuDiag, .check, .checkMount: checkName
        }
    }
}

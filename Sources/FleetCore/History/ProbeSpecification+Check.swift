extension ProbeSpecification {
    /// The check's name in the history: the probe's, and what it looked at where a node has several of these.
    package var checkName: String {
        switch self {
        case .checkMount(let settings, _, _), .mountLustre(let settings, _, _):
            Self.name(probe.name, settings)
        case .run, .gpuCheck, .gpuDiag, .check: probe.name
        }
    }

    /// Named by all that was looked at: an hourly look must not take back what a deeper one, or one at another mount, found.
    private static func name(_ probe: String, _ settings: LustreSettings) -> String {
        var words = [probe]
        if !settings.points.isEmpty { words.append(settings.points.joined(separator: ",")) }
        if !settings.expectedFolders.isEmpty {
            words += ["--expect", settings.expectedFolders.joined(separator: ",")]
        }
        if let canary = settings.canary {
            words.append("--canary")
            if canary.sample > 1 { words += ["--canary-sample", "\(canary.sample)"] }
            if !canary.folder.isEmpty { words += ["--canary-dir", canary.folder] }
        }
        return words.joined(separator: " ")
    }

    /// Under which name its verdicts become the last ones of their nodes.
    ///
    /// Nil for `fleet run`: what an arbitrary command ends with says nothing of a node's health. `mount-lustre` ends
    /// with the very look that `check-mount` takes, so that it takes back what that one said.
    package var standingName: String? {
        switch self {
        case .run: nil
        case .mountLustre(let settings, let repair, let timeout):
            Self.checkMount(Self.meant(settings, repair), timeout: timeout).checkName
        case .gpuCheck, .gpuDiag, .check, .checkMount: checkName
        }
    }

    /// The mounts that mount-lustre ends with looking at: those it was told of by source, else those of the settings.
    private static func meant(_ settings: LustreSettings, _ repair: RepairSettings)
        -> LustreSettings
    {
        var settings = settings
        if !repair.entries.isEmpty { settings.points = repair.entries.map(\.mountPoint) }
        return settings
    }
}

package import Reports
package import Verdicts

/// What `fleet check-mount` asks.
package struct CheckMountSpecification: ReportedSpecification {
    package static let kind = "checkMount"
    package static let rules = FindingRules(
        kinds: MountFindingCatalogue.kinds, limits: MountLimits.settable,
        blinding: MountFindingCatalogue.blinding)
    /// Which mounts are meant.
    package var settings: LustreSettings
    /// Seconds it may take on a node.
    package var timeout: Int
    /// Which findings count, and for how much.
    package var policy: FindingPolicy

    /// Asks for the check.
    package init(
        _ settings: LustreSettings, timeout: Int, policy: FindingPolicy = FindingPolicy()
    ) {
        self.settings = settings
        self.timeout = timeout
        self.policy = policy
    }

    private enum CodingKeys: String, CodingKey {
        // The name that a nameless value of an enumeration's case had in the manifests of fleet 0.1.
        case settings = "_0"
        case timeout, policy
    }

    package var probe: any Probe {
        PolicedProbe(
            CheckMountProbe(settings: settings, timeout: timeout, limits: MountLimits(policy)),
            policy: policy, rules: Self.rules)
    }

    package var checkName: String { settings.checkName(probe.name) }

    package func table(_ view: ReportView) -> any ReportTable {
        view.wide ? MountWideTable() : MountFoldedTable()
    }

    package var metrics: (any RunMetrics)? { MountMetrics() }
}

/// What `fleet mount-lustre` asks.
package struct MountLustreSpecification: ReportedSpecification {
    package static let kind = "mountLustre"
    /// Which mounts are meant.
    package var settings: LustreSettings
    /// How the repair is done.
    package var repair: RepairSettings
    /// Seconds it may take on a node.
    package var timeout: Int

    /// Asks for the repair.
    package init(
        _ settings: LustreSettings, repair: RepairSettings = RepairSettings(), timeout: Int
    ) {
        self.settings = settings
        self.repair = repair
        self.timeout = timeout
    }

    private enum CodingKeys: String, CodingKey {
        // The name that a nameless value of an enumeration's case had in the manifests of fleet 0.1.
        case settings = "_0"
        case repair, timeout
    }

    package var probe: any Probe {
        MountLustreProbe(settings: settings, repair: repair, timeout: timeout)
    }

    package var isRehearsal: Bool { repair.isRehearsal }

    package var checkName: String { settings.checkName(probe.name) }

    /// The name of the very look that check-mount takes: mount-lustre ends with it, and takes back what that one said.
    package var standingName: String? {
        var settings = settings
        // Those it was told of by source, else those of the settings.
        if !repair.entries.isEmpty { settings.points = repair.entries.map(\.mountPoint) }
        return CheckMountSpecification(settings, timeout: timeout).checkName
    }

    package func spread(over nodes: Int) -> MountLustreSpecification {
        guard repair.jitterSeconds == nil else { return self }
        var specification = self
        specification.repair.jitterSeconds = RepairSettings.jitter(nodes: nodes)
        return specification
    }

    package func table(_ view: ReportView) -> any ReportTable {
        guard isRehearsal || repair.toKernel != nil else { return MountTable() }
        return view.plan.map(RepairPlanTable.init) ?? RepairPlanTable()
    }
}

extension LustreSettings {
    /// A check's name by all that is looked at: an hourly look must not take back what a deeper one, or one at another
    /// mount, found.
    ///
    /// - Parameter probe: The probe's name.
    /// - Returns: The name, such as `check-mount /lustre --canary`.
    package func checkName(_ probe: String) -> String {
        var words = [probe]
        if !points.isEmpty { words.append(points.joined(separator: ",")) }
        if let fstabTypes, fstabTypes != ["lustre"] {
            words += ["--fstab", fstabTypes.joined(separator: ",")]
        }
        if !expectedFolders.isEmpty {
            words += ["--expect", expectedFolders.joined(separator: ",")]
        }
        if let canary {
            words.append("--canary")
            if canary.sample > 1 { words += ["--canary-sample", "\(canary.sample)"] }
            if !canary.folder.isEmpty { words += ["--canary-dir", canary.folder] }
        }
        return words.joined(separator: " ")
    }
}

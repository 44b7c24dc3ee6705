package import Reports
package import Verdicts

/// The specification of `fleet check-mount`.
package struct CheckMountSpecification: ReportedSpecification {
    package static let kind = "checkMount"
    package static let rules = FindingRules(
        kinds: MountFindingCatalogue.kinds, limits: MountLimits.settable,
        blinding: MountFindingCatalogue.blinding)
    /// Which mounts are checked or repaired.
    package var settings: LustreSettings
    /// Seconds it may take on a node.
    package var timeout: Int
    /// Which findings count, and with which severity.
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
        // The key under which fleet 0.1 stored the enumeration case's unnamed value in its manifests.
        case settings = "_0"
        case timeout, policy
    }

    package var probe: any Probe {
        PolicedProbe(
            CheckMountProbe(settings: settings, timeout: timeout, limits: MountLimits(policy)),
            policy: policy, rules: Self.rules)
    }

    package var scope: CheckScope? { settings.scope(policy: policy) }

    package func results(of report: NodeReport) -> [CheckResult] {
        guard let scope, let judgement = report.judgement else { return [] }
        return [settings.result(scope, judgement)]
    }

    package func table(_ view: ReportView) -> any ReportTable {
        view.wide ? MountWideTable() : MountFoldedTable()
    }

    package var metrics: (any RunMetrics)? { MountMetrics() }
}

/// The specification of `fleet mount-lustre`.
package struct MountLustreSpecification: ReportedSpecification {
    package static let kind = "mountLustre"
    /// Which mounts are checked or repaired.
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
        // The key under which fleet 0.1 stored the enumeration case's unnamed value in its manifests.
        case settings = "_0"
        case repair, timeout
    }

    package var probe: any Probe {
        MountLustreProbe(settings: settings, repair: repair, timeout: timeout)
    }

    package var isRehearsal: Bool { repair.isRehearsal }

    /// A rehearsal says so: in the history it must not read as a repair.
    package var checkName: String {
        settings.checkName(probe.name) + (isRehearsal ? " --dry-run" : "")
    }

    /// The scope of check-mount: mount-lustre ends with the same check, so its verdict replaces that of check-mount on
    /// the same mounts; none for a rehearsal.
    package var scope: CheckScope? {
        guard !isRehearsal, repair.toKernel == nil else { return nil }
        var settings = settings
        // The mount points given with a source, otherwise those of the settings.
        if !repair.entries.isEmpty { settings.points = repair.entries.map(\.mountPoint) }
        return settings.scope()
    }

    package func results(of report: NodeReport) -> [CheckResult] {
        guard let scope, let judgement = report.judgement else { return [] }
        return [settings.result(scope, judgement)]
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
    /// The scope of check-mount with these settings.
    ///
    /// - Parameter policy: Its `--only` and `--skip`.
    /// - Returns: The scope.
    func scope(policy: FindingPolicy = FindingPolicy()) -> CheckScope {
        // Another type that may be mounted is another question, which neither contains.
        var types = otherTypes.isEmpty ? "" : " --type \(otherTypes.joined(separator: ","))"
        if let fstabTypes, fstabTypes != ["lustre"] {
            types += " --fstab \(fstabTypes.joined(separator: ","))"
        }
        var details = expectedFolders.map { "--expect \($0)" }
        if let canary {
            // With a sample, only some nodes write, so it counts as the check without writing.
            details.append(
                canary.sample > 1 ? "--canary-sample \(canary.sample)" : "--canary \(canary.folder)"
            )
        }
        return CheckScope(
            "check-mount" + types, label: checkName("check-mount"), subjects: points,
            details: details, policy: policy)
    }

    /// A row's result, with the mount points that the node itself named.
    func result(_ scope: CheckScope, _ judgement: Judgement) -> CheckResult {
        CheckResult(
            scope, findings: judgement.findings,
            verified: (judgement.facts["mounts"]?.elements ?? []).compactMap {
                $0.fields["path"]?.text
            }, blinding: CheckMountSpecification.rules.blinding)
    }

    /// The name of a check with everything that it looks at: an hourly check must not replace the verdict of a deeper
    /// one, or of one on another mount point.
    ///
    /// - Parameter probe: The probe's name.
    /// - Returns: The name, such as `check-mount /lustre --canary`.
    package func checkName(_ probe: String) -> String {
        var words = [probe]
        if !points.isEmpty { words.append(points.joined(separator: ",")) }
        if let fstabTypes, fstabTypes != ["lustre"] {
            words += ["--fstab", fstabTypes.joined(separator: ",")]
        }
        if !otherTypes.isEmpty { words += ["--type", otherTypes.joined(separator: ",")] }
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

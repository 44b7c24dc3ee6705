import ArgumentParser
import Configuration
import DefinedChecks
import GPUCheck
import Health
import LustreCheck
import Sweeps
import Terminal
import Verdicts

/// The checks that `fleet health` can make at a site: gpu-check, check-mount, and the site's own probes.
struct HealthChecks {
    private let site: Site
    private let slurmFolder: String?
    /// Seconds that each check may take; nil for what its own command gives it.
    private let seconds: Int?

    /// Seconds that the checks have in their own commands.
    private static let gpuSeconds = 60
    private static let mountSeconds = 30

    /// Looks at a site.
    init(site: Site, slurmFolder: String?, seconds: Int?) {
        self.site = site
        self.slurmFolder = slurmFolder
        self.seconds = seconds
    }

    /// What is asked of the nodes.
    ///
    /// - Parameters:
    ///   - flags: What is left out.
    ///   - nodes: The flags that chose nodes, as words.
    /// - Returns: The specification.
    /// - Throws: A ``UsageError``, a ``ConfigurationError``.
    func specification(_ flags: HealthFlags, nodes: [String]) throws -> HealthSpecification {
        let only = try ResultFlags.words(flags.only, of: "--only")
        let skip = try ResultFlags.words(flags.skip, of: "--skip")
        let plan = try HealthPlan(
            candidates(), only: only, skip: skip, policy: site.configuration.findingPolicy)
        let words =
            (only.isEmpty ? [] : ["--only", only.joined(separator: ",")])
            + (skip.isEmpty ? [] : ["--skip", skip.joined(separator: ",")])
        return HealthSpecification(
            plan.parts, coverage: plan.coverage,
            choice: (nodes + words).joined(separator: " "))
    }

    private func candidates() throws -> [HealthPlan.Candidate] {
        [gpu] + (try mounts()) + (try probes())
    }

    private var gpu: HealthPlan.Candidate {
        let seconds = seconds ?? Self.gpuSeconds
        return .init(
            "gpu-check", codes: GPUCheckSpecification.rules.kinds.map(\.code), need: .gpus
        ) { GPUCheckSpecification(timeout: seconds, policy: $0) }
    }

    /// Those that the settings name, else those of each node's own fstab.
    ///
    /// What is not Lustre's is a check of its own: a
    /// repaired Lustre says nothing of an NFS that is gone.
    private func mounts() throws -> [HealthPlan.Candidate] {
        let seconds = seconds ?? Self.mountSeconds
        var settings = try CheckMountFlags.parse([]).settings(
            mount: MountOptions.parse([]), configuration: site.configuration)
        if settings.points.isEmpty { settings.fstabTypes = ["lustre"] }
        let others = try CheckMountFlags.parse(["--fstab", "nfs,nfs4,efs"]).settings(
            mount: MountOptions.parse([]), configuration: site.configuration)
        let codes = CheckMountSpecification.rules.kinds.map(\.code)
        return [
            .init("check-mount", codes: codes) { [settings] in
                CheckMountSpecification(settings, timeout: seconds, policy: $0)
            },
            .init("check-mount nfs", aliases: ["check-mount", "nfs"], codes: codes) {
                CheckMountSpecification(others, timeout: seconds, policy: $0)
            },
        ]
    }

    private func probes() throws -> [HealthPlan.Candidate] {
        let library = ProbeLibrary(
            environment: site.environment, slurmFolder: slurmFolder,
            configuration: site.configuration)
        return try library.healthProbes().map { probe in
            // What the site expects counts here too.
            var probe = probe.expectations(of: site.configuration).sorted { $0.key < $1.key }
                .reduce(probe) { $0.expecting($1.key, $1.value) }
            probe.timeout = min(probe.timeout, seconds ?? probe.timeout)
            return .init("check \(probe.name)", aliases: [probe.name], codes: probe.codes) {
                [probe] in DefinedCheckSpecification(probe, policy: $0)
            }
        }
    }
}

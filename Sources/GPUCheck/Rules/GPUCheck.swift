package import Verdicts

/// Judges what one node's GPUs, their driver and the kernel log say.
package enum GPUCheck {
    /// Reads and judges the evidence.
    ///
    /// Evidence that could not be read to its end gives at least `unknown`, and what was read is judged as well: a
    /// broken answer must not hide a broken GPU.
    package static func judge(_ evidence: GPUEvidence) -> GPUCheckResult {
        let output = NvidiaSMIOutput(stdout: evidence.stdout, stderr: evidence.stderr)
        let report = output.document.map(NvidiaSMIReport.init)
        let gpus = report?.gpus ?? []
        let failure = NvidiaSMIFailure(
            evidence: evidence, messages: output.messages, gpus: gpus
        ).findings
        // Findings about GPUs come first: which GPU is broken says more than how many are left.
        var findings =
            failure + gpus.flatMap { gpu in GPURule.all.flatMap { $0.findings(gpu, evidence) } }
            + GPUHostRule.all.flatMap { $0.findings(evidence, gpus) }
        if let problem = output.problem {
            if !isExplained(output, by: failure), evidence.broken == nil {
                findings.append(unreadable(problem))
            }
        } else if let report {
            findings += GPUNodeRule.all.flatMap { $0.findings(evidence, report) }
        }
        return result(evidence, report, explained(findings, evidence, gpus).map(short))
    }

    /// When the driver itself says why it takes no GPU, that cause must be removed: no reboot and no new GPU helps.
    private static func explained(
        _ findings: [Finding], _ evidence: GPUEvidence, _ gpus: [GPUReport]
    ) -> [Finding] {
        guard findings.contains(where: { $0.code == "gpu.kernel_fault" && $0.severity == .fail }),
            let remedies = KernelJudge(evidence, gpus)?.configurationRemedies, !remedies.isEmpty
        else { return findings }
        let absences = ["gpu.count", "gpu.none", "gpu.driver", "gpu.unlisted"]
        return findings.map { finding in
            guard absences.contains(finding.code), finding.severity >= .warn else { return finding }
            var finding = finding
            finding.remedy = remedies.joined(separator: "; ")
            return finding
        }
    }

    /// A finding of limited length, because it quotes text that the node sent.
    private static func short(_ finding: Finding) -> Finding {
        guard finding.message.utf8.count > longestMessage else { return finding }
        var finding = finding
        finding.message = finding.message.prefix(longestMessage) + " ..."
        return finding
    }

    private static let longestMessage = 400

    /// Whether a finding already says why there is no whole answer, so that no second finding is needed.
    ///
    /// A finding below warning (no GPU on a node that should have none) explains a missing answer, but not one that
    /// breaks off.
    private static func isExplained(_ output: NvidiaSMIOutput, by findings: [Finding]) -> Bool {
        findings.contains { $0.severity >= .unknown }
            || output.document == nil && findings.contains { $0.severity == .info }
    }

    private static func unreadable(_ problem: XMLProblem) -> Finding {
        Finding(
            .unknown, code: "gpu.answer",
            message: "nvidia-smi's answer cannot be read: \(problem)",
            remedy: "check again; then run nvidia-smi -q -x on the node")
    }

    private static func result(
        _ evidence: GPUEvidence, _ report: NvidiaSMIReport?, _ findings: [Finding]
    ) -> GPUCheckResult {
        let links = evidence.nvlink.value ?? []
        let gpus = (report?.gpus ?? []).map { gpu in
            GPUSummary(gpu, nvlink: links.first { $0.isAbout(gpu) }, findings: findings)
        }
        let checks = GPUChecks(evidence, report, findings: findings)
        let facts: [String: FactValue] = [
            "driver": FactValue(report?.driverVersion),
            "driver_kernel": FactValue(evidence.kernelDriver),
            "cuda": FactValue(report?.cudaVersion),
            "gpu_count": FactValue(report.map { $0.readable.count }),
            "gpu_expected": .int(evidence.expectedTotal),
            "gpus": .list(gpus.map(\.fact)),
            "checks": checks.fact,
            "boot_id": FactValue(evidence.bootID),
            "uptime_s": evidence.uptime.map(FactValue.double) ?? .null,
            "pci_gpus": FactValue(evidence.slots.map(\.count)),
            "fabric_manager": FactValue(evidence.fabricManager.value),
            "kernel_log": FactValue(evidence.kernelLog.value?.source),
            "kernel_log_left_out": FactValue(evidence.kernelLog.value?.leftOut),
        ]
        return GPUCheckResult(
            driver: report?.driverVersion, cuda: report?.cudaVersion,
            expected: evidence.expectedTotal, gpus: gpus, checks: checks,
            judgement: Judgement(findings: findings, facts: facts))
    }
}

/// What the GPU check concludes about one node, as values for a table and as a judgement.
package struct GPUCheckResult: Hashable, Sendable {
    /// The kernel driver's version; nil where the answer does not say.
    package var driver: String?
    /// The newest CUDA version the driver supports; nil where the answer does not say.
    package var cuda: String?
    /// How many GPUs Slurm expects.
    package var expected: Int
    /// The GPUs nvidia-smi listed, in its order.
    package var gpus: [GPUSummary]
    /// Which checks were made.
    package var checks: GPUChecks
    /// The node's findings and facts.
    package var judgement: Judgement
}

import SlurmModel
import Verdicts

/// Which checks were made on a node, and why the others were not.
///
/// A check that was not made is no pass, so every verdict comes with the checks that it rests on.
package struct GPUChecks: Hashable, Sendable {
    /// The checks that apply to the node, in the order of ``GPUCheckName``.
    package private(set) var statuses: [GPUCheckName: GPUCheckStatus]

    /// Further notes, such as `xid: 1,536 other lines left out`.
    package private(set) var notes: [String] = []

    /// How many checks apply.
    package var total: Int { statuses.values.count { $0 != .notApplicable } }

    /// How many were made.
    package var ran: Int { statuses.values.count { $0 == .ran } }

    /// The checks that apply to the node and were not made, each with the reason.
    package var notRun: [(check: GPUCheckName, reason: String)] {
        GPUCheckName.allCases.compactMap { check in
            guard case .notRun(let reason) = statuses[check] else { return nil }
            return (check, reason)
        }
    }

    /// The numbers and reasons as data: `{total, ran, not_run: [{check, reason}], notes}`.
    var fact: FactValue {
        .object([
            "total": .int(total), "ran": .int(ran), "notes": .list(notes.map(FactValue.string)),
            "not_run": .list(
                notRun.map {
                    .object(["check": .string($0.check.rawValue), "reason": .string($0.reason)])
                }),
        ])
    }

    /// Decides from the evidence which checks were made.
    init(_ evidence: GPUEvidence, _ report: NvidiaSMIReport?, findings: [Finding]) {
        statuses = [.answer: .ran]
        addKernel(evidence)
        addHost(evidence)
        guard let report, !report.gpus.isEmpty else {
            let why = findings.first { $0.severity >= .unknown }?.message ?? "nvidia-smi lists none"
            for check in GPUCheckName.allCases where statuses[check] == nil {
                statuses[check] = .notRun(String(why.prefix(160)))
            }
            statuses[.count] = evidence.expectedTotal > 0 ? .ran : .notApplicable
            statuses[.nvlink] = .notApplicable
            statuses[.fabric] = .notApplicable
            statuses[.license] = .notApplicable
            return
        }
        addNode(evidence, report, findings)
        addGPUs(report.gpus)
        addLinks(evidence, report.gpus)
    }

    private mutating func addKernel(_ evidence: GPUEvidence) {
        let status = evidence.kernelLog.reason.map(GPUCheckStatus.notRun) ?? .ran
        statuses[.xid] = status
        statuses[.kernel] = status
        statuses[.sxid] = evidence.hasSwitches ? status : .notApplicable
        // Every driver logs some lines. A flood of them is noted, because the important lines may be lost in it.
        if let log = evidence.kernelLog.value, log.leftOut >= Self.flood {
            notes.append("xid: \(Self.grouped(log.leftOut)) other lines left out")
        }
    }

    /// More lines of the driver than any healthy node has.
    private static let flood = 200

    /// A number in groups of three digits: `1,536`.
    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().map { place, digit in
            (place > 0 && (digits.count - place).isMultiple(of: 3) ? "," : "") + String(digit)
        }.joined()
    }

    private mutating func addHost(_ evidence: GPUEvidence) {
        statuses[.slots] = evidence.pci.reason.map(GPUCheckStatus.notRun) ?? .ran
        statuses[.fabricManager] =
            evidence.hasSwitches
            ? evidence.fabricManager.reason.map(GPUCheckStatus.notRun) ?? .ran : .notApplicable
    }

    private mutating func addNode(
        _ evidence: GPUEvidence, _ report: NvidiaSMIReport, _ findings: [Finding]
    ) {
        let hidden = findings.first { $0.code == "gpu.hidden" }?.message
        let expectsGPUs = evidence.expectedTotal > 0
        statuses[.count] =
            expectsGPUs ? hidden.map(GPUCheckStatus.notRun) ?? .ran : .notApplicable
        let knowsType = evidence.expected.contains { GPUModel(type: $0.type) != nil }
        statuses[.model] = knowsType ? .ran : .notApplicable
        statuses[.driver] =
            evidence.kernelDriver == nil
            ? .notRun("the kernel's driver does not tell its version") : .ran
        statuses[.leaks] = expectsGPUs && !evidence.isShared ? .ran : .notApplicable
    }

    private mutating func addGPUs(_ gpus: [GPUReport]) {
        for check in [GPUCheckName.access, .temperature, .throttle, .fields, .modes] {
            statuses[check] = .ran
        }
        let hasLicense = gpus.contains { $0.isPart && $0.license != .absent }
        statuses[.license] = hasLicense ? .ran : .notApplicable
        func has(_ value: (GPUReport) -> GPUValue) -> Bool {
            gpus.contains { value($0) != .absent }
        }
        func status(_ isKnown: Bool) -> GPUCheckStatus {
            if isKnown { return .ran }
            return gpus.contains(where: \.isSplit)
                ? .notRun("GPUs split by MIG do not tell") : .notApplicable
        }
        statuses[.recovery] =
            gpus.contains { $0.recovery.actionText != nil } ? .ran : .notApplicable
        statuses[.ecc] = status(gpus.contains { $0.memory.volatileCount != nil })
        statuses[.remap] = status(has(\.memory.remapPending))
        statuses[.repair] =
            has(\.memory.channelRepairPending) || has(\.memory.tpcRepairPending)
                || has(\.memory.unrepairable) ? .ran : .notApplicable
        let retires = gpus.contains { $0.memory.retirementPending.contains { $0.value != .absent } }
        statuses[.retirement] = retires ? .ran : .notApplicable
    }

    private mutating func addLinks(_ evidence: GPUEvidence, _ gpus: [GPUReport]) {
        let hasFabric = gpus.contains { $0.fabric.state != .absent }
        statuses[.fabric] = hasFabric ? .ran : .notApplicable
        switch evidence.nvlink {
        case .value(let links):
            let split = !links.isEmpty && links.allSatisfy { $0.message == .split }
            statuses[.nvlink] =
                split
                ? .notRun("GPUs split by MIG do not tell")
                : links.allSatisfy { $0.message == .unsupported } ? .notApplicable : .ran
        case .missing, .notAsked:
            let reason = evidence.nvlink.reason ?? ""
            let isBoard = gpus.contains { GPUModel(product: $0.name.word)?.hasLinks ?? false }
            statuses[.nvlink] = isBoard ? .notRun(reason) : .notApplicable
        }
    }
}

/// Whether one check was made on a node.
package enum GPUCheckStatus: Hashable, Sendable {
    /// It was made.
    case ran
    /// It could not be made, for this reason.
    case notRun(String)
    /// The node or its GPUs have no such part to check.
    case notApplicable
}

import Verdicts

/// A rule about evidence other than nvidia-smi's answer; it is applied with or without that answer.
///
/// A new rule is one more static member in a file of its own, and its name in ``all``.
struct GPUHostRule: Sendable {
    /// What the rule concludes, given the GPUs that nvidia-smi listed; empty when nothing is wrong.
    var findings: @Sendable (GPUEvidence, [GPUReport]) -> [Finding]

    /// Every rule.
    static let all: [GPUHostRule] = [.kernelEvents, .offBus, .fabricManager, .unread]
}

extension GPUHostRule {
    /// Devices whose PCI configuration reads ff.
    static let offBus = GPUHostRule { evidence, gpus in
        (evidence.slots ?? []).filter(\.isGone).map { slot in
            Finding(
                .fail, code: "gpu.off_bus",
                subject: gpus.first { $0.pci == slot.address }?.subject ?? "GPU \(slot.address)",
                message: "no longer answers on the PCI bus (its configuration reads ff)",
                remedy: GPURemedy.reboot)
        }
    }

    /// The service that sets NVSwitches up.
    static let fabricManager = GPUHostRule { evidence, gpus in
        guard evidence.hasSwitches, let state = evidence.fabricManager.value, state != "active"
        else { return [] }
        // A site may run the fabric manager under another name; if all GPUs have joined the fabric, one is running.
        let joined = !gpus.isEmpty && gpus.allSatisfy { $0.fabric.state.word == "Completed" }
        return [
            Finding(
                joined ? .warn : .fail, code: "gpu.fabric_manager",
                message: "nvidia-fabricmanager is \(state) on a host with NVSwitches",
                remedy: "start nvidia-fabricmanager, of the driver's own release")
        ]
    }

    /// Evidence that could not be read, and so must not count as good.
    static let unread = GPUHostRule { evidence, gpus in
        var findings: [Finding] = []
        if case .missing(let reason) = evidence.kernelLog {
            findings.append(
                Finding(
                    .unknown, code: "gpu.kernel_unread",
                    message:
                        "the kernel log could not be read, so Xid events are not known: \(reason)",
                    remedy: "give the user sudo, or the group adm or systemd-journal"))
        }
        // A single GPU has no NVLink peer, so nvidia-smi prints nothing.
        let isLone = evidence.linksAreSilent && !gpus.isEmpty && !evidence.hasPeers(gpus)
        if case .missing(let reason) = evidence.nvlink, !isLone {
            findings.append(
                Finding(
                    .unknown, code: "gpu.nvlink_unread",
                    message: "NVLink's state could not be read: \(reason)",
                    remedy: "run nvidia-smi nvlink -s on the node"))
        }
        if case .missing(let reason) = evidence.pci, evidence.broken == nil {
            findings.append(
                Finding(
                    .unknown, code: "gpu.incomplete",
                    message: "the list of GPUs on the PCI bus could not be read: \(reason)",
                    remedy: "try again; run lspci -D -n -d 10de: on the node"))
        }
        if let broken = evidence.broken {
            findings.append(
                Finding(
                    .unknown, code: "gpu.incomplete",
                    message: "the node's answer is incomplete: \(broken)",
                    remedy: "try again; see its stderr with --format json"))
        }
        return findings
    }
}

import SlurmModel
import Verdicts

/// Judges how nvidia-smi ended: first its messages, because they say more, then its exit code.
struct NvidiaSMIFailure: Sendable {
    /// The evidence about the node.
    var evidence: GPUEvidence
    /// The lines nvidia-smi wrote around its document.
    var messages: [String]
    /// The GPUs of its document, to find the GPU that a message is about.
    var gpus: [GPUReport]

    /// The findings from how it ended; empty when it succeeded.
    var findings: [Finding] {
        let spoken = messageFindings
        // The exit code says less than a message, so it counts only if it is worse, or if there is no message.
        let worst = spoken.map(\.severity).max() ?? .info
        let silent = exitFinding.map { $0.severity > worst || spoken.isEmpty ? [$0] : [] } ?? []
        return silent + spoken
    }

    private var expectsGPUs: Bool { evidence.expectedTotal > 0 || evidence.requested > 0 }

    /// Whether Slurm may hide GPUs from the check's job.
    private var mayBeConfined: Bool { evidence.mayBeConfined || !(evidence.denied ?? []).isEmpty }

    // MARK: Messages

    private var messageFindings: [Finding] {
        var findings: [Finding] = []
        for line in messages {
            for finding in self.findings(line) where !findings.contains(finding) {
                findings.append(finding)
            }
        }
        return findings
    }

    private func findings(_ line: String) -> [Finding] {
        let text = line.lowercased()
        if text.contains("device handle for gpu") { return [handleFinding(line)] }
        if text.contains("inforom is corrupted") { return [infoROMFinding(line)] }
        if text.contains("no devices were found") { return noDevices }
        if text.contains("couldn't communicate with the nvidia driver") {
            return [driverMissing(quoted(line))]
        }
        if text.contains("driver/library version mismatch") { return [mismatch(quoted(line))] }
        if text.contains("couldn't find libnvidia-ml") { return [libraryMissing(quoted(line))] }
        return text.contains("failed to initialize nvml") ? [initFinding(line)] : []
    }

    private func handleFinding(_ line: String) -> Finding {
        let isLost = line.lowercased().contains("gpu is lost")
        return Finding(
            .fail, code: isLost ? "gpu.lost" : "gpu.unreadable",
            subject: subject(line, after: "for gpu"), message: quoted(line),
            remedy: GPURemedy.reboot)
    }

    private func infoROMFinding(_ line: String) -> Finding {
        Finding(
            .warn, code: "gpu.inforom", subject: subject(line, after: "at gpu"),
            message: quoted(line), remedy: "plan to replace the GPU; its other values are good")
    }

    private func initFinding(_ line: String) -> Finding {
        if let foreign { return foreign }
        let text = line.lowercased()
        if text.contains("driver not loaded") { return driverMissing(quoted(line)) }
        // Slurm may close the driver's device files to a job without GPUs.
        let isBarred =
            text.contains("permission") || text.contains("operating system") || mayBeConfined
        return Finding(
            isBarred ? .unknown : .fail, code: "gpu.driver", message: quoted(line),
            remedy: isBarred ? "check with all GPUs of the node" : GPURemedy.reboot)
    }

    /// The GPU that a message is about, by its name in findings.
    private func subject(_ line: String, after words: String) -> String? {
        let text = line.lowercased()
        guard let found = text.firstRange(of: words) else { return nil }
        let rest = text[found.upperBound...].drop(while: \.isWhitespace)
        // `0000:89:00.0: …`, or with the GPU's number before it: `0: 0000:89:00.0: …`.
        if let address = KernelGrammar.address(String(rest)) {
            return gpus.first { $0.pci == address }?.subject ?? "GPU \(address)"
        }
        let number = rest.prefix { $0.isASCII && $0.isNumber }
        let isNumber =
            !number.isEmpty && number.count < 4 && rest.dropFirst(number.count).first == ":"
        return isNumber ? "GPU \(number)" : nil
    }

    private func quoted(_ line: String) -> String {
        "nvidia-smi: \(line.prefix(200))"
    }

    // MARK: Exit codes

    private var exitFinding: Finding? {
        if evidence.timedOut { return hang("it was stopped at its deadline") }
        switch evidence.exit {
        case nil: return unclear("nvidia-smi left no exit code")
        case .exited(0): return nil
        case .exited(let code): return finding(exitCode: code)
        // In practice only the KILL after the deadline ends it with signal 9.
        case .signalled(9): return hang("it had to be killed")
        case .signalled(let signal): return unclear("nvidia-smi was ended by signal \(signal)")
        }
    }

    // Codes up to 15 are in nvidia-smi's manual page; 16 to 18 are NVML's numbers; higher ones come from timeout(1)
    // and the shell.
    private func finding(exitCode code: Int) -> Finding {
        let said = "nvidia-smi ended with exit code \(code)"
        func fail(_ name: String, _ what: String, _ remedy: String) -> Finding {
            Finding(.fail, code: name, message: "\(said): \(what)", remedy: remedy)
        }
        switch code {
        case 2: return unclear("\(said): it did not understand the question")
        case 3: return unclear("\(said): the answer is not available on this GPU")
        case 4: return unclear("\(said): no permission")
        case 6: return noDevices.first ?? unclear(said)
        case 8:
            return fail("gpu.power_cable", "a power cable is missing", "attach the power cables")
        case 9: return driverMissing("\(said): the driver is not loaded")
        case 10:
            return fail("gpu.interrupt", "the driver sees interrupt problems", GPURemedy.reboot)
        case 12: return libraryMissing("\(said): the driver's library is missing")
        case 13: return unclear("\(said): the driver's library is too old for it")
        case 14:
            return Finding(
                .warn, code: "gpu.inforom", message: "\(said): an infoROM is corrupted",
                remedy: "plan to replace the GPU; its other values are good")
        case 15: return fail("gpu.lost", "a GPU has fallen off the bus", GPURemedy.reboot)
        case 16: return fail("gpu.reset_required", "a GPU requires a reset", GPURemedy.reset)
        case 17:
            return mayBeConfined
                ? unclear("\(said): the system kept it from a GPU")
                : fail("gpu.blocked", "the system kept it from a GPU", "check the device files")
        case 18: return mismatch("\(said): driver and library differ in version")
        case 124: return hang("it was stopped at its deadline")
        case 126: return unclear("\(said): it cannot be executed")
        case 127: return notInstalled(said)
        default: return unclear(said)
        }
    }

    // MARK: Findings of both

    private var noDevices: [Finding] {
        if let foreign { return [foreign] }
        if evidence.expectedTotal > 0 {
            return GPUNodeRule.countFindings(evidence, seen: 0, listed: [])
        }
        return [
            Finding(
                expectsGPUs ? .fail : .info, code: "gpu.none",
                message: "nvidia-smi found no GPU",
                remedy: expectsGPUs ? GPURemedy.reboot : nil)
        ]
    }

    private func hang(_ how: String) -> Finding {
        if let seconds = evidence.shortLimit {
            return Finding(
                .unknown, code: "gpu.slow",
                message:
                    "nvidia-smi did not answer within \(seconds) s (--timeout), which a busy driver may need",
                remedy: "check again with a --timeout of 30s or more")
        }
        return hung(how)
    }

    private func hung(_ how: String) -> Finding {
        Finding(
            .fail, code: "gpu.hang", message: "driver not responding: nvidia-smi hung, \(how)",
            remedy: GPURemedy.reboot)
    }

    /// Why this node needs no NVIDIA driver; nil when NVIDIA GPUs are expected.
    private var foreign: Finding? {
        let types = evidence.expected.filter { $0.total > 0 }.compactMap(\.type)
        let named = types.filter { GPUModel.isForeign(type: $0) }
        guard evidence.expectedTotal > 0, evidence.slots?.isEmpty ?? true,
            types.allSatisfy({ GPUModel(type: $0) == nil }),
            !named.isEmpty || !evidence.otherAccelerators.isEmpty
        else { return nil }
        let gres =
            types.isEmpty ? "" : "; GRES names \(Set(types).sorted().joined(separator: ", "))"
        let bus = evidence.slots == nil ? "" : ": there is none of NVIDIA's on the PCI bus"
        return Finding(
            .unknown, code: "gpu.not_nvidia", message: "not an NVIDIA GPU\(bus)\(gres)",
            remedy: "check it with its vendor's tool, or leave the node out")
    }

    private func driverMissing(_ message: String) -> Finding {
        foreign
            ?? Finding(
                expectsGPUs ? .fail : .info, code: "gpu.driver", message: message,
                remedy: expectsGPUs ? GPURemedy.driver : nil)
    }

    private func libraryMissing(_ message: String) -> Finding {
        foreign ?? Finding(.fail, code: "gpu.driver", message: message, remedy: GPURemedy.driver)
    }

    private func mismatch(_ message: String) -> Finding {
        Finding(
            .fail, code: "gpu.driver_mismatch", message: message,
            remedy: "reboot the node: its driver was upgraded without one")
    }

    private func notInstalled(_ said: String) -> Finding {
        foreign
            ?? Finding(
                expectsGPUs ? .fail : .info, code: "gpu.not_installed",
                message: "\(said): nvidia-smi is not installed",
                remedy: expectsGPUs ? GPURemedy.driver : nil)
    }

    private func unclear(_ message: String) -> Finding {
        Finding(.unknown, code: "gpu.nvidia_smi", message: message)
    }
}

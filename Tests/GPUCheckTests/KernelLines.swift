@testable import FanOut
import Foundation
@testable import GPUCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Lines as the driver writes them to the kernel log, for tests to put together.
enum KernelLines {
    /// The first line of a load of the driver.
    static let loading = "nvidia-nvlink: Nvlink Core is being initialized, major device number 239"

    /// An Xid's message.
    static func xid(_ number: Int, _ text: String = "pid=7, name=python, x", gpu: Int = 1) -> String
    {
        "NVRM: Xid (PCI:0000:a\(gpu):00): \(number), \(text)"
    }

    /// An Xid 154's message.
    static func recovery(_ action: String, gpu: Int = 1) -> String {
        xid(154, "GPU recovery action changed from 0x0 (None) to 0x1 (\(action))", gpu: gpu)
    }

    /// A line of an NVSwitch's event.
    static func sxid(_ number: Int, _ text: String, device: Int = 1) -> String {
        "nvidia-nvswitch\(device): SXid (PCI:0000:c\(device):00.0): \(number), \(text)"
    }

    /// A message with dmesg's time.
    static func at(_ seconds: Double, _ message: String) -> String { "[\(seconds)] \(message)" }
}

extension GPUEvidence {
    /// Two healthy GPUs: put together once, as a debug build takes long for it.
    private static let healthy = GPUEvidence(SMIDocument(gpus: 2))

    /// The evidence of a node with this kernel log, and nothing else the matter.
    init(log lines: [String], uptime: Double? = 10_000, document: SMIDocument? = nil) {
        self = document.map { GPUEvidence($0) } ?? Self.healthy
        kernelLog = .value(KernelLog(source: "dmesg", lines: lines))
        self.uptime = uptime
    }

    /// What gpu-check.sh itself makes of a kernel log: its pass over it, run by a shell of this machine.
    init(collected lines: [String], document: SMIDocument? = nil) async throws {
        let folder = try TemporaryFolder()
        try folder.write(lines.joined(separator: "\n") + "\n", to: "log")
        try folder.write("#!/bin/sh\ncat '\(folder.path)/log'\n", to: "text/dmesg")
        try folder.write("#!/bin/sh\nexit 6\n", to: "text/nvidia-smi")
        // Copied by a process of its own, as a file that this one has open cannot be executed.
        let copied = try await Subprocess.run(
            .path("/usr/bin/install"),
            arguments: [
                "-m", "755", "\(folder.path)/text/dmesg", "\(folder.path)/text/nvidia-smi",
                folder.path,
            ], output: .discarded, error: .discarded)
        #expect(copied.terminationStatus.isSuccess)
        let nothing = try TemporaryFolder()
        let script = try #require(GPUCheckProbe(timeout: 60).payload.arguments.dropLast().last)
        let ran = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", script, "fleet"],
            environment: .custom([
                "PATH": "\(folder.path):/usr/bin:/bin", "FLEET_TOOL_SECONDS": "20",
                "FLEET_ROOT": nothing.path,
            ]),
            output: .bytes(limit: 1 << 24), error: .string(limit: 1 << 16))
        #expect(ran.standardError == "")
        let answer = GPUAnswer(ran.standardOutput)
        #expect(answer.isWhole)
        self = document.map { GPUEvidence($0) } ?? Self.healthy
        kernelLog =
            GPUEvidence(answer, node: nil, launcher: .direct, ranOut: false).kernelLog
        uptime = 1_000_000
        limits.eventHours = 10_000
    }
}

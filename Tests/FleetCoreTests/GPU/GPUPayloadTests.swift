import Foundation
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import FleetCore

/// gpu-check.sh itself, with a program of that name in place of nvidia-smi.
@Suite("gpu-check on a node")
struct GPUPayloadTests {
    private func answer(of nvidiaSMI: String?) async throws -> GPUAnswer {
        let folder = try TemporaryFolder()
        if let nvidiaSMI {
            try folder.write("#!/bin/sh\n\(nvidiaSMI)\n", to: "nvidia-smi")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/nvidia-smi")
        }
        let arguments = GPUCheckProbe(timeout: 20).payload.arguments
        let ran = try await Subprocess.run(
            .path("/usr/bin/env"), arguments: Arguments(Array(arguments.dropFirst())),
            environment: .custom(["PATH": "\(folder.path):/usr/bin:/bin"]),
            output: .bytes(limit: 1 << 20), error: .discarded)
        return GPUAnswer(ran.standardOutput)
    }

    @Test("Clocks are left out, in many lines or in one, and nothing else with them")
    func clocks() async throws {
        let xml = """
            <nvidia_smi_log><gpu id="0">
            <supported_clocks>N/A</supported_clocks>
            <uuid>GPU-0</uuid></gpu><gpu id="1">
            <supported_clocks>
            <value>1 MHz</value>
            </supported_clocks>
            <uuid>GPU-1</uuid></gpu></nvidia_smi_log>
            """
        let answer = try await answer(of: "cat <<'X'\n\(xml)\nX")
        let document = String(decoding: answer.document, as: UTF8.self)
        #expect(answer.exit == .exited(0))
        #expect(document.contains("GPU-0"))
        #expect(document.contains("GPU-1"))
        #expect(!document.contains("clocks"))
        #expect(document.hasSuffix("</nvidia_smi_log>\n"))
    }

    @Test("The exit code is nvidia-smi's own; a node without it says so")
    func exitCode() async throws {
        #expect(try await answer(of: "echo broken; exit 9").exit == .exited(9))
        #expect(try await answer(of: nil).exit == .exited(127))
    }
}

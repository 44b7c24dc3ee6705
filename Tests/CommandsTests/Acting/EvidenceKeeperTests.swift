@testable import Commands
import FanOut
import Foundation
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing
import Verdicts

/// What counts as a node's evidence, and what is told where there is none.
@Suite("Evidence") struct EvidenceKeeperTests {
    private func report(
        _ outcome: Outcome = .finished, exit: SlurmModel.ExitStatus? = .exited(0),
        out stdout: [UInt8] = [0x1f, 0x8b, 8], err: String = "", reason: String? = nil
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: "n", outcome: outcome, exit: exit, launcher: .direct, reason: reason,
                stdout: stdout, stderr: Array(err.utf8)),
            judgement: nil, node: nil)
    }

    @Test("Only a whole packed report of a payload that ended well is one")
    func problems() {
        #expect(EvidenceKeeper.problem(report()) == nil)
        #expect(EvidenceKeeper.problem(nil) == "it gave no answer")
        #expect(EvidenceKeeper.problem(report(out: [])) == "what came is no packed report")
        #expect(
            EvidenceKeeper.problem(report(out: Array("<html>".utf8)))
                == "what came is no packed report")
        let late = report(.timedOut, exit: nil, reason: "still running after 600 s")
        #expect(EvidenceKeeper.problem(late) == "still running after 600 s")
        let failed = EvidenceKeeper.problem(report(exit: .exited(1), err: "GPU is lost\nmore\n"))
        #expect(failed?.contains("GPU is lost; more") == true, "\(failed ?? "")")
    }

    @Test(
        "The script's end is its report's, in every shell", arguments: ["/bin/dash", "/bin/bash"])
    func script(_ shell: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "bin/none")
        func run(_ program: String?) async throws -> (TerminationStatus, [UInt8], String) {
            let path = "\(folder.path)/bin/nvidia-bug-report.sh"
            try? FileManager.default.removeItem(atPath: path)
            if let program {
                try folder.write("#!/bin/sh\n\(program)\n", to: "bin/nvidia-bug-report.sh")
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: path)
            }
            let ended = try await Subprocess.run(
                .path(FilePath(shell)), arguments: ["-c", EvidenceKeeper.script, "fleet"],
                environment: .inherit.updating([
                    "PATH": "\(folder.path)/bin:/usr/bin:/bin", "TMPDIR": folder.path,
                ]), input: .none, output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
            return (ended.terminationStatus, ended.standardOutput, ended.standardError)
        }
        let well = try await run("echo talk; echo report | gzip >\"$2\"")
        #expect(well.0 == .exited(0) && well.1.starts(with: [0x1f, 0x8b]), "\(well.2)")
        for bad in ["echo GPU is lost; exit 3", "echo half | gzip >\"$2\"; exit 3", "exit 0"] {
            let ended = try await run(bad)
            #expect(ended.0 == .exited(1), "\(bad): \(ended.2)")
        }
        let other = try await run(nil)
        #expect(other.0 == .exited(0) && other.1.starts(with: [0x1f, 0x8b]), "\(other.2)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bin"])
    }
}

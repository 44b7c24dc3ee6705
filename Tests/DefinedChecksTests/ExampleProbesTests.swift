import DefinedChecks
import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// The probes in examples/probes: read, run on this machine, and judged.
@Suite struct ExampleProbesTests {
    private static let folder = SharedData.checkout.appendingPathComponent("examples/probes")

    @Test(arguments: ["environment", "disk", "memory"])
    func example(_ name: String) throws {
        let definition = try ProbeFile.read(path: Self.folder.path + "/\(name).yaml")
        #expect(definition.name == name && definition.mode == .reads)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", definition.script]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let report = NodeReport(
            result: NodeResult(
                node: "here", outcome: .finished, exit: .exited(0), stdout: Array(output)),
            node: nil, probe: DefinedProbe(definition))
        #expect(
            report.judgement?.findings.filter { $0.severity == .unknown } == [],
            "\(String(decoding: output, as: UTF8.self))")
    }

    @Test("No example touches a mount by its path")
    func safe() throws {
        let script = try ProbeFile.read(path: Self.folder.path + "/environment.yaml").script
        for word in ["df ", "stat ", "ls /", "cd /", "mountpoint", "findmnt"] {
            #expect(!script.contains(word), "\(word)")
        }
    }
}

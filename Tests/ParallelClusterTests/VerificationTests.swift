import Foundation
@testable import ParallelCluster
import Terminal
import Testing
import TestSupport

@Suite("what verify makes of the head node's answers")
struct VerificationTests {
    @Test(arguments: [
        ("compute-gpu-st-a-1 idle\ncompute-gpu-st-a-2 mix\n", 2, 2, 0),
        // In two partitions, each node is there twice.
        ("n1 idle\nn2 alloc\nn1 idle\n", 2, 2, 0),
        ("n1 idle*\nn2 alloc\n", 1, 2, 0), ("n1 drain\n", 0, 1, 0), ("n1 mix-\n", 1, 1, 0),
        ("n1 resv\nn2 maint\nn3 boot^\n", 0, 3, 0), ("", 0, 0, 0),
        // A dynamic node that is powered down is well; a static one is missing.
        ("q-st-a-1 idle\nq-dy-a-1 idle~\nq-dy-a-2 idle%\n", 1, 1, 2),
        ("q-st-a-1 idle~\n", 0, 1, 0), ("q-dy-a-1 idle#\n", 0, 1, 0),
        ("q-dy-a-1 down~\n", 0, 0, 1),
    ])
    func nodes(_ text: String, _ ready: Int, _ wanted: Int, _ asleep: Int) {
        let found = NodeCount(text)
        #expect(found.ready == ready && found.wanted == wanted && found.asleep == asleep)
    }

    private static func rows(_ verdicts: RuleVerdict...) -> [Verification.Ended] {
        zip(["doctor", "mount-lustre", "check-mount", "health"], verdicts).map {
            Verification.Ended(name: $0, verdict: $1, words: "", output: "")
        }
    }

    @Test(
        arguments: [
            (rows(.ok, .ok, .ok, .ok), "a idle\nb idle", 0, "ready: 2 of 2 nodes"),
            (
                rows(.ok, .ok, .ok, .ok), "a idle\nb drain", 1,
                "not ready: 1 of 2 nodes are up; b is drain"
            ),
            (
                rows(.ok, .fail, .unknown, .ok), "a idle", 1,
                "not ready: 1 of 1 nodes are up; mount-lustre: fail; check-mount: unknown"
            ),
            (
                rows(.ok, .unknown, .ok, .ok), "a idle", 2,
                "not ready: 1 of 1 nodes are up; mount-lustre: unknown"
            ),
            (
                rows(.ok, .ok, .ok, .ok), "", 2,
                "not ready: 0 of 0 nodes are up; sinfo on the head node names none"
            ),
            (
                rows(.ok, .ok, .ok, .ok), "a-dy-b-1 idle~", 2,
                "not ready: 0 of 0 nodes are up; all 1 are powered down, and none was looked at"
            ),
        ] as [([Verification.Ended], String, Int32, String)])
    func ends(_ rows: [Verification.Ended], _ text: String, _ code: Int32, _ line: String) {
        let count = NodeCount(text)
        #expect(Verification.exitCode(rows, count) == code)
        #expect(Verification.lastLine(rows, count) == line)
    }

    /// The shape that programs read; docs/schemas has its schema.
    @Test func document() throws {
        var rows = Self.rows(.ok, .ok, .fail, .unknown)
        rows[2].words = "2 nodes: 1 fail, 1 ok"
        rows[2].output = "NODE  VERDICT\nn2    fail\n"
        let found = try JSONOutput.pretty(
            Verification.document("ml", rows, NodeCount("n1 idle\nn2 down\nq-dy-a-1 idle~")))
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Goldens/verify-json.txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try (found + "\n").write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded verify-json")
            return
        }
        #expect(try found + "\n" == String(contentsOf: file, encoding: .utf8))
    }
}

/// The line of shell that brings fleet to a head node, run by a shell with a stand-in for aws and dpkg before it.
@Suite("fleet's way to a head node")
struct FleetTransferTests {
    private static let bytes = "#!/bin/sh\necho fleet\n"
    /// Their SHA-256, from sha256sum.
    private static let sum =
        "b0a9b0c3b3bfd1ccd02fc1b7bc70cf348091bdc5e44b6dfa6eab221850a0ed01"

    @Test(arguments: [
        ("fleet_0.11.0_amd64.deb", FleetTransfer.Form.package),
        ("fleet-0.11.0-amd64.tar.xz", .archive),
        ("fleet.tgz", .archive), ("fleet", .program), ("fleet-cluster", .program),
    ])
    func forms(_ name: String, _ form: FleetTransfer.Form) {
        #expect(FleetTransfer.Form(name: name) == form)
    }

    /// What comes from S3 is installed if it is what was sent, and nothing of it is left in either case.
    @Test(arguments: [(bytes, true), (bytes + "#", false), ("", false)])
    func onlyTheBytesThatWereSent(_ received: String, _ isInstalled: Bool) throws {
        let folder = try TemporaryFolder(["s3/fleet": received])
        let path = folder.path
        // The stand-ins copy the object, and note what is installed.
        try folder.write("#!/bin/sh\ncp \(path)/s3/fleet \"$4\"\n", to: "bin/aws")
        try folder.write("#!/bin/sh\necho \"$2\" >\(path)/installed\n", to: "bin/dpkg")
        for name in ["aws", "dpkg"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(path)/bin/\(name)")
        }
        let script = FleetTransfer.script(
            Self.sum, from: "s3://bucket/it's fleet", form: .package)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.environment = ["PATH": "\(path)/bin:/usr/bin:/bin"]
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        let installed = try? String(contentsOfFile: "\(path)/installed", encoding: .utf8)
        #expect((shell.terminationStatus == 0) == isInstalled)
        #expect((installed != nil) == isInstalled)
        if let installed {
            let place = installed.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(!FileManager.default.fileExists(atPath: place), "\(place)")
        }
    }
}

import Probes
@testable import FanOut
import Foundation
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// What of a command line is kept.
@Suite struct RunManifestTests {
    @Test(
        "The values of --env are not kept, however they are given; what is run is kept as it is",
        arguments: [
            (
                ["fleet", "run", "--env", "A=s3cret", "--", "x"],
                ["fleet", "run", "--env", "A", "--", "x"]
            ),
            (["run", "--env=A=s3cret=more", "--", "x"], ["run", "--env=A", "--", "x"]),
            (["run", "--env", "A", "--env", "B=s3cret"], ["run", "--env", "A", "--env", "B"]),
            (["run", "--env", "--env", "B=c"], ["run", "--env", "--env", "B=c"]),
            (["run", "--", "x", "--env", "A=b"], ["run", "--", "x", "--env", "A=b"]),
            (["run", "--env"], ["run", "--env"]), ([], []),
        ])
    func command(_ given: [String], _ kept: [String]) {
        #expect(RunManifest.withoutValues(given) == kept)
    }

    @Test("No file of a run holds a value of --env")
    func files() throws {
        var payload = Payload(arguments: ["true"], timeout: 20)
        payload.environment = ["TOKEN=s3cret", "EMPTY="]
        let run = try TestRun(payload)
        let manifest = RunManifest(
            plan: run.plan, specification: CommandSpecification(payload: payload),
            command: ["fleet", "run", "--env", "TOKEN=s3cret", "--env=TOKEN=s3cret"], user: "ann",
            cluster: "demo", started: 1, nodeCount: 0, nodes: "", head: nil, isStrict: false,
            ignoresNotRun: false)
        let stored = StoredRun(run.directory, kinds: .all)
        try stored.begin(manifest, targets: [])
        for name in try FileManager.default.subpathsOfDirectory(atPath: run.directory.path) {
            let text = try? String(contentsOfFile: "\(run.directory.path)/\(name)", encoding: .utf8)
            #expect(text?.contains("s3cret") != true, "\(name)")
        }
        let kept = try stored.manifest()
        #expect(kept.plan.payload.environment == ["TOKEN", "EMPTY"])
        #expect(kept.command == ["fleet", "run", "--env", "TOKEN", "--env=TOKEN"])
        // The node gets it all the same.
        #expect(run.plan.script(node: "n").contains("s3cret"))
    }
}

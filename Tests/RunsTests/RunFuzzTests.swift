import Probes
@testable import DefinedChecks
@testable import FanOut
import Foundation
@testable import GPUCheck
@testable import Runs
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Readers of what nodes and other processes leave: damaged as long as time allows, in processes of their own.
@Suite("Fuzzing: runs", .serialized, .timeLimit(.minutes(10)))
struct RunFuzzTests {
    @Test("Records") func records() async {
        await #expect(processExitsWith: .success) {
            let key = RecordKey(run: "r1", node: "gpu-1", nonce: "abc", job: "12")
            let words = [
                "fleet-record/1 ", "fleet-begun/1 abc\n", "fleet-stage/1 x\n", "nonce=abc",
                "status=0", "stdout=", "stderr=9", "setup=1",
            ]
            Fuzzing.run("records", pieces: words) { bytes in
                guard let record = try? Record(bytes: bytes, key: key) else { return }
                // Nothing is made up: all that is believed was there.
                precondition(record.stdout.count + record.stderr.count <= bytes.count)
            }
        }
    }

    @Test("run.json, targets.json, the journal and the summary") func documents() async throws {
        await #expect(processExitsWith: .success) {
            let run = try TestRun()
            let stored = StoredRun(run.directory, kinds: .all)
            var node = Node(name: "a", partitions: ["p"])
            node.gpus = [GPUCount(type: nil, total: 8, used: 0)]
            try stored.begin(
                RunManifest(
                    plan: run.plan, specification: GPUCheckSpecification(timeout: 9),
                    command: ["fleet", "gpu-check"], user: "ann", cluster: "demo", started: 1,
                    nodeCount: 2, nodes: "a,b", head: "h", isStrict: false, ignoresNotRun: false),
                targets: [
                    Target(node: node, decision: .dispatch(.init(.job, partition: "p"))),
                    Target(
                        node: Node(name: "b"),
                        decision: .notRun(.init(.state, "down", remedy: "fix"))),
                ])
            let journal = try stored.journal()
            journal.write(.submitted(node: "a", SubmittedJob(job: 7, attempt: 1)))
            journal.write(
                .row(
                    NodeReport(
                        result: NodeResult(
                            node: "a", outcome: .finished, exit: .exited(3), launcher: .job,
                            jobID: 7),
                        judgement: Judgement(
                            findings: [Finding(.fail, code: "c", message: "m")],
                            facts: ["n": .list([.int(1), .object(["a": .null])])]), node: nil)))
            try stored.finish(
                RunSummaryFile(
                    ended: 9, wasInterrupted: false, exitCode: 1, counts: RunSummary([])))
            let names = ["run.json", "targets.json", "journal.jsonl", "summary.json"]
            let whole = try names.map { Array(try run.directory.read($0) ?? Data()) }
            for (name, bytes) in zip(names, whole) {
                Fuzzing.run(
                    "runs", and: [bytes], pieces: ["\"schema\":", "\"_0\":", "{\"row\":"],
                    shares: names.count
                ) {
                    try? run.directory.write($0, to: name)
                    _ = try? stored.manifest()
                    _ = try? stored.targets()
                    _ = try? stored.entries()
                    _ = stored.summary()
                }
                try run.directory.write(bytes, to: name)
            }
        }
    }

    @Test("Answers of probes of one's own") func answers() async {
        await #expect(processExitsWith: .success) {
            for output in ProbeDefinition.Output.allCases {
                var definition = ProbeDefinition(name: "fuzz", summary: "", script: "")
                definition.output = output
                definition.rules = [
                    ProbeRule("used", .above, ["200"]), ProbeRule("kernel", .contains, ["7"]),
                    ProbeRule("kernel", .matches, ["[0-9.]+"]),
                ]
                definition.baseline = [.init("kernel")]
                let probe = DefinedProbe(definition)
                Fuzzing.run(
                    "answers", pieces: ["used", "kernel=", "\"used\":"],
                    shares: ProbeDefinition.Output.allCases.count
                ) { bytes in
                    let result = NodeResult(
                        node: "n", outcome: .finished, exit: .exited(0), launcher: .job,
                        stdout: bytes)
                    let report = NodeReport(result: result, node: nil, probe: probe)
                    precondition(
                        report.judgement?.findings.count ?? 0 <= JudgementLimits.findings + 1)
                    _ = probe.review([report, report, report])
                }
            }
        }
    }
}

@testable import FanOut
import Foundation
import SlurmModel
import Synchronization
import TestSupport
import Testing

/// How far a payload says it is, from the node to the progress.
@Suite("Stages", .timeLimit(.minutes(20))) struct StageTests {
    @Test(
        arguments: [
            ("installing-the-module", "installing the module"), ("mounting", "mounting"), ("", nil),
            ("a b", nil), ("\u{1b}[2J", nil), ("UPPER", nil),
            (String(repeating: "x", count: 61), nil),
        ] as [(String, String?)])
    func words(_ text: String, _ words: String?) {
        #expect(RecordScan.words(text) == words)
    }

    @Test func fileNames() {
        let scan = RecordScan(fileNames: [
            ".gpu-1.7.out", ".gpu-1.7.stage.loading-the-module", ".gpu-2.8.stage.", "gpu-3.9",
            ".a.b.4.stage.mounting", ".gpu-4.1.claim",
        ])
        #expect(scan.stages == ["gpu-1.7": "loading the module", "a.b.4": "mounting"])
        #expect(scan.started == ["gpu-1.7"] && scan.finished == ["gpu-3.9"])
    }

    @Test func counted() {
        var machine = FanOutMachine(
            nodes: ["a", "b", "c"], jobName: "j", limits: FanOutLimits(), directory: "/d")
        for index in 0..<3 { machine.resume(index, job: UInt32(index + 1), attempt: 1) }
        var scan = RecordScan(started: ["a.1", "b.2", "c.3"])
        scan.stages = ["a.1": "mounting", "b.2": "mounting"]
        _ = machine.scanned(scan, now: .zero)
        #expect(machine.progress.running == 3)
        #expect(machine.progress.stages == ["mounting": 2])
        // One that has ended tells no more.
        scan.stages = ["b.2": "checking"]
        _ = machine.scanned(scan, now: .zero)
        #expect(machine.progress.stages == ["checking": 1])
        let sum = machine.progress + machine.progress
        #expect(sum.stages == ["checking": 2])
    }

    private static func payload(_ script: String) -> Payload {
        var payload = Payload(script: script, variables: ["A=b c"], timeout: 20)
        payload.tellsStages = true
        return payload
    }

    @Test("A payload is told where its stage goes, and the record is the same")
    func wrapper() async throws {
        let bench = try WrapperBench()
        let record = try await bench.record(
            Self.payload("printf '%s %s' \"$A\" \"$FLEET_STAGE\"; : >\"$FLEET_STAGE\"mounting"))
        let path = "\(bench.directory.path)/records/.gpu-1.local.stage."
        #expect(String(decoding: record.stdout, as: UTF8.self) == "b c " + path)
        #expect(FileManager.default.fileExists(atPath: path + "mounting"))
    }

    @Test("Through a step's own output, whatever the payload writes")
    func stream() async throws {
        let key = RecordKey(run: "r1", node: "gpu-1", nonce: "secret", job: "direct-1")
        let bench = try WrapperBench()
        for output in ["", "fleet-stage/1 mine\\n", "no newline"] {
            let script = """
                echo 'fleet-stage/1 one' >>"$FLEET_STAGE"
                printf '\(output)'
                echo 'fleet-stage/1 two-three' >>"$FLEET_STAGE"
                """
            let ended = try await bench.run(
                Self.payload(script), key: key, carrier: .stream(files: [:]))
            let record = try Record(bytes: ended.stdout, key: key)
            #expect(
                String(decoding: record.stdout, as: UTF8.self)
                    == output.replacing("\\n", with: "\n"))
            let begun = try #require(key.begun(in: ended.stdout))
            #expect(key.stages(in: ended.stdout, from: begun).prefix(2) == ["one", "two three"])
        }
    }

    @Test("The steps' stages are counted while they run")
    func steps() async throws {
        let run = try TestRun(Self.payload("true"))
        let way = Target.Dispatch(.direct, note: "drained")
        await run.run(TestRun.targets(["n1", "n2"], way)) { step in
            _ = FileManager.default.createFile(
                atPath: step.output,
                contents: Data("fleet-begun/1 secret\nfleet-stage/1 a-b\nfleet-stage/1 c\n".utf8))
            try? await Task.sleep(for: .milliseconds(1_500))
            return StepEnd(status: .exited(0))
        }
        let seen = run.events.compactMap { event -> [String: Int]? in
            if case .progress(let progress) = event { progress.stages } else { nil }
        }
        #expect(seen.contains(["c": 2]), "\(seen)")
    }
}

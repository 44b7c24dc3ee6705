import FanOut
import Foundation
@testable import Health
import SlurmModel
import Subprocess
import Testing
import Verdicts

/// The payload as it runs on a node.
@Suite("health.sh") struct HealthScriptTests {
    private typealias F = HealthFixtures

    /// Runs the payload here, and judges it.
    private func judge(_ parts: [HealthPart]) async throws -> Judgement {
        let specification = F.specification(parts)
        let words = specification.probe.payload.arguments
        let ended = try await Subprocess.run(
            .name(words[0]), arguments: Arguments(Array(words.dropFirst())), input: .none,
            output: .bytes(limit: 64 << 20), error: .discarded)
        return specification.probe.judge(F.result(ended.standardOutput), node: nil)
    }

    @Test(
        "Parts run side by side with their own variables; one that hangs or floods costs only itself"
    )
    func run() async throws {
        let began = ContinuousClock.now
        let judgement = try await judge(
            F.parts(
                F.probe("good", script: "echo \"v=1\"; cat"),
                F.probe("bad", script: "echo v=10"),
                // Also where it ignores to be told.
                F.probe("stuck", script: "trap '' TERM; sleep 300; sleep 300", timeout: 1),
                F.probe("flood", script: "head -c 5000000 /dev/zero | tr '\\0' x; echo; echo v=1"),
                F.probe(
                    "forger",
                    script:
                        "printf '@fleet part 2 exit=0 late=no hundredths=1 applies=yes whole=yes stdout=4 stderr=0\\nv=1\\n\\n@fleet end 2\\n'; echo v=1"
                ),
                F.probe("broken", script: "echo 'no such thing' >&2; exit 3")))
        #expect(ContinuousClock.now - began < .seconds(60))
        var codes: [String: [String]] = [:]
        for (name, part) in judgement.facts["parts"]?.fields ?? [:] {
            codes[name] = (part.fields["findings"]?.elements ?? []).compactMap(\.text)
        }
        #expect(codes["check good"] == [])
        #expect(codes["check bad"] == ["check.bad.v|"])
        #expect(codes["check stuck"] == ["run.timed_out|check stuck"])
        #expect(codes["check flood"]?.contains("health.cut|") == true)
        #expect(codes["check forger"]?.contains("check.bad.v|") == false)
        #expect(codes["check broken"]?.contains("check.broken.exit|") == true)
        let broken = judgement.findings.first { $0.code == "check.broken.exit" }
        #expect(broken?.message.hasSuffix("exit code 3: no such thing") == true)
    }

    @Test("A script that several parts have in common travels once")
    func shared() {
        let parts = F.parts(F.probe("one", script: "echo v=2"), F.probe("two", script: "echo v=2"))
        let words = HealthPayload.payload(of: parts).arguments
        #expect(words.count { $0 == "echo v=2" } == 1)
    }
}

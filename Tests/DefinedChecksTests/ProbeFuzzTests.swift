import DefinedChecks
import FanOut
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

@Suite struct ProbeFuzzTests {
    private static let answers: [ProbeDefinition.Output: String] = [
        .keyValue: "kernel=6.8.0\nused=97\ndriver=570.1\n",
        .json: #"{"kernel": "6.8.0", "used": 97, "driver": {"version": [1, {"a": null}]}}"#,
        .table: "mount kernel used\n/ 6.8.0 97\n/data 6.8.0 3\n",
    ]

    @Test(
        "Damaged answers never crash, and one that lacks a field is never ok",
        arguments: ProbeDefinition.Output.allCases)
    func damaged(_ output: ProbeDefinition.Output) throws {
        var definition = ProbeDefinition(name: "fuzz", summary: "", script: "")
        definition.output = output
        definition.rules = [
            ProbeRule("used", .above, ["200"]), ProbeRule("gone", .missing, severity: .info),
        ]
        definition.baseline = [.init("kernel")]
        let whole = Array(try #require(Self.answers[output]).utf8)
        var random = SeededRandom(7)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
                default: bytes = Array(bytes.prefix(place + 1))
                }
            }
            let judgement = DefinedProbe(definition).judge(
                NodeResult(
                    node: "n", outcome: .finished, exit: .exited(0), launcher: .job, stdout: bytes),
                node: nil)
            let known = judgement.facts["used"] ?? judgement.facts["rows"]
            #expect(known != nil || judgement.verdict == .unknown)
        }
    }
}

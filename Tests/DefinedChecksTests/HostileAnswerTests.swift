@testable import DefinedChecks
@testable import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Answers that are made to take long, to take room, or to slip into a shell.
@Suite("Hostile answers", .timeLimit(.minutes(20)))
struct HostileAnswerTests {
    private static func judge(
        _ stdout: String, _ change: (inout ProbeDefinition) -> Void
    ) -> Judgement {
        var definition = ProbeDefinition(name: "env", summary: "A test.", script: "true")
        change(&definition)
        let result = NodeResult(
            node: "n1", outcome: .finished, exit: .exited(0), launcher: .job,
            stdout: Array(stdout.utf8))
        guard
            let judgement = NodeReport(
                result: result, node: nil, probe: DefinedProbe(definition)
            ).judgement
        else { return Judgement() }
        return judgement
    }

    /// How many times more than what is surely too much.
    private static let many = Fuzzing.rounds(10, few: 1)

    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var output: ProbeDefinition.Output
        var text: String
    }

    @Test(
        "What is too much is unknown, within seconds and whatever the rules say",
        arguments: [
            Answer(
                testDescription: "deep lists", output: .json,
                text: String(repeating: "[", count: 20_000 * many)),
            Answer(
                testDescription: "deep objects", output: .json,
                text: String(repeating: "{\"a\":", count: 5_000 * many) + "1"
                    + String(repeating: "}", count: 5_000 * many)),
            Answer(
                testDescription: "deep enough to be read, if it were", output: .json,
                text: String(repeating: "{\"a\":", count: 40) + "1"
                    + String(repeating: "}", count: 40)),
            Answer(
                testDescription: "many rows", output: .table,
                text: "disk v\n" + (0..<(5_000 * many)).map { "d\($0) 99\n" }.joined()),
            Answer(
                testDescription: "many columns", output: .table,
                text: (0..<(10_000 * many)).map { "c\($0)" }.joined(separator: " ") + "\nx\n"),
            Answer(
                testDescription: "many fields", output: .keyValue,
                text: (0..<(10_000 * many)).map { "k\($0)=1\n" }.joined()),
            Answer(
                testDescription: "a long value", output: .keyValue,
                text: "v=" + String(repeating: "x", count: 50_000 * many) + "\n"),
            Answer(
                testDescription: "more than is looked at", output: .keyValue,
                text: String(repeating: "v=99\n", count: 400_000)),
            Answer(
                testDescription: "many elements of a list", output: .json,
                text: "[" + (0..<(2_000 * many)).map { _ in "{\"v\":1}" }.joined(separator: ",")
                    + "]"),
        ])
    func tooMuch(_ answer: Answer) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let judgement = Self.judge(answer.text) {
            $0.output = answer.output
            $0.rules = [
                ProbeRule("v", .above, ["1000"], isOptional: true),
                ProbeRule("v", .contains, ["nothing"], isOptional: true),
            ]
        }
        #expect(judgement.verdict == .unknown)
        #expect(
            judgement.findings.contains { $0.message.contains("too much to judge") },
            "\(judgement.findings.map(\.message))")
        // Unbounded, the first of them takes hours; the time that other tests take beside it counts too.
        #expect(clock.now - begin < .seconds(100))
        #expect(judgement.findings.count <= JudgementLimits.findings + 1)
    }

    @Test(
        "A wordy node's findings and facts are cut, counted, and never worth less than what is left out"
    )
    func wordy() throws {
        let judgement = Self.judge("disk v\n" + (0..<1_000).map { "d\($0) 99\n" }.joined()) {
            $0.output = .table
            $0.rules = [ProbeRule("v", .above, ["90"])]
        }
        #expect(judgement.findings.count == JudgementLimits.findings + 1)
        let cut = try #require(judgement.findings.first { $0.code == Judgement.cutCode })
        #expect(cut.severity == .fail)
        #expect(cut.message.contains("800 more findings"))
    }

    @Test("Facts of a probe of any kind are bounded in number, depth and length")
    func facts() throws {
        var deep = FactValue.int(1)
        for _ in 0..<100 { deep = .list([deep]) }
        let judgement = Judgement(facts: [
            "deep": deep, "long": .string(String(repeating: "ä", count: 10_000)),
            "many": .list((0..<5_000).map { .int($0) }),
            "all": .list((0..<200).map { _ in .list((0..<500).map { .int($0) }) }),
        ]).bounded
        #expect(judgement.verdict == .unknown)
        #expect(judgement.facts["many"]?.elements.count == JudgementLimits.elements)
        #expect((judgement.facts["long"]?.text?.utf8.count ?? .max) < 5_000)
        let bytes = try JSONEncoder().encode(judgement)
        #expect(bytes.count < 1 << 20)
    }

    @Test("What is within the limits stays as it is")
    func small() {
        let judgement = Judgement(
            findings: [Finding(.fail, code: "a", message: "m", remedy: "r")],
            facts: ["a": .list([.int(1), .object(["b": .string("c")])]), "n": .null])
        #expect(judgement.bounded == judgement)
    }

    @Test(
        "A node's word in a remedy stays one word of a shell",
        arguments: [
            ("sshd.service", "restart sshd.service"), ("x; rm -rf /", "restart 'x; rm -rf /'"),
            ("$(id)", "restart '$(id)'"), ("it's", #"restart 'it'\''s'"#),
            ("a b", "restart 'a b'"), ("--now", "restart '--now'"), ("a*", "restart 'a*'"),
            ("\u{a0}x", "restart '\u{a0}x'"), ("~root", "restart '~root'"),
        ])
    func remedy(_ value: String, _ remedy: String) {
        let judgement = Self.judge("unit=\(value)\n") {
            $0.rules = [
                ProbeRule("unit", .lacks, ["nothing"], message: "{unit}", remedy: "restart {unit}")
            ]
        }
        #expect(judgement.findings.first?.remedy == remedy)
        #expect(judgement.findings.first?.message == value)
    }

    @Test("Text that is too long for an expression is unknown, not green")
    func longForExpression() {
        let text = "v=" + String(repeating: "1", count: ProbeRule.longestMatch + 1) + "\n"
        let judgement = Self.judge(text) { $0.rules = [ProbeRule("v", .matches, ["x"])] }
        #expect(judgement.verdict == .unknown)
        #expect(judgement.findings.first?.message.contains("too much to judge") == true)
    }
}

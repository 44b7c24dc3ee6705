@testable import DefinedChecks
import FanOut
import SlurmModel
import Testing
import Verdicts

/// What a node's answer is read as, in each of its forms.
@Suite("Answers of a defined check") struct ProbeAnswerTests {
    private static func answer(
        _ text: String, _ output: ProbeDefinition.Output, subject: String? = nil
    ) -> ProbeAnswer {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.output = output
        definition.subject = subject
        return ProbeAnswer(Array(text.utf8), definition: definition)
    }

    @Test(
        "A line is a field up to its first '='; the last line of a name counts",
        arguments: [
            ("a=1\n", ["a": FactValue.int(1)]), ("a=1", ["a": .int(1)]),
            ("a=b=c\n", ["a": .string("b=c")]), ("a=\n", ["a": .string("")]),
            ("a= 1 \n", ["a": .string(" 1 ")]), ("\n\na=1\n\n", ["a": .int(1)]),
            ("a=1\na=2\n", ["a": .int(2)]), ("a b=1\n", ["a b": .int(1)]),
            ("a=-7\n", ["a": .int(-7)]), ("a=-0\n", ["a": .string("-0")]),
            ("a=+7\n", ["a": .string("+7")]), ("a=007\n", ["a": .string("007")]),
            ("a=9223372036854775808\n", ["a": .string("9223372036854775808")]),
            ("a=x\r\nb=y\r\n", ["a": .string("x"), "b": .string("y")]),
            ("a=true\n", ["a": .string("true")]),
            ("ключ=значение\n", ["ключ": .string("значение")]),
        ] as [(String, [String: FactValue])])
    func lines(_ text: String, _ fields: [String: FactValue]) {
        let answer = Self.answer(text, .keyValue)
        #expect(answer.fields == fields)
        #expect(answer.problem == nil && answer.rows.isEmpty)
    }

    @Test(
        "A line that is no field is told, and the fields beside it are read all the same",
        arguments: [
            ("=1", "'=1'"), ("nothing", "'nothing'"), ("  ", "'  '"),
            (String(repeating: "x", count: 80), "'\(String(repeating: "x", count: 60))'"),
        ])
    func noField(_ line: String, _ quoted: String) {
        let answer = Self.answer("a=1\n\(line)\nb=2\n", .keyValue)
        #expect(answer.problem == "\(quoted) is no KEY=VALUE")
        #expect(answer.fields == ["a": .int(1), "b": .int(2)])
        #expect(Self.answer("", .keyValue).problem == "it printed nothing")
        #expect(Self.answer("\n\n", .keyValue).problem == "it printed nothing")
    }

    @Test("A table's last column takes the rest of its line, blanks within it included")
    func table() {
        let answer = Self.answer(
            "  name\tsize   what \n\n sda  1 the  first disk \r\nsdb\t2\tb\n   \n", .table)
        #expect(answer.problem == nil)
        #expect(answer.rows.map(\.subject) == ["sda", "sdb"])
        #expect(
            answer.rows.map { $0.fields["what"] } == [.string("the  first disk"), .string("b")])
        #expect(answer.rows.map { $0.fields["size"] } == [.int(1), .int(2)])
    }

    @Test("A table's row with too few cells, and a subject that is no column, are told")
    func tableFaults() {
        let short = Self.answer("a b c\n1 2 3\n1 2\n4 5 6\n", .table)
        #expect(short.problem == "'1 2' has not 3 columns")
        #expect(short.rows.map(\.subject) == ["1", "4"])
        let named = Self.answer("a b\n1 2\n", .table, subject: "b")
        #expect(named.rows.map(\.subject) == ["2"])
        let none = Self.answer("a b\n1 2\n", .table, subject: "c")
        #expect(none.problem == "its heading has no column c" && none.rows.isEmpty)
        // A heading alone: the script listed nothing.
        #expect(Self.answer("a b\n", .table).problem == "it printed nothing")
        // Of two columns of one name the first counts.
        #expect(Self.answer("a v v\nx 1 2\n", .table).rows.first?.fields["v"] == .int(1))
    }

    @Test(
        "JSON of any shape is fields and rows, and what is neither is told",
        arguments: [
            (#"{"a": {"b": {"c": 1}}}"#, ["a.b.c"], 0), (#"{"a": [1, "x", true]}"#, ["a"], 0),
            (#"{"a": []}"#, ["a"], 0), (#"{"a": [[1], [2]]}"#, ["a"], 0),
            (#"{"a": [{}, {}]}"#, ["a"], 0), (#"{"a": null, "b": 1}"#, ["b"], 0),
            (#"{"a.b": 1, "a": {"b": 2}}"#, ["a.b"], 0), (#"[{"v": 1}, {"v": 2}]"#, [], 2),
            (#"{"d": [{"v": 1}, 7, null]}"#, [], 3),
            (#"{"a": {"d": [{"v": 1}]}, "b": [{"w": 1}]}"#, [], 2),
        ] as [(String, [String], Int)])
    func json(_ text: String, _ fields: [String], _ rows: Int) {
        let answer = Self.answer(text, .json)
        #expect(answer.problem == nil)
        #expect(answer.fields.keys.sorted() == fields)
        #expect(answer.rows.count == rows)
    }

    @Test("A list's rows are named by their subject, and without one by list and place")
    func subjects() {
        let text = #"{"d": [{"id": "x", "v": 1}, {"id": 2, "v": 1}, {"v": 1}, {"id": null}]}"#
        #expect(
            Self.answer(text, .json, subject: "id").rows.map(\.subject) == ["x", "2", "d.2", "d.3"])
        #expect(Self.answer(text, .json).rows.map(\.subject) == ["d.0", "d.1", "d.2", "d.3"])
    }

    @Test(
        "JSON that is cut, bare or empty is a problem, never an answer without faults",
        arguments: [
            ("{", "it printed no JSON"), ("nonsense", "it printed no JSON"),
            (#"{"a": 1} x"#, "it printed no JSON"), ("", "it printed nothing"),
            ("7", "its JSON is no object and no list"),
            ("null", "its JSON is no object and no list"),
            (#""a""#, "its JSON is no object and no list"), ("{}", "it printed nothing"),
            ("[]", "it printed nothing"), (#"{"a": null}"#, "it printed nothing"),
        ])
    func jsonFaults(_ text: String, _ problem: String) {
        #expect(Self.answer(text, .json).problem == problem)
    }

    @Test("The limits themselves are read; one more is told, and the first are kept")
    func limits() {
        let most = JudgementLimits.elements
        func fields(_ count: Int) -> ProbeAnswer {
            Self.answer((0..<count).map { "k\($0)=1\n" }.joined(), .keyValue)
        }
        func rows(_ count: Int) -> ProbeAnswer {
            Self.answer("n v\n" + (0..<count).map { "d\($0) 1\n" }.joined(), .table)
        }
        #expect(fields(most).problem == nil && rows(most).problem == nil)
        #expect(fields(most + 1).problem == "too much to judge: more than 1000 fields")
        #expect(rows(most + 1).problem == "too much to judge: more than 1000 rows")
        #expect(fields(most + 1).fields.count == most && rows(most + 1).rows.count == most)
        let long = String(repeating: "x", count: JudgementLimits.value)
        #expect(Self.answer("v=\(long)\n", .keyValue).problem == nil)
        let longer = Self.answer("v=\(long)x\nw=1\n", .keyValue)
        #expect(longer.problem == "too much to judge: a value of 4097 bytes")
        #expect(longer.fields == ["v": .null, "w": .int(1)])
        func deep(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(Self.answer(deep(JudgementLimits.depth), .json).problem == nil)
        #expect(
            Self.answer(deep(33), .json).problem == "too much to judge: JSON deeper than 32 levels")
        // Brackets within texts are no depth, also behind an escaped quote.
        #expect(Self.answer(#"{"a": "\"\#(deep(40))\\"}"#, .json).problem == nil)
    }

    @Test(
        "A compared field that is empty everywhere is unknown on each node, not what all have in common",
        arguments: [
            ("v=\n", ProbeDefinition.Output.keyValue, Verdict.unknown),
            ("w=1\n", .keyValue, .unknown),
            ("v=none\n", .keyValue, .ok), (#"{"v": {}, "w": 1}"#, .json, .unknown),
            (#"{"v": "", "w": 1}"#, .json, .unknown), (#"{"v": false}"#, .json, .ok),
            (#"[{"v": ""}, {"v": "x"}]"#, .json, .ok), (#"[{"v": {"a": 1}}]"#, .json, .unknown),
        ])
    func emptyEverywhere(_ text: String, _ output: ProbeDefinition.Output, _ verdict: Verdict) {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.output = output
        definition.baseline = [.init("v")]
        let probe = DefinedProbe(definition)
        let report = NodeReport(
            result: NodeResult(
                node: "n", outcome: .finished, exit: .exited(0), launcher: .job,
                stdout: Array(text.utf8)), node: nil, probe: probe)
        let reviewed = probe.review([report, report, report])
        // Of rows of which one alone is empty, that one is told as odd or not compared.
        #expect(reviewed.allSatisfy { $0.verdict == verdict })
        let words = reviewed[0].judgement?.findings.filter { $0.severity > .info }.map(\.message)
        #expect(words == (verdict == .ok ? [] : ["v is not in the answer"]))
    }

    @Test("A field called rows hides no row from the comparison")
    func rowsOfThatName() {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.output = .json
        definition.baseline = [.init("disks.fw", severity: .fail)]
        let probe = DefinedProbe(definition)
        let reports = ["a", "a", "a", "b"].enumerated().map { place, firmware in
            NodeReport(
                result: NodeResult(
                    node: "n\(place)", outcome: .finished, exit: .exited(0), launcher: .job,
                    stdout: Array(#"{"rows": 1, "disks": [{"fw": "\#(firmware)"}]}"#.utf8)),
                node: nil, probe: probe)
        }
        #expect(probe.review(reports).map(\.verdict) == [.ok, .ok, .ok, .fail])
    }
}

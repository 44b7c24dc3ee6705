import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing
import Verdicts

@testable import Reports
@testable import Terminal

/// A run for programs: what is read back is what nodes wrote, in JSON, CSV and Prometheus' text.
@Suite struct DocumentTests {
    private func parsed(_ value: JSONValue) throws -> [String: Any] {
        let lines = [try JSONOutput.line(value), try JSONOutput.pretty(value)]
        let documents = try lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary)
        }
        #expect(documents[0] == documents[1])
        #expect(!lines[0].contains("\n"))
        return try #require(documents[0] as? [String: Any])
    }

    @Test("Every row has every field, whatever became of the node", arguments: Outcome.allCases)
    func fields(_ outcome: Outcome) throws {
        let row = try parsed(Rows.ended("n", outcome, "why", code: .state, remedy: "do").json)
        #expect(
            Set(row.keys)
                == [
                    "node", "outcome", "exit_code", "signal", "duration_seconds", "launcher",
                    "job_id", "reason", "reason_code", "remedy", "note", "attempts", "verdict",
                    "findings", "facts", "stdout", "stderr",
                ])
        #expect(row["outcome"] as? String == outcome.rawValue && row["remedy"] as? String == "do")
        #expect((row["stdout"] is NSNull) == (outcome == .notRun))
        #expect((row["verdict"] is NSNull) == (outcome == .notRun))
    }

    @Test(
        "Output of any bytes is whole: as text where it is text, else in base 64 beside a null",
        arguments: 0..<40)
    func output(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let pieces: [[UInt8]] = [
            Array("a\n".utf8), Array("한🚀\"\\".utf8), [0], [0x1b], [0xff], [0xed, 0xa0, 0x80],
            [0xc3], Array("\u{2028}\u{202e}".utf8), [0x0d, 0x0a], [0xf4, 0x90, 0x80, 0x80],
        ]
        let bytes = (0..<Int.random(in: 0...6, using: &random)).flatMap { _ in
            pieces.randomElement(using: &random) ?? []
        }
        let row = try parsed(
            Rows.ran("n", "") { ($0.stdout, $0.stderr) = (bytes, Array(bytes.reversed())) }.json)
        for (name, wanted) in [("stdout", bytes), ("stderr", Array(bytes.reversed()))] {
            if let text = row[name] as? String {
                #expect(Array(text.utf8) == wanted && row["\(name)_base64"] == nil)
            } else {
                let base = try #require(row["\(name)_base64"] as? String)
                #expect(row[name] is NSNull && Data(base64Encoded: base).map(Array.init) == wanted)
                #expect(String(validating: wanted, as: UTF8.self) == nil)
            }
        }
    }

    @Test("A run's counts are those of its rows, and its times are in UTC")
    func run() throws {
        let reports = [
            Rows.ran("a", ""), Rows.ran("b", "", exit: .exited(3)), Rows.ended("c", .notRun),
            Rows.ended("d", .garbled), Rows.ran("e", "", exit: .signalled(9)),
            Rows.judged(
                "f", [Finding(.warn, code: "c", subject: "s", message: "m")],
                facts: ["k": .list([.double(0.5), .null])]),
        ]
        let document = try parsed(Rows.run(reports, started: 0, ended: 86_399).json)
        let summary = try #require(document["summary"] as? [String: Int])
        #expect(summary == ["ok": 1, "warn": 1, "unknown": 1, "fail": 2, "not_run": 1])
        let run = try #require(document["run"] as? [String: String])
        #expect(run["started"] == "1970-01-01T00:00:00Z" && run["ended"] == "1970-01-01T23:59:59Z")
        let nodes = try #require(document["nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["node"] as? String } == ["a", "b", "c", "d", "e", "f"])
        #expect(nodes[1]["exit_code"] as? Int == 3 && nodes[1]["signal"] is NSNull)
        #expect(nodes[4]["signal"] as? Int == 9 && nodes[4]["exit_code"] is NSNull)
        let finding = try #require((nodes[5]["findings"] as? [[String: Any]])?.first)
        #expect(finding["subject"] as? String == "s" && finding["remedy"] is NSNull)
        #expect((nodes[5]["facts"] as? [String: [Any]])?["k"]?.first as? Double == 0.5)
    }

    @Test(
        "A check's rows have its own columns before the last one, and each row as many as the heading"
    )
    func csv() {
        let columns = [
            CSVColumn("gpus") { $0.judgement?.facts["gpus"]?.word ?? "" },
            CSVColumn("=odd") { _ in "a,b" },
        ]
        let csv = ReportCSV(isTerminal: false, columns: columns)
        #expect(
            String(decoding: csv.heading, as: UTF8.self).hasSuffix(
                ",findings,gpus,'=odd,remedy\r\n"))
        let row = Rows.judged(
            "n1",
            [
                Finding(.fail, code: "c", message: "x;y"),
                Finding(.warn, code: "d", message: "z", remedy: "r"),
            ],
            facts: ["gpus": .int(8)])
        #expect(
            String(decoding: csv.row(row), as: UTF8.self)
                == "n1,finished,0,,,job,,fail,,x;y; z -> r,8,\"a,b\",\r\n")
        let gone = Rows.ended("n2", .notRun, "drained", remedy: "resume it")
        #expect(
            String(decoding: csv.row(gone), as: UTF8.self)
                == "n2,not_run,,,,,,,drained,,,\"a,b\",resume it\r\n")
    }

    // MARK: - Metrics

    private func metrics(_ run: RunReport) -> [String] {
        var text = PrometheusText()
        NodeMetrics(prefix: "f_", labels: [("cluster", "c")]).add(run, to: &text)
        return text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    @Test("A node has a verdict's number or is not run, and the counts are those of the rows")
    func samples() {
        let hot = Finding(.warn, code: "t.hot", message: "m")
        let lines = metrics(
            Rows.run([
                Rows.judged(
                    "a", [hot, hot, Finding(.info, code: "t.note", message: "m")], partition: "gpu"),
                Rows.judged("b"), Rows.ended("c", .notRun),
                Rows.judged("d", [Finding(.fail, code: "t.hot", message: "m"), hot]),
            ]))
        #expect(
            lines == [
                "f_timestamp_seconds{cluster=\"c\"} 112", "f_duration_seconds{cluster=\"c\"} 12",
                "f_nodes{cluster=\"c\",verdict=\"ok\"} 1",
                "f_nodes{cluster=\"c\",verdict=\"warn\"} 1",
                "f_nodes{cluster=\"c\",verdict=\"unknown\"} 0",
                "f_nodes{cluster=\"c\",verdict=\"fail\"} 1",
                "f_nodes{cluster=\"c\",verdict=\"not_run\"} 1",
                "f_node_verdict{cluster=\"c\",node=\"a\",partition=\"gpu\"} 1",
                "f_node_verdict{cluster=\"c\",node=\"b\",partition=\"\"} 0",
                "f_node_verdict{cluster=\"c\",node=\"d\",partition=\"\"} 3",
                "f_node_not_run{cluster=\"c\",node=\"c\",partition=\"\"} 1",
                "f_findings{cluster=\"c\",node=\"a\",code=\"t.hot\",severity=\"warn\"} 2",
                "f_findings{cluster=\"c\",node=\"d\",code=\"t.hot\",severity=\"fail\"} 1",
                "f_findings{cluster=\"c\",node=\"d\",code=\"t.hot\",severity=\"warn\"} 1",
            ])
    }

    @Test("A run without rows, and one whose file has absurd times, have metrics all the same")
    func bounds() {
        #expect(metrics(Rows.run([])).count == 7)
        let absurd = metrics(Rows.run([], started: .min, ended: .max))
        #expect(absurd[1] == "f_duration_seconds{cluster=\"c\"} 1.8446744073709552e+19")
    }

    // MARK: - What a finding means

    private struct Known: ProbeSpecification {
        static let kind = "known"
        static let rules = FindingRules(kinds: [
            FindingKind(
                "x.lost", .fail, String(repeating: "It is gone. ", count: 12), source: "tested",
                action: "look"),
            FindingKind("x.hot", .warn, "It is hot.", source: "manual", action: "cool it"),
        ])
        var probe: any Probe { CommandProbe(payload: Payload(arguments: ["x"], timeout: 1)) }
    }

    private let explanation = FindingExplanation(FindingCatalogue(ProbeKinds([Known.self])))

    @Test("A code is told with its severity, meaning, source and remedy, within the terminal")
    func explained() throws {
        let lines = try #require(explanation.lines("x.hot", width: nil))
        #expect(
            lines.map(Rows.words)
                == ["x.hot warn", "meaning It is hot.", "source manual", "what to do cool it"])
        for width in [24, 40, 80] {
            let long = try #require(explanation.lines("x.lost", width: width))
            #expect(long.allSatisfy { TerminalText.width($0) <= width } && long.count > 4)
        }
        let all = try #require(explanation.lines("all", width: nil))
        #expect(all.contains { $0.hasPrefix("run.timed_out ") } && all.contains(""))
    }

    @Test(
        "An unknown code is answered with those that are like it, and with none where none is",
        arguments: [
            ("hot", ["x.hot"]), ("y.hot", ["x.hot"]), ("x.lost.more", ["x.lost"]), ("zzz", []),
            ("", []), (".", []), ("..", []), ("X.HOT", []),
        ])
    func near(_ code: String, _ near: [String]) throws {
        #expect(explanation.lines(code, width: nil) == nil)
        #expect(explanation.near(code) == near)
        let hint = near.isEmpty ? "--explain all lists them" : near.joined(separator: ", ")
        let error = try #require(throws: UsageError.self) { try explanation.print(code) }
        #expect(error.description == "--explain \(code): there is no such finding; \(hint).")
    }
}

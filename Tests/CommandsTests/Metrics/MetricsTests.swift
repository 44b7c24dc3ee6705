@testable import DefinedChecks
@testable import FanOut
@testable import GPUCheck
@testable import Reports
import SlurmModel
@testable import Terminal
import Testing
@testable import Verdicts

@Suite(.serialized) struct MetricsTests {
    @Test func gpus() throws {
        let text = GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports))
        try Golden.check(text, "gpu-check-prometheus")
    }

    @Test("Every sample stands below its own HELP and TYPE, each of which is there once")
    func format() {
        let text = GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports))
        var metric = ""
        var seen: Set<Substring> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                let name = line.split(separator: " ")[2]
                #expect(seen.insert(name).inserted)
                metric = String(name)
            } else if line.hasPrefix("# TYPE ") {
                #expect(line == "# TYPE \(metric) gauge")
            } else {
                #expect(line.hasPrefix(metric + "{") || line.hasPrefix(metric + " "), "\(line)")
                #expect(line.wholeMatch(of: /[a-z_]+(\{.*\})? -?[0-9.e+\-]+/) != nil, "\(line)")
            }
        }
        #expect(text.hasSuffix("\n"))
        #expect(seen.contains("fleet_gpu_check_timestamp_seconds"))
    }

    @Test func escaping() {
        var text = PrometheusText()
        text.gauge("a", "one\\two\n\"three\"", [PrometheusText.Sample([("l", "a\\b\"c\nd")], 1.5)])
        text.gauge("b", "nothing", [])
        #expect(
            text.text == """
                # HELP a one\\\\two\\n"three"
                # TYPE a gauge
                a{l="a\\\\b\\"c\\nd"} 1.5

                """)
    }

    // MARK: - Hostile nodes

    private static func check(_ rows: [String], _ nodes: [String] = ["a"]) -> String {
        var definition = ProbeDefinition(name: "disks", summary: "A test.", script: "true")
        definition.output = .table
        definition.rules = [ProbeRule("used", .above, ["90"])]
        let text = (["disk used"] + rows).joined(separator: "\n") + "\n"
        let reports = nodes.map { node in
            NodeReport(
                result: NodeResult(
                    node: node, outcome: .finished, exit: .exited(0), launcher: .job,
                    stdout: Array(text.utf8)), node: nil, probe: DefinedProbe(definition))
        }
        return CheckMetrics(definition).text(of: Fixtures.run("check disks", reports))
    }

    @Test("A strict reader takes what fleet writes, and has as many series as there are lines")
    func strict() throws {
        for text in [
            GPUMetrics().text(of: Fixtures.run("gpu-check", Fixtures.gpuReports)),
            Self.check(["sda 95", "sdb 3"], ["a", "b"]),
        ] {
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(try PrometheusParser(text).series.count == lines.count)
        }
    }

    @Test("Of two rows with one subject one series leaves fleet, and it is told")
    func duplicates() throws {
        let series = try PrometheusParser(Self.check(["sda 95", "sda 3", "sda 4"])).series
        let values = series.keys.filter { $0.name == "fleet_check_value" }
        #expect(values.count == 1)
        #expect(
            series[
                PrometheusParser.Series(
                    name: "fleet_check_series_left_out",
                    labels: ["node": "a", "reason": "duplicate"])] == 2)
    }

    @Test("A wordy node has no more series than others may have, and costs the others none")
    func wordy() throws {
        let text = Self.check((0..<900).map { "d\($0) 1" }, ["a", "b"])
        let series = try PrometheusParser(text).series
        for node in ["a", "b"] {
            let own = series.keys.filter {
                $0.name == "fleet_check_value" && $0.labels["node"] == node
            }
            #expect(own.count == PrometheusText.mostPerNode)
            #expect(
                series[
                    PrometheusParser.Series(
                        name: "fleet_check_series_left_out",
                        labels: ["node": node, "reason": "too_many"])] == 400)
        }
    }

    @Test(
        "Whatever a node calls its parts, the text stays one that is read",
        arguments: ["a\"b", "a\\", "a\u{1b}[2J", "{}", "a,b=\"c\"", "\u{202e}x", "#", "é\u{0}"])
    func names(_ name: String) throws {
        let text = Self.check(["\(name) 95"])
        let series = try PrometheusParser(text).series
        #expect(series.keys.contains { $0.labels["subject"] == name })
    }

    @Test("On a terminal nothing in it steers the terminal")
    func terminal() throws {
        var definition = ProbeDefinition(name: "disks", summary: "A test.", script: "true")
        definition.output = .table
        let report = NodeReport(
            result: NodeResult(
                node: "a", outcome: .finished, exit: .exited(0), launcher: .job,
                stdout: Array("disk used\n\u{1b}[2J 95\n".utf8)), node: nil,
            probe: DefinedProbe(definition))
        let output = RunOutput(
            table: CheckTable(definition), format: .prometheus,
            metrics: CheckMetrics(definition))
        let document = RunDocument(output: output, report: Fixtures.run("check disks", [report]))
        for (isTerminal, isClean) in [(true, true), (false, false)] {
            let bytes = try document.bytes(width: nil, isTerminal: isTerminal)
            #expect(bytes.contains(0x1b) != isClean)
        }
    }
}

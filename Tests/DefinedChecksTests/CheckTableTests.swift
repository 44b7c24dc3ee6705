import DefinedChecks
import FanOut
import Reports
import SlurmModel
import Terminal
import TestSupport
import Testing
import Verdicts

/// How nodes that are compared with each other are shown, to people and to Prometheus.
@Suite("Tables and metrics of a defined check") struct CheckTableTests {
    private static let definition: ProbeDefinition = {
        var definition = ProbeDefinition(name: "env", summary: "", script: "")
        definition.baseline = [.init("kernel"), .init("driver", severity: .fail)]
        definition.rules = [ProbeRule("used", .above, ["90"], isOptional: true)]
        return definition
    }()

    private static func report(
        _ name: String, _ answer: String, launcher: Launcher = .job, outcome: Outcome = .finished,
        of definition: ProbeDefinition = definition
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(
                node: name, outcome: outcome, exit: outcome == .finished ? .exited(0) : nil,
                launcher: launcher, reason: outcome == .finished ? nil : "no answer",
                stdout: Array(answer.utf8)),
            node: Node(name: name, partitions: ["p"]), probe: DefinedProbe(definition))
    }

    private static func diff(
        _ reports: [NodeReport], of definition: ProbeDefinition = definition
    ) -> [String] {
        CheckDiffTable(definition).lines(
            for: DefinedProbe(definition).review(reports), width: nil
        ).map { line in
            let isIndented = line.hasPrefix(" ")
            return (isIndented ? "  " : "")
                + line.split(separator: " ").joined(separator: " ")
        }
    }

    @Test("Each value of each field is told once, the majority's first and without its nodes")
    func diff() {
        let lines = Self.diff([
            Self.report("n1", "kernel=6.8\ndriver=570\n"),
            Self.report("n2", "kernel=6.9\ndriver=570\n"),
            Self.report("n3", "kernel=6.8\ndriver=570\n"),
            Self.report("n4", "kernel=6.8\ndriver=570\n"),
            Self.report("n5", "kernel=6.9\ndriver=570\n"),
            Self.report("head", "kernel=5.0\ndriver=1\n", launcher: .local),
        ])
        #expect(
            lines == [
                "FIELD HAVE IT VALUE", "kernel 3/5 6.8", "  2/5 6.9 <- n[2,5]", "driver 5/5 570",
            ])
    }

    @Test("Without a majority each value has its nodes, also one that fewer than three have")
    func divided() {
        #expect(
            Self.diff([
                Self.report("n1", "kernel=b\ndriver=1\n"),
                Self.report("n2", "kernel=a\ndriver=1\n"),
                Self.report("n3", "kernel=b\ndriver=2\n"),
                Self.report("n4", "kernel=a\ndriver=2\n"),
            ]) == [
                "FIELD HAVE IT VALUE", "kernel 2/4 a <- n[2,4]", "  2/4 b <- n[1,3]",
                "driver 2/4 1 <- n[1-2]", "  2/4 2 <- n[3-4]",
            ])
        #expect(
            Self.diff([Self.report("n1", "kernel=b\ndriver=1\n")]) == [
                "FIELD HAVE IT VALUE", "kernel 1/1 b <- n1", "driver 1/1 1 <- n1",
            ])
    }

    @Test("Who gave no answer, and who has a fault that no comparison shows, stands below")
    func silent() {
        let lines = Self.diff([
            Self.report("n1", "kernel=a\ndriver=1\n"),
            Self.report("n2", "kernel=a\ndriver=1\nused=95\n"),
            Self.report("n3", "", outcome: .timedOut),
            Self.report("n4", "kernel=a\n"),
        ])
        #expect(lines.contains("kernel 3/3 a"))
        let below = lines.drop { !$0.isEmpty }
        #expect(below.contains { $0.hasPrefix("n2 1 fail") })
        #expect(below.contains { $0.contains("used 95 is above 90") })
        #expect(below.contains { $0.hasPrefix("n[3-4]") || $0.hasPrefix("n3 1 unknown") })
        #expect(below.contains { $0.contains("driver is not in the answer") })
        #expect(!below.contains { $0.hasPrefix("n1 ") })
        let nobody = Self.diff([Self.report("n3", "", outcome: .timedOut)])
        #expect(nobody.contains("kernel 0/0 no node says"))
        #expect(Self.diff([]).contains("driver 0/0 no node says"))
    }

    @Test("A value that steers a terminal does so in no table")
    func hostile() {
        let reports = DefinedProbe(Self.definition).review(
            (1...4).map {
                Self.report("n\($0)", "kernel=\($0 == 4 ? "\u{1b}[2J\u{202e}" : "6")\ndriver=1\n")
            })
        for table in [
            CheckDiffTable(Self.definition) as any ReportTable, CheckTable(Self.definition),
            CheckWideTable(Self.definition),
        ] {
            for width in [nil, 20, 80] {
                let text = table.lines(for: reports, width: width).joined(separator: "\n")
                #expect(!text.unicodeScalars.contains { [0x1b, 0x202e].contains($0.value) })
                #expect(text.contains("\\x1b[2J") || table is CheckTable)
            }
        }
    }

    @Test("The wide table has a column for each field once, compared ones first")
    func wide() {
        var definition = Self.definition
        definition.rules += [
            ProbeRule("kernel", .missing), ProbeRule("used", .below, ["0"], isOptional: true),
        ]
        let table = CheckWideTable(definition)
        #expect(
            table.columns.map(\.title) == ["NODE", "VERDICT", "KERNEL", "DRIVER", "USED", "DETAIL"])
        let row = Self.report("n1", "kernel=a\ndriver=1\nused=99\n", of: definition)
        #expect(table.rows(for: row) == [["n1", "fail", "a", "1", "99", "used 99 is above 90"]])
        let late = Self.report("n2", "", outcome: .timedOut, of: definition)
        #expect(table.rows(for: late) == [["n2", "unknown", "-", "-", "-", "no answer"]])
        let well = Self.report("n3", "kernel=a\ndriver=1\n", of: definition)
        #expect(table.rows(for: well) == [["n3", "ok", "a", "1", "-", ""]])
    }

    @Test("Healthy nodes that have everything in common are one row, with what that is")
    func folded() {
        let reports = (1...3).map { Self.report("n\($0)", "kernel=a\ndriver=1\n") }
        let lines = CheckTable(Self.definition).lines(for: reports, width: nil)
        #expect(lines.count == 3)
        #expect(lines.last?.hasSuffix("kernel a; driver 1") == true, "\(lines)")
    }

    @Test("Prometheus gets the numbers of fields and rows, and no text among them")
    func metrics() {
        var definition = Self.definition
        definition.output = .json
        definition.subject = "id"
        let answer =
            #"{"used": 1.5, "kernel": "6.8.0", "driver": "570", "up": true, "disks": [{"id": "a\"b\\", "n": 3}, {"id": 7, "n": "x"}]}"#
        let report = RunReport(
            id: "r", probe: "check env", launcher: "job", started: 10, ended: 12,
            reports: [
                Self.report("n1", answer, of: definition),
                Self.report("n2", "", outcome: .timedOut, of: definition),
            ])
        let lines = CheckMetrics(definition).text(of: report).split(separator: "\n").map(
            String.init)
        #expect(
            lines.filter { $0.hasPrefix("fleet_check_value{") } == [
                #"fleet_check_value{check="env",node="n1",subject="",field="driver"} 570"#,
                #"fleet_check_value{check="env",node="n1",subject="",field="used"} 1.5"#,
                #"fleet_check_value{check="env",node="n1",subject="a\"b\\",field="disks.n"} 3"#,
                #"fleet_check_value{check="env",node="n1",subject="7",field="disks.id"} 7"#,
            ])
        #expect(
            lines.contains(#"fleet_check_node_verdict{check="env",node="n2",partition="p"} 2"#))
        #expect(lines.contains(#"fleet_check_duration_seconds{check="env"} 2"#))
    }

    // MARK: - The comparison itself

    @Test("Odd is who differs from what more than half have, whatever the order of the nodes")
    func anyOrder() {
        var random = SeededRandom(44)
        let probe = DefinedProbe(Self.definition)
        for _ in 0..<60 {
            let reports = (0..<Int.random(in: 1...9, using: &random)).map { place in
                let kernel = ["a", "b", "c"].randomElement(using: &random) ?? "a"
                let driver = Int.random(in: 0..<5, using: &random) == 0 ? "2" : "1"
                return Self.report("n\(place)", "kernel=\(kernel)\ndriver=\(driver)\n")
            }
            func odd(_ reports: [NodeReport]) -> [String: [String]] {
                Dictionary(
                    probe.review(reports).map { report in
                        (
                            report.result.node,
                            report.judgement?.findings.filter { $0.severity > .info }.map(\.message)
                                ?? []
                        )
                    }, uniquingKeysWith: +)
            }
            let found = odd(reports)
            #expect(odd(reports.shuffled(using: &random)) == found)
            for field in ["kernel", "driver"] {
                let values = reports.compactMap { $0.judgement?.facts[field]?.word }
                let counts = Dictionary(grouping: values, by: { $0 }).mapValues(\.count)
                let most = counts.first { $0.value * 2 > values.count && values.count >= 3 }?.key
                for report in reports {
                    let value = report.judgement?.facts[field]?.word
                    let isTold = found[report.result.node]?.contains { $0.hasPrefix(field) } == true
                    #expect(isTold == (most != nil && value != most))
                }
            }
        }
    }
}

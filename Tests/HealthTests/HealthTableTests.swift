import FanOut
import GPUCheck
@testable import Health
import LustreCheck
import Reports
import SlurmModel
import Terminal
import Testing
import Verdicts

/// The rows of several checks in one, to people and to programs.
@Suite("Tables of a health check") struct HealthTableTests {
    private typealias F = HealthFixtures

    private static let parts = [
        HealthPart("gpu-check", GPUCheckSpecification(timeout: 60), need: .gpus),
        HealthPart("check-mount", CheckMountSpecification(LustreSettings(), timeout: 30)),
        HealthPart("check-mount nfs", CheckMountSpecification(LustreSettings(), timeout: 30)),
        HealthPart("check disk", F.probe("disk")), HealthPart("check env", F.probe("env")),
    ]

    private static func specification(_ coverage: HealthCoverage = .init(total: 3, run: 3))
        -> HealthSpecification
    {
        HealthSpecification(parts, coverage: coverage)
    }

    /// A node's row: a severity for each part, and facts; nil for a part that is not for the node.
    private static func row(
        _ node: String, _ severities: [Severity?], facts: [String: FactValue] = [:]
    ) -> NodeReport {
        let row = HealthRow(
            parts: zip(parts, severities).map { part, severity in
                severity.map {
                    .init(
                        judgement: Judgement(
                            findings: [
                                Finding(
                                    $0, code: "x.\(part.name)", message: "of \(part.name)",
                                    remedy: "mend it")
                            ], facts: part.name == "gpu-check" ? facts : [:]), seconds: 0.1)
                }
            })
        return NodeReport(
            result: NodeResult(
                node: node, outcome: .finished, exit: .exited(0), duration: 2, launcher: .job),
            judgement: row.judgement(
                names: parts.map(\.name), specifications: parts.map(\.specification.value)),
            node: Node(name: node))
    }

    private static func squeezed(_ lines: [String]) -> [String] {
        lines.map { $0.split(separator: " ").joined(separator: " ") }
    }

    @Test(
        "A cell is the worst of its kind's checks, and '-' where none of them is for the node",
        arguments: [
            ([.info, .info, .info, .info, .info], ["ok", "ok", "ok", "ok"]),
            ([nil, .info, nil, nil, .warn], ["warn", "-", "ok", "warn"]),
            ([.warn, .fail, .info, .unknown, .info], ["fail", "warn", "fail", "unknown"]),
            ([.fail, nil, .unknown, .warn, .unknown], ["fail", "fail", "unknown", "unknown"]),
            ([nil, nil, nil, nil, .info], ["ok", "-", "-", "ok"]),
        ] as [([Severity?], [String])])
    func cells(_ severities: [Severity?], _ cells: [String]) {
        let table = Self.specification().table(ReportView())
        #expect(table.columns.map(\.title) == ["VERDICT", "GPU", "MOUNT", "PROBES"])
        #expect(table.rows(for: Self.row("n1", severities)) == [cells])
        // The wide table says the same of each check, and the two never differ.
        let wide = Self.specification().table(ReportView(wide: true))
        let row = wide.rows(for: Self.row("n1", severities)).first ?? []
        #expect(
            row.dropFirst(2).prefix(5).map { $0 }
                == severities.map { severity in
                    switch severity {
                    case nil: "-"
                    case .info: "ok"
                    case .some(let severity): severity.rawValue
                    }
                })
        #expect(row.prefix(2) == ["n1", cells[0]])
    }

    @Test("A wide row says why in its first line and below, and nothing of a node that is well")
    func wide() {
        let table = Self.specification().table(ReportView(wide: true))
        #expect(
            table.columns.map(\.title) == [
                "NODE", "VERDICT", "GPU-CHECK", "CHECK-MOUNT", "CHECK-MOUNT NFS", "CHECK DISK",
                "CHECK ENV", "SECONDS", "DETAIL",
            ])
        let rows = table.rows(for: Self.row("n1", [.fail, nil, nil, nil, .warn]))
        #expect(rows.count == 2)
        #expect(rows.map { $0.last } == ["of gpu-check -> mend it", "of check env -> mend it"])
        #expect(rows[1].dropLast().allSatisfy { $0.isEmpty })
        #expect(table.rows(for: Self.row("n1", [.info, nil, nil, nil, nil])).first?.last == "")
        let lost = table.rows(for: F.notRun("n2", NodeState(base: .down)))
        #expect(lost == [["n2", "not run", "-", "-", "-", "-", "-", "-", "not run"]])
    }

    @Test("Nodes that are alike in every kind are one row; one that differs in one is another")
    func folded() {
        let well = [Severity.info, .info, nil, nil, .info] as [Severity?]
        let rows =
            (1...3).map { Self.row("n\($0)", well) } + [
                Self.row("n4", [nil, .info, nil, nil, .info]),
                Self.row("n5", [.info, .info, nil, .fail, .info]),
                F.notRun("n6", NodeState(base: .down)),
            ]
        let lines = Self.squeezed(
            Self.specification().table(ReportView()).lines(for: rows, width: nil))
        #expect(
            lines == [
                "NODES COUNT VERDICT GPU MOUNT PROBES", "n5 1 fail ok ok fail",
                "of check disk -> mend it", "n6 1 not run - - -", "not run",
                "n[1-3] 3 ok ok ok ok", "n4 1 ok - ok ok",
            ])
    }

    @Test("What was left out stands below, and gpu-check's own checks where not all of them ran")
    func closing() {
        func checks(_ ran: Int) -> [String: FactValue] {
            [
                "checks": .object([
                    "total": .int(18), "ran": .int(ran),
                    "not_run": .list([
                        .object(["check": .string("nvlink"), "reason": .string("no tool")])
                    ]),
                ])
            ]
        }
        let all = [Severity.info, nil, nil, nil, nil] as [Severity?]
        func below(_ rows: [NodeReport], _ coverage: HealthCoverage) -> [String] {
            [false, true].map { wide in
                let lines = Self.specification(coverage).table(ReportView(wide: wide)).lines(
                    for: rows, width: nil)
                return lines.drop { !$0.isEmpty }.joined(separator: "|")
            }
        }
        let whole = HealthCoverage(total: 3, run: 3)
        let some = HealthCoverage(total: 16, run: 3, flags: ["--only", "--skip"])
        let left = "16 checks, 3 run, 13 left out by --only and --skip"
        #expect(below([Self.row("n1", all, facts: checks(18))], whole) == ["", ""])
        #expect(below([Self.row("n1", all)], some) == ["|" + left, "|" + left])
        let words = "18 checks, 17 ran, 1 not: nvlink: no tool"
        let rows = [
            Self.row("n1", all, facts: checks(17)), Self.row("n2", all, facts: checks(17)),
            Self.row("n3", all, facts: checks(18)),
        ]
        #expect(
            below(rows, some)
                == Array(
                    repeating: "|n[1-2] (2 nodes): \(words)|\(left)", count: 2))
    }

    @Test("Comma-separated, a check has a column of its own, empty where it is not for the node")
    func csv() throws {
        for wide in [false, true] {
            let columns = try #require(Self.specification().table(ReportView(wide: wide)).csv)
            let writer = ReportCSV(isTerminal: false, columns: columns)
            func fields(_ bytes: [UInt8]) -> [String] {
                String(decoding: bytes, as: UTF8.self).split(
                    separator: ",", omittingEmptySubsequences: false
                ).map(String.init)
            }
            #expect(
                fields(writer.heading).dropFirst(10).dropLast().map { $0 }
                    == Self.parts.map(\.name))
            let row = fields(writer.row(Self.row("n1", [.fail, nil, .info, nil, .unknown])))
            #expect(row.dropFirst(10).dropLast().map { $0 } == ["fail", "", "ok", "", "unknown"])
            let lost = fields(writer.row(F.notRun("n2", NodeState(base: .down))))
            #expect(lost.dropFirst(10).dropLast().allSatisfy { $0.isEmpty })
        }
    }

    @Test("The GPU table has the nodes that gpu-check is for, and those that were not reached")
    func gpus() {
        let table = Self.specification().table(ReportView(gpus: true))
        #expect(table.printsAtEnd)
        func nodes(_ report: NodeReport) -> Bool {
            table.rows(for: report).joined().contains(report.result.node)
        }
        #expect(nodes(Self.row("n1", [.fail, .info, nil, nil, nil])))
        #expect(!nodes(Self.row("n2", [nil, .fail, nil, nil, nil])))
        #expect(nodes(F.notRun("n3", NodeState(base: .down))))
        // A health check without gpu-check has no GPU to show.
        let other = HealthSpecification(
            F.parts(F.probe("disk")), coverage: .init(total: 1, run: 1)
        ).table(ReportView(gpus: true))
        #expect(other.rows(for: F.row("n1", [])).isEmpty)
    }

    // MARK: - Metrics

    @Test(
        "Each metric stands once, with the samples of all checks, and no part says more than it knows"
    )
    func metrics() throws {
        let specification = Self.specification(
            .init(total: 16, run: 3, flags: ["--only"]))
        let report = RunReport(
            id: "r", probe: "health", launcher: "job", started: 5, ended: 9,
            reports: [
                Self.row("n1", [.info, .fail, nil, .warn, nil]),
                F.notRun("n2", NodeState(base: .down)),
            ])
        let text = try #require(specification.metrics).text(of: report)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("fleet_health_check_verdict{") } == [
                #"fleet_health_check_verdict{node="n1",check="gpu-check"} 0"#,
                #"fleet_health_check_verdict{node="n1",check="check-mount"} 3"#,
                #"fleet_health_check_verdict{node="n1",check="check disk"} 1"#,
            ])
        #expect(lines.contains("fleet_health_finding_kinds 16"))
        #expect(lines.contains("fleet_health_finding_kinds_asked 3"))
        #expect(lines.contains(#"fleet_health_node_not_run{node="n2",partition=""} 1"#))
        #expect(lines.contains(#"fleet_health_node_verdict{node="n1",partition=""} 3"#))
        let headings = lines.filter { $0.hasPrefix("# TYPE") }
        #expect(Set(headings).count == headings.count)
        // All samples of a name follow its heading, and no series is there twice.
        var seen: Set<Substring> = []
        var last: Substring = ""
        for line in lines where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            #expect(name == last || !seen.contains(name), "\(name) is in two places")
            seen.insert(name)
            last = name
        }
        let series = lines.filter { !$0.hasPrefix("#") }.compactMap { line in
            line.lastIndex(of: " ").map { line[..<$0] }
        }
        #expect(Set(series).count == series.count)
    }
}

@testable import Commands
import DefinedChecks
import FanOut
import Foundation
import GPUCheck
@testable import Health
import LustreCheck
import Platform
import Reports
import SlurmModel
import Sweeps
import Terminal
import Testing
import Verdicts

/// A `fleet health` of the GPUs and mounts that the other goldens have.
@Suite(.serialized) struct HealthGoldenTests {
    private static let specification = HealthSpecification(
        [
            HealthPart("gpu-check", GPUCheckSpecification(timeout: 60), need: .gpus),
            HealthPart(
                "check-mount", CheckMountSpecification(LustreSettings(), timeout: 30)),
        ], coverage: HealthCoverage(total: 16, run: 3, flags: ["--only"]))

    /// The rows of both checks, node by node; what was not run in the first has no judgement.
    private static let reports: [NodeReport] = zip(
        Fixtures.gpuReports, Fixtures.checkReports
    ).map { gpu, mount in
        var report = gpu
        report.judgement = gpu.judgement.map { judgement in
            HealthRow(
                parts: [
                    .init(judgement: judgement, seconds: 1.5),
                    mount.judgement.map { .init(judgement: $0, seconds: 0.2) },
                ]
            ).judgement(
                names: specification.parts.map(\.name),
                specifications: specification.parts.map(\.specification.value))
        }
        return report
    }

    @Test func tables() throws {
        let (reports, specification) = (Self.reports, Self.specification)
        for (name, view) in [
            ("health", ReportView()), ("health-wide", ReportView(wide: true)),
            ("health-gpus", ReportView(gpus: true)),
        ] {
            let table = specification.table(view)
            try Golden.check(table.lines(for: reports, width: nil), name)
            try Golden.check(table.lines(for: reports, width: 80), name + "-80")
        }
        try Golden.check(
            HealthNext.lines(
                of: HealthNext().steps(for: Fixtures.run("health", reports)), width: nil),
            "health-next")
    }

    /// What stands below the rows, for root and for a user, with a node that is drained and one that a reboot may repair.
    @Test func followUp() throws {
        var reports = Self.reports
        let reason = NodeReason(text: "fleet: gpu.lost GPU 2: gone [root]", user: "root", time: 0)
        let drained = Node(
            name: "gpu-90", state: NodeState(base: .idle, flags: [.drain]), reason: reason)
        reports.append(
            NodeReport(
                result: NodeResult(
                    node: "gpu-90", outcome: .notRun, reason: "drained by root; last verdict: fail"),
                judgement: nil, node: drained))
        reports.append(
            NodeReport(
                result: NodeResult(node: "gpu-92", outcome: .finished),
                judgement: Judgement(findings: []),
                node: Node(
                    name: "gpu-92", state: NodeState(base: .idle, flags: [.drain]), reason: reason))
        )
        reports.append(
            NodeReport(
                result: NodeResult(node: "gpu-91", outcome: .finished),
                judgement: Judgement(findings: [
                    Finding(
                        .fail, code: "gpu.lost", subject: "GPU 2", message: "gone",
                        remedy: "reboot the node; if it comes back, replace the GPU")
                ]),
                node: Node(name: "gpu-91", state: NodeState(base: .idle))))
        let run = Fixtures.run("health", reports)
        let nodes = reports.compactMap(\.node)
        let user = CommandRights(
            user: 4_242, slurmUser: "root", hasSudo: true, losesSlurmConf: false)
        for (name, rights) in [("root", CommandRights.whole), ("user", user)] {
            let next = HealthFollowUp(rights: rights, canReboot: true)
            try Golden.check(
                next.lines(for: .init(report: run, clusterNodes: nodes)), "health-follow-up-\(name)"
            )
            try Golden.check(
                next.lines(for: .init(report: run, clusterNodes: nodes, width: 80)),
                "health-follow-up-\(name)-80")
        }
    }

    @Test func changes() throws {
        let baseline = HealthBaseline(rows: [
            "gpu-1": EarlierRow(
                verdict: .fail,
                findings: [
                    .init(code: "gpu.xid", subject: "GPU 3", severity: .fail, text: "GPU 3: Xid 79")
                ])
        ])
        let table = HealthChangeTable(baseline)
        let narrowed = baseline.narrowed(Fixtures.run("health", Self.reports))
        try Golden.check(table.lines(for: narrowed.reports, width: 80), "health-changes-80")
        #expect(table.lines(for: [], width: 80).isEmpty)
    }

    @Test func documents() throws {
        let run = Fixtures.run("health", Self.reports)
        try Golden.check(JSONOutput.pretty(run.json), "health-json")
        let metrics = try #require(Self.specification.metrics).text(of: run)
        _ = try PrometheusParser(metrics)
        try Golden.check(
            metrics.split(separator: "\n").map(String.init), "health-prometheus")
    }

    @Test("Alerts and dashboard name metrics that fleet health prints, and none besides")
    func examples() throws {
        let metrics = try #require(Self.specification.metrics).text(
            of: Fixtures.run("health", Self.reports))
        // A node that says how much of the check it made, as every real one does.
        let checks = FactValue.object(["total": .int(18), "ran": .int(5)])
        let covered = GPUMetrics().text(
            of: Fixtures.run(
                "gpu-check",
                [
                    Fixtures.finished(
                        "gpu-9", "", node: Fixtures.healthy,
                        probe: GivenProbe(judgement: Judgement(facts: ["checks": checks])))
                ]))
        #expect(covered.contains("\nfleet_gpu_check_checks{node=\"gpu-9\"} 18\n"))
        #expect(covered.contains("\nfleet_gpu_check_checks_ran{node=\"gpu-9\"} 5\n"))
        let printed = Set(
            (metrics + covered).split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) })
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../examples/alerts").standardizedFileURL
        for file in ["fleet-rules.yml", "fleet-dashboard.json"] {
            let text = try String(
                contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let named = Set(text.matches(of: /fleet_[a-z0-9_]+/).map { String($0.0) })
            #expect(named.count > 5, "\(file)")
            #expect(named.subtracting(printed).isEmpty, "\(file)")
        }
        let board = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appendingPathComponent("fleet-dashboard.json")))
        #expect((board as? [String: Any])?["panels"] != nil)
    }

    @Test(arguments: [(true, "first-screen"), (false, "first-screen-no-slurm")])
    func firstScreen(_ hasSlurm: Bool, _ name: String) throws {
        let lines = FirstScreen.lines(hasSlurm: hasSlurm)
        #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 80 })
        try Golden.check(lines, name)
    }
}

/// What nodes that sleep come to.
@Suite struct HealthAsleepTests {
    private func row(_ name: String, _ flags: NodeState.Flag..., base: NodeState.Base = .idle)
        -> NodeReport
    {
        NodeReport(
            result: NodeResult(node: name, outcome: .notRun, reason: "r"), judgement: nil,
            node: Node(name: name, state: NodeState(base: base, flags: flags)))
    }

    @Test(
        "With --asleep ok sleeping nodes are left out of the exit code; dead and drained ones never are"
    )
    func exitCodes() throws {
        let asleep = [
            row("a", .poweredDown, .cloud), row("b", .poweringUp), row("c", .poweringDown),
            row("d", .poweredDown, .drain),
        ]
        let awake = [
            row("e", base: .down), row("f", .notResponding), row("g", .drain), row("h"),
            row("i", base: .future),
        ]
        var flags = HealthFlags()
        func code(_ rows: [NodeReport]) -> Int32 {
            RunSummary(flags.counted(rows)).exitCode(strict: false, ignoreNotRun: false)
        }
        flags.asleep = .ok
        #expect(code(asleep) == 0)
        for row in awake { #expect(code(asleep + [row]) == 2, "\(row.result.node)") }
        flags.asleep = .notRun
        for row in asleep + awake { #expect(code([row]) == 2, "\(row.result.node)") }
    }
}

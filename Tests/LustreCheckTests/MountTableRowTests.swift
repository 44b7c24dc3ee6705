import FanOut
@testable import LustreCheck
import Reports
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Tables and metrics of the mount commands: what was judged is shown, mount for mount.
@Suite("No mount is lost between judgement, table and metrics")
struct MountTableRowTests {
    private static let states = MountState.allCases

    private static func mount(_ path: String, _ random: inout SeededRandom) -> [String: FactValue] {
        func some(_ value: FactValue) -> FactValue { Bool.random(using: &random) ? value : .null }
        let state = states.randomElement(using: &random) ?? .ok
        return [
            "path": .string(path), "state": .string(state.rawValue),
            "source": some(.string("10.0.0.1@tcp:/fs")), "type": some(.string("lustre")),
            "size_bytes": some(.int(4_096)),
            "used_bytes": some(.int(Int.random(in: 0...9, using: &random))),
            "use_percent": some(.int(Int.random(in: 0...100, using: &random))),
            "latency_ms": .object(["statfs": some(.int(20))]),
        ]
    }

    private static func row(
        _ name: String, _ mounts: [[String: FactValue]], _ findings: [Finding] = [],
        _ more: [String: FactValue] = [:]
    ) -> NodeReport {
        NodeReport(
            result: NodeResult(node: name, outcome: .finished, exit: .exited(0), launcher: .job),
            judgement: Judgement(
                findings: findings,
                facts: more.merging(["mounts": .list(mounts.map(FactValue.object))]) { $1 }),
            node: nil)
    }

    private static func fleet(_ random: inout SeededRandom) -> [NodeReport] {
        (0..<5).map { number in
            let mounts = ["/a", "/b", "/c"].prefix(Int.random(in: 0...3, using: &random))
                .map { mount($0, &random) }
            let findings = (0..<Int.random(in: 0...2, using: &random)).map {
                Finding(
                    .fail, code: "mount.hung", subject: "/a", message: "fault \($0) of \(number)",
                    remedy: "see")
            }
            return row("n\(number)", mounts, findings)
        }
    }

    @Test("The wide table has a row for each mount, and each fault below the last")
    func wide() {
        var random = SeededRandom(31)
        let table = MountWideTable()
        for report in (0..<30).flatMap({ _ in Self.fleet(&random) }) {
            let rows = table.rows(for: report)
            #expect(rows.allSatisfy { $0.count == table.columns.count })
            let mounts = report.judgement?.facts["mounts"]?.elements ?? []
            let paths = rows.map { $0[3] }.filter { $0.hasPrefix("/") }
            #expect(paths == mounts.compactMap { $0.fields["path"]?.text })
            let details = rows.compactMap(\.last)
            for finding in report.judgement?.findings ?? [] {
                #expect(details.count { $0.contains(finding.message) } == 1)
            }
            #expect(rows.first?[0] == report.result.node)
        }
    }

    @Test("The folded table has every node and every fault, and one figure for one file system")
    func folded() {
        var random = SeededRandom(32)
        for _ in 0..<30 {
            let reports = Self.fleet(&random)
            let text = MountFoldedTable().lines(for: reports, width: nil).joined(separator: "\n")
            for finding in reports.flatMap({ $0.judgement?.findings ?? [] }) {
                #expect(text.contains(finding.message))
            }
        }
        // The file system was written to while the nodes were asked: they still are alike.
        func used(_ percent: Int) -> [[String: FactValue]] {
            [
                [
                    "path": .string("/a"), "source": .string("10.0.0.1@tcp:/fs"),
                    "state": .string("ok"), "use_percent": .int(percent),
                ]
            ]
        }
        let lines = MountFoldedTable().lines(
            for: [Self.row("n1", used(40)), Self.row("n2", used(42)), Self.row("n3", used(41))],
            width: nil)
        #expect(lines.count { $0.contains("42%") } == 1)
        #expect(!lines.contains { $0.contains("40%") || $0.contains("41%") })
    }

    private static func samples(_ reports: [NodeReport]) -> [String] {
        let report = RunReport(
            id: "r", probe: "check-mount", launcher: "job", started: 0, ended: 1, reports: reports)
        return MountMetrics().text(of: report).split(separator: "\n").map(String.init)
    }

    @Test("up is 1 where it answers, 0 where it does not, and left out where that is not known")
    func upMetric() {
        let values: [MountState: String?] = [
            .ok: "1", .degraded: "1", .notMounted: "0", .wrongSource: "0", .stale: "0", .hung: "0",
            .unknown: nil,
        ]
        #expect(values.count == Self.states.count)
        for (state, value) in values {
            let facts: [String: FactValue] = [
                "path": .string("/a"), "state": .string(state.rawValue),
            ]
            let lines = Self.samples([Self.row("n1", [facts])])
            let up = lines.filter { $0.hasPrefix("fleet_mount_up{") }
            #expect(up == (value.map { ["fleet_mount_up{node=\"n1\",mount=\"/a\"} \($0)"] } ?? []))
        }
        let odd: [String: FactValue] = ["path": .string("/a"), "state": .string("fine")]
        #expect(!Self.samples([Self.row("n1", [odd])]).contains { $0.hasPrefix("fleet_mount_up") })
    }

    @Test("Every figure that is known is a sample")
    func figures() {
        var random = SeededRandom(33)
        for _ in 0..<30 {
            let reports = Self.fleet(&random)
            let mounts = reports.flatMap { $0.judgement?.facts["mounts"]?.elements ?? [] }
                .map(\.fields)
            let lines = Self.samples(reports)
            for key in ["size_bytes", "used_bytes"] {
                let told = lines.filter { $0.hasPrefix("fleet_mount_\(key){") }
                let known = mounts.compactMap { $0[key]?.integer }
                #expect(told.count == known.count)
                let sum = told.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
                #expect(sum.reduce(0, +) == Double(known.reduce(0, +)))
            }
            let slow = lines.filter { $0.hasPrefix("fleet_mount_statfs_seconds{") }
            #expect(slow.allSatisfy { $0.hasSuffix(" 0.02") })
        }
    }

    // MARK: mount-lustre

    @Test("A repair of several mounts has a row for each, the node's name once")
    func repaired() {
        func mount(_ path: String) -> [String: FactValue] {
            ["path": .string(path), "source": .string("s:/fs"), "use_percent": .int(7)]
        }
        let table = MountTable()
        let was = ["already_mounted": FactValue.bool(true)]
        let two = table.rows(for: Self.row("n1", [mount("/a"), mount("/b")], [], was))
        #expect(two.compactMap(\.last) == ["/a: was mounted: s:/fs", "/b: was mounted: s:/fs"])
        #expect(two.compactMap(\.first) == ["n1", ""] && two.allSatisfy { $0[5] == "7%" })
        let one = table.rows(for: Self.row("n1", [mount("/a")]))
        #expect(one.compactMap(\.last) == ["s:/fs"])
        // What was done is told although something else failed.
        let failed = Self.row(
            "n1", [mount("/a")],
            [
                Finding(.fail, code: "mount.step.mount", subject: "/a", message: "no", remedy: "x"),
                Finding(.info, code: "mount.step.fstab", message: "wrote it"),
                Finding(.info, code: "mount.step.module-load", message: "loaded lustre"),
            ])
        #expect(table.rows(for: failed).last?.last == "done: wrote it; loaded lustre")
    }

    private static func planned(_ name: String, _ steps: Int, _ findings: [Finding] = [])
        -> NodeReport
    {
        let plan = (0..<steps).map {
            FactValue.object(["name": .string("step-\($0)"), "command": .string("run \($0)")])
        }
        return row(name, [], findings, ["plan": .list(plan)])
    }

    @Test("A plan: failed nodes first, then what is to be done with its commands, then nothing")
    func plans() throws {
        let fault = Finding(.fail, code: "mount.step.rights", message: "no rights", remedy: "sudo")
        let reports = [
            Self.planned("n1", 0), Self.planned("n2", 1), Self.planned("n3", 2),
            Self.planned("n4", 2), Self.planned("n5", 1, [fault]),
        ]
        let table = RepairPlanTable()
        #expect(
            reports.map { table.rows(for: $0) } == [
                [["n1", "nothing", "job"]], [["n2", "1 step", "job"]], [["n3", "2 steps", "job"]],
                [["n4", "2 steps", "job"]], [["n5", "fail", "job"]],
            ])
        var random = SeededRandom(2)
        for _ in 0..<10 {
            let lines = table.lines(for: reports.shuffled(using: &random), width: nil)
            func place(_ words: String) throws -> Int {
                try #require(lines.firstIndex { $0.contains(words) })
            }
            #expect(try place("no rights") < place("2 steps"))
            #expect(try place("1 step ") < place("nothing"))
            #expect(try place("2 steps") < place("nothing"))
            // Nodes with one plan are one row, and its commands stand there once.
            #expect(lines.count { $0.contains("step-1: run 1") } == 1)
            #expect(lines.contains { $0.contains(" 2  2 steps") })
        }
    }
}

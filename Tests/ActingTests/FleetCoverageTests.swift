import Acting
import History
import SlurmModel
import Testing
import Verdicts

/// Which nodes count as checked, and since when: a look at a part of a node says nothing of the rest.
@Suite struct FleetCoverageTests {
    private static let now = AttentionRulesTests.now

    @Test("Who was not checked, or long ago, is counted; who cannot be checked is not")
    func coverage() {
        func node(_ name: String, _ flags: [NodeState.Flag] = []) -> Node {
            Node(name: name, state: NodeState(base: .idle, flags: flags))
        }
        func last(_ age: Int, _ user: String) -> [LastVerdict] {
            [
                LastVerdict(
                    node: "", check: "c", verdict: .ok, time: Self.now - age, run: "r", user: user)
            ]
        }
        let coverage = FleetCoverage(
            [node("a"), node("b"), node("c"), node("d", [.cloud, .poweredDown])],
            verdicts: ["b": last(60, "ann"), "c": last(60 * 86_400, "root")], now: Self.now)
        #expect(coverage.unchecked == ["a"] && coverage.old.map(\.node) == ["c"])
        #expect(coverage.fresh == 1 && coverage.newest == 60 && coverage.users == ["ann", "root"])
        #expect(!coverage.isWhole)
        #expect(FleetCoverage([node("b")], verdicts: ["b": last(60, "x")], now: Self.now).isWhole)
    }

    /// What one check of a node said last: nothing was found, so many hours ago.
    struct Look: Sendable {
        var check: String
        var hours: Int
        /// The run, which other checks may have been made in too; nil for one of its own.
        var run: String?

        init(_ check: String, _ hours: Int, run: String? = nil) {
            self.check = check
            self.hours = hours
            self.run = run
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var looks: [Look]
        /// How long ago the node was checked, in hours; nil where it was not.
        var hours: Int?
        /// What checks it again where that is long ago.
        var command: String?
        var hasGPUs = true
        var testDescription: String {
            looks.map { "\($0.check) \($0.hours) h" }.joined(separator: ", ")
        }
    }

    static let month = 24 * 30

    @Test(
        "A node is as old as its oldest look of those that a sweep makes",
        arguments: [
            Case(looks: [Look("gpu-check", 1)], hours: 1),
            // A part of the findings, or a probe of the site's.
            Case(looks: [Look("gpu-check --only gpu.xid", 1)]),
            Case(looks: [Look("check-mount /lustre --skip mount.space", 1)]),
            Case(looks: [Look("check disk", 1), Look("gpu-diag 3", 1)]),
            Case(
                looks: [Look("gpu-check", month), Look("gpu-check --only gpu.xid", 1)],
                hours: month, command: "health"),
            Case(
                looks: [Look("gpu-check", month), Look("check disk", 1)], hours: month,
                command: "health"),
            // Of two kinds one.
            Case(
                looks: [Look("gpu-check", 1), Look("check-mount", 48)], hours: 48,
                command: "health"),
            Case(
                looks: [Look("gpu-check", 48), Look("check-mount /lustre", 1)], hours: 48,
                command: "health"),
            // A sweep may not look at what somebody named.
            Case(
                looks: [Look("gpu-check", 1), Look("check-mount /lustre", 48)], hours: 48,
                command: "check-mount --mount-point /lustre"),
            Case(
                looks: [
                    Look("gpu-check", 1), Look("check-mount", 48), Look("check-mount /lustre", 1),
                ], hours: 48, command: "health"),
            // A sweep every night, and long ago what no sweep makes.
            Case(
                looks: [
                    Look("gpu-check", 8, run: "s"), Look("check-mount", 8, run: "s"),
                    Look("check disk", 8, run: "s"), Look("gpu-diag 3", month),
                    Look("check-mount --canary", month), Look("check-mount /scratch", month),
                    Look("check environment", month),
                ], hours: 8),
            // Since a month the settings name the mount point.
            Case(
                looks: [
                    Look("gpu-check", 8, run: "s"), Look("check-mount /lustre", 8, run: "s"),
                    Look("check-mount", month),
                ], hours: 8),
            // Where there is no GPU, a sweep may be made of the site's probes alone.
            Case(
                looks: [Look("check disk", 1), Look("check old", month)], hours: 1,
                hasGPUs: false),
            Case(looks: [Look("check disk --only disk.full", 1)], hasGPUs: false),
        ])
    func wholeLooks(_ test: Case) {
        let node = Node(
            name: "n1", state: NodeState(base: .idle),
            gpus: test.hasGPUs ? [GPUCount(type: nil, total: 8, used: 0)] : [])
        let verdicts = test.looks.enumerated().map { place, look in
            LastVerdict(
                node: "n1", check: look.check, verdict: .ok,
                time: Self.now - look.hours * 3_600, run: look.run ?? "r\(place)")
        }
        let coverage = FleetCoverage([node], verdicts: ["n1": verdicts], now: Self.now)
        let isOld = test.hours.map { $0 > 24 } ?? false
        #expect(coverage.unchecked == (test.hours == nil ? ["n1"] : []))
        #expect(coverage.newest == test.hours.map { $0 * 3_600 })
        #expect(coverage.fresh == (test.hours == nil || isOld ? 0 : 1))
        let commands = isOld ? [test.command ?? "none"] : []
        #expect(coverage.old.map(\.command) == commands)
        #expect(coverage.isWhole == (test.hours != nil && !isOld))
    }
}

import FanOut
import LustreCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// A node's answer, composed of independent conditions, each with levels from good to bad.
private struct ComposedAnswer {
    /// What may be wrong, with what the node says of it at every level.
    enum Condition: Int, CaseIterable {
        case type, source, options, touch, obstacle, space, inodes, targets, evictions, timeouts
        case tasks, client, folder, trials, firstLook, late, garbage

        /// How many levels there are beside the good one.
        var levels: Int {
            switch self {
            case .type, .obstacle: 5
            case .touch: 4
            case .source, .options, .trials, .targets: 3
            case .late, .garbage: 1
            default: 2
            }
        }
    }

    private static let system = "czrc3amv"
    private static let server = "10.1.30.23@tcp"
    var levels = [Int](repeating: 0, count: Condition.allCases.count)

    func level(_ condition: Condition) -> Int { levels[condition.rawValue] }

    /// An answer with some conditions at random levels.
    static func random(_ random: inout SeededRandom) -> ComposedAnswer {
        var answer = ComposedAnswer()
        for condition in Condition.allCases.shuffled(using: &random).prefix(
            Int.random(in: 0...4, using: &random))
        {
            answer.levels[condition.rawValue] = Int.random(in: 1...condition.levels, using: &random)
        }
        return answer
    }

    /// The same with one condition worse; nil where it is at its worst.
    func worse(_ condition: Condition) -> ComposedAnswer? {
        guard level(condition) < condition.levels else { return nil }
        var copy = self
        copy.levels[condition.rawValue] += 1
        return copy
    }

    private static func pick(_ level: Int, _ texts: String...) -> String {
        texts[min(level, texts.count - 1)]
    }

    private static func target(_ number: Int) -> String { "\(system)-OST000\(number)" }

    private var isUntouched: Bool { level(.obstacle) > 0 }

    /// What the node says of itself.
    private func node() -> [String] {
        var lines = [
            "kernel=6.8.0-9-x", "uptime=90000.0", "mount_table=yes", "log=read", "tasks=read",
            "module_installed=yes", "now=1700090000",
        ]
        lines += ["next_kernel=6.8.0-10-x", "next_module=\(level(.client) > 0 ? "no" : "yes")"]
        if level(.client) > 1 { lines.append("automatic_upgrades=yes") }
        lines += (0..<level(.evictions)).map { number in
            number == 0
                ? "event=evicted 1 80000.\(number) \(Self.target(1)) [80000.0] LustreError: evicted"
                : "import=\(Self.target(2)) FULL \(number) 1700080000 \(Self.server)"
        }
        lines += (0..<level(.timeouts)).map {
            "event=timeout 1 8000\($0).5 \(Self.target(3 + $0)) [80000.5] LustreError: rc = -110"
        }
        lines += (0..<level(.tasks)).map { "stuck=lustre 47\($0) D dd ll_file_read" }
        lines += [
            [], ["event=doubt 1 85000.0 \(Self.target(5))-osc-f [85000.0] Lustre: lost"],
            ["import=\(Self.target(6)) REPLAY 0 - \(Self.server)"],
            ["event=lost 1 85000.0 \(Self.target(7))-osc-f [85000.0] Lustre: lost"],
            ["import=\(Self.system)-MDT0000 DISCONN 0 - \(Self.server)"],
            ["event=lbug 1 85000.0 - [85000.0] LustreError: LBUG"],
        ].prefix(level(.obstacle) + 1).joined()
        if level(.garbage) > 0 { lines.append("import=\(Self.target(8)) FU") }
        return lines
    }

    /// What the mount table says.
    private func table() -> [String] {
        let source = "\(Self.server):/\(Self.system)"
        let found = level(.source) == 0 ? source : "10.1.30.99@tcp:/\(Self.system)"
        return [
            "types=lustre", "fstab_source=\(source)", "fstab_type=lustre",
            "fstab_options=flock,_netdev", "expected_source=\(source)",
            "mount_type=\(Self.pick(level(.type), "lustre", "autofs", "", "nfs4", "tmpfs", "x"))",
            "mount_source=\(found)",
            "source_matches=\(Self.pick(level(.source), "yes", "part", "unknown", "no"))",
            "mount_options=\(Self.pick(level(.options), "rw,flock", "rw", "ro,flock", "ro"))",
        ]
    }

    /// What came of the touch; of a real node, without what it would not have come to.
    private func touch(isReal: Bool) -> [String] {
        if isReal, isUntouched { return ["untouched=lost"] }
        var end = [
            [], ["statfs_error=stat: Permission denied"], ["statfs_error=stat: Input/output error"],
            ["hung=10 statfs"], ["hung=11 statfs"],
        ][level(.touch)]
        if level(.late) > 0, !isReal || end.isEmpty { end.append("unanswered=4 statfs") }
        if isReal, !end.isEmpty { return ["touching=1"] + end }
        var lines = [
            "touching=1",
            "statfs=4096 1000 \(Self.pick(level(.space), "400 300", "90 80", "10 10")) 5000 \(Self.pick(level(.inodes), "4000", "300", "0")) bd00bd0",
            "took_statfs=10", "ost=0 1000 100 900", "ost=1 1000 200 800",
            "folder=data \(Self.pick(level(.folder), "ok 3 10", "unreadable ls: denied", "missing"))",
            "canary=0 ok 10 20", "canary=1 \(level(.trials) > 1 ? "write no space" : "ok 10 30")",
        ]
        if isUntouched { lines.append("untouched=lost") }
        let targets = [
            "ost=2 1000 920 80", "ost_error=\(Self.target(3))_UUID : gone", "ost=4 1000 990 10",
        ]
        .prefix(level(.targets))
        lines +=
            targets + [
                "osts_told=\(2 + targets.count)", "canaries_wanted=\(level(.trials) > 0 ? 5 : 2)",
            ]
        if level(.trials) > 0 { lines.append("canary_untried=3") }
        if level(.trials) > 2 { lines.append("no_scratch=1") }
        if level(.firstLook) > 0 { lines.append("first_error=stat: Input/output error") }
        if level(.firstLook) > 1 { lines.append("first_error=lfs df: x: Input/output error") }
        return lines + ["touched=1"] + end
    }

    /// The lines; those between two that begin with `mount=` are about one thing, in any order.
    func lines(isReal: Bool) -> [[String]] {
        [
            node(), ["mount=/lustre"], table(), ["mount="], ["mount=/lustre"],
            touch(isReal: isReal), ["end=1"],
        ]
    }
}

/// What is true of the judge of mounts whatever a node says.
@Suite("The mount judge", .timeLimit(.minutes(20)))
struct MountJudgeProperties {
    private static let answers = Fuzzing.rounds(2_500, few: 300)

    private static let settings: LustreSettings = {
        var settings = LustreSettings()
        settings.points = ["/lustre"]
        settings.expectedFolders = ["data"]
        settings.canary = MountCanary()
        return settings
    }()

    private static func checked(_ lines: [[String]]) -> Judgement {
        LustreAnswer.checked(Array(lines.joined().map { $0 + "\n" }.joined().utf8), settings)
    }

    private static func weight(_ judgement: Judgement) -> Int {
        judgement.findings.compactMap { Severity.allCases.firstIndex(of: $0.severity) }.max() ?? -1
    }

    @Test("A healthy answer is ok")
    func healthy() {
        #expect(Self.checked(ComposedAnswer().lines(isReal: true)).findings == [])
    }

    @Test("Every condition is told at its first level, and fails or is unknown at some")
    func conditions() {
        for condition in ComposedAnswer.Condition.allCases {
            var answer = ComposedAnswer()
            var heaviest = -1
            while let worse = answer.worse(condition) {
                answer = worse
                heaviest = max(heaviest, Self.weight(Self.checked(answer.lines(isReal: true))))
                #expect(heaviest > 0, "\(condition)")
            }
        }
    }

    @Test("A worse fact never makes the verdict better")
    func monotone() {
        var random = SeededRandom(1217)
        for _ in 0..<Self.answers {
            let answer = ComposedAnswer.random(&random)
            guard let condition = ComposedAnswer.Condition.allCases.randomElement(using: &random),
                let worse = answer.worse(condition)
            else { continue }
            let before = Self.checked(answer.lines(isReal: false))
            let after = Self.checked(worse.lines(isReal: false))
            #expect(
                Self.weight(after) >= Self.weight(before),
                "\(condition) \(answer.levels): \(before.findings.map(\.text)), then \(after.findings.map(\.text))"
            )
        }
    }

    /// A line is taken away, cut, or garbled from some place on.
    private static func damaged(_ lines: [[String]], _ random: inout SeededRandom) -> [[String]] {
        var lines = lines
        let places = lines.indices.filter { !lines[$0].isEmpty }
        guard let part = places.randomElement(using: &random),
            let place = lines[part].indices.randomElement(using: &random)
        else { return lines }
        let line = lines[part][place]
        let cut = String(line.prefix(Int.random(in: 0..<max(1, line.count), using: &random)))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: lines[part].remove(at: place)
        case 1: lines[part][place] = cut
        default: lines[part][place] = cut + "\u{0}?"
        }
        return lines
    }

    @Test("What is missing or damaged never turns unknown or fail into ok")
    func damage() {
        var random = SeededRandom(1712)
        var bad = 0
        while bad < Self.answers {
            let answer = ComposedAnswer.random(&random)
            let lines = answer.lines(isReal: true)
            let before = Self.checked(lines)
            // A garbled line that is taken away, or becomes another, is no damage.
            guard before.verdict > .warn, answer.level(.garbage) == 0 else { continue }
            bad += 1
            for _ in 0..<3 {
                let damaged = Self.damaged(lines, &random)
                let after = Self.checked(damaged)
                #expect(
                    after.verdict > .warn,
                    "\(before.findings.map(\.text)), then \(after.findings.map(\.text)): \(damaged.joined().filter { !lines.joined().contains($0) }), without \(lines.joined().filter { !damaged.joined().contains($0) })"
                )
            }
        }
    }

    @Test("The order of independent lines changes nothing")
    func order() {
        var random = SeededRandom(1721)
        for _ in 0..<Self.answers {
            let lines = ComposedAnswer.random(&random).lines(isReal: Bool.random(using: &random))
            let shuffled = lines.map { $0.shuffled(using: &random) }
            #expect(Self.checked(lines) == Self.checked(shuffled), "\(lines)")
        }
    }

    @Test("A step of the repair that failed never makes the verdict better")
    func steps() {
        var random = SeededRandom(1127)
        for _ in 0..<Fuzzing.rounds(500, few: 100) {
            let lines = ComposedAnswer.random(&random).lines(isReal: true)
            let steps = [
                "step=module-load done loaded lustre", "step=mount failed mount.lustre: failed: x",
            ]
            func judged(_ count: Int) -> Judgement {
                let text = (steps.prefix(count) + lines.joined()).map { $0 + "\n" }.joined()
                return LustreAnswer.repaired(
                    NodeResult(
                        node: "n", outcome: .finished, exit: .exited(0), stdout: Array(text.utf8)),
                    Self.settings)
            }
            #expect(Self.weight(judged(1)) >= Self.weight(judged(0)))
            #expect(judged(2).verdict == .fail)
        }
    }
}

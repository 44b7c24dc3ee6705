@testable import LustreCheck
import TestSupport
import Testing
import Verdicts

/// What a node's words about its mounts lead to: told twice, told wrongly, or out of all bounds.
@Suite("What a node tells about its mounts")
struct MountTellingTests {
    private static let healthy = LustreAnswer()
    private static let untouched = LustreAnswer().with("statfs", nil).adding("untouched=lost")
    private static let target = "czrc3amv-OST0001"

    private static func event(_ count: String, _ time: String, _ words: String) -> String {
        "event=evicted \(count) \(time) \(target) \(words)"
    }

    // MARK: Told twice

    @Test("An event that is told twice is one, with its newest words and its highest count")
    func events() throws {
        let lines = [
            Self.event("2", "80000.0", "[80000.0] older"),
            Self.event("7", "70000.0", "[70000.0] oldest"),
            Self.event("1", "89000.0", "[89000.0] newest"),
        ]
        var random = SeededRandom(5)
        for _ in 0..<6 {
            let said = lines.shuffled(using: &random)
            let judgement = Self.healthy.telling(said[0]).telling(said[1]).telling(said[2])
                .checked()
            let finding = try #require(judgement.findings.first)
            #expect(judgement.mountCodes == ["evicted"])
            #expect(finding.message.hasPrefix("evicted 7 times, last 16 min ago by \(Self.target)"))
            #expect(finding.message.hasSuffix("[89000.0 s: newest]"))
        }
    }

    @Test("A connection that is read twice has the worse state, whichever came first")
    func imports() {
        let states = ["FULL", "IDLE", "REPLAY", "RECOVER", "DISCONN", "CONNECTING", "?"]
        func rank(_ state: String) -> Int {
            ["FULL", "IDLE"].contains(state) ? 0 : ["REPLAY", "RECOVER"].contains(state) ? 1 : 2
        }
        for first in states {
            for second in states {
                let judgement = Self.untouched.telling(
                    "import=\(Self.target) \(first) 0 - 10.1.30.23@tcp",
                    "import=\(Self.target) \(second) 0 - -"
                ).checked()
                let severity = judgement.findings.first { $0.code == "mount.ost_disconnected" }?
                    .severity
                let worst = max(rank(first), rank(second))
                #expect(severity == [nil, .unknown, .fail][worst], "\(first) \(second)")
                #expect(judgement.verdict > .warn)
            }
        }
    }

    @Test("Evictions of two readings: the later time and the higher number, in either order")
    func evictionsTwice() {
        let lines = [
            "import=\(Self.target) FULL 3 1700000000 -",
            "import=\(Self.target) FULL 1 1700086000 -",
        ]
        for said in [lines, lines.reversed()] {
            let judgement = Self.healthy.telling(said[0], said[1], "now=1700090000").checked()
            #expect(
                judgement.findings.map(\.message) == [
                    "evicted 3 times, last 1 h ago by \(Self.target)"
                ])
        }
    }

    // MARK: Whose it is

    /// Lustre takes a dash in a name, so that one name may begin like another.
    @Test("A file system whose name only begins like the mounted one has faults of its own")
    func nested() {
        for line in [
            "import=czrc3amv-old-OST0001 DISCONN 0 - -", "import=czrc3amv-old-MDT0000 REPLAY 0 - -",
            "import=czrc3amv-old-OST0001 FULL 3 - -", "inactive=czrc3amv-old-OST0001",
            "event=evicted 1 89000.0 czrc3amv-old-OST0001 x",
            "event=timeout 1 89000.0 czrc3amv-old-MDT0000 x",
            "import=czrc3amvOST0001 DISCONN 0 - -", "import=czrc3amv-OS DISCONN 0 - -",
        ] {
            let codes = Self.healthy.telling(line).adding("canary=0 ok 1 1").checked().mountCodes
            #expect(codes == [], "\(line)")
            let own = line.replacing("czrc3amv-old", with: "czrc3amv")
            let told = Self.healthy.telling(own).adding("canary=0 ok 1 1").checked().mountCodes
            #expect((told != []) == (own != line), "\(own)")
        }
    }

    // MARK: Out of bounds

    /// With such a time every eviction would be too old to count, and the node green.
    @Test(
        "A time that is no number hides no eviction",
        arguments: ["inf", "nan", "1e999", "x", "-", ""])
    func noTime(_ time: String) {
        let log = Self.healthy.with("uptime", time).telling(Self.event("1", "80000.0", "[1.0] x"))
        #expect(log.checked().mountCodes == ["evicted"])
        let history = Self.healthy.telling(
            "import=\(Self.target) FULL 1 1700086000 -", "now=\(time)")
        #expect(history.checked().mountCodes == ["evicted"])
    }

    @Test(
        "Numbers at the end of what an integer holds are numbers, and no crash",
        arguments: ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "x"])
    func bounds(_ number: String) {
        let answers = [
            Self.healthy.adding(
                "canary=0 ok \(number) 1", "canary=1 ok 1 1", "canary_untried=\(number)",
                "canaries_wanted=3"),
            Self.healthy.adding("canary_untried=\(number)", "canaries_wanted=\(number)"),
            Self.healthy.adding("ost=\(number) 1 \(number) \(number)", "osts_told=\(number)"),
            Self.healthy.telling("event=evicted \(number) \(number) \(Self.target) x"),
            Self.healthy.telling("import=\(Self.target) FULL \(number) \(number) -"),
            Self.healthy.telling("stuck=lustre \(number) D dd f"),
            Self.healthy.adding("hung=\(number) statfs"),
            Self.healthy.adding("unanswered=\(number) statfs"),
            Self.healthy.with("took_statfs", number), Self.healthy.with("now", number),
            Self.healthy.with("statfs", "1 \(number) \(number) \(number) \(number) 1 bd00bd0"),
        ]
        for answer in answers {
            let judgement = answer.checked()
            #expect(judgement.facts["mounts"]?.elements.count == 1)
            #expect(judgement.findings.allSatisfy { !$0.message.isEmpty })
        }
    }

    @Test("More trial files than were wanted, and fewer: only fewer are missing")
    func trials() {
        func codes(_ untried: Int?, wanted: Int) -> [String] {
            let answer = Self.healthy.adding("canary=0 ok 1 1", "canaries_wanted=\(wanted)")
            return (untried.map { answer.adding("canary_untried=\($0)") } ?? answer).checked()
                .mountCodes
        }
        #expect(codes(nil, wanted: 1) == [] && codes(nil, wanted: 0) == [])
        #expect(codes(nil, wanted: 2) == ["incomplete"])
        #expect(codes(1, wanted: 2) == ["canary_untried"])
        #expect(codes(1, wanted: 3) == ["incomplete", "canary_untried"])
    }

    // MARK: Words that are printed

    @Test(
        "A name that is no target's never becomes a part of a command",
        arguments: [
            "\(target);reboot", "\(target) && x", "$(reboot)", "`x`-OST0001", "\(target)\u{1b}[2J",
            "czrc3amv-OST*", "czrc3amv-ÖST0001", "",
        ])
    func inactive(_ name: String) {
        let judgement = Self.healthy.telling("inactive=\(name)").checked()
        #expect(judgement.mountCodes == ["incomplete"] && judgement.verdict == .unknown)
        #expect(judgement.findings.first?.message.hasSuffix("cannot be read: inactive") == true)
        #expect(judgement.findings.allSatisfy { $0.remedy?.contains("set_param") != true })
    }

    @Test("Of many targets the first four are named, each in its command, and the rest counted")
    func names() throws {
        for count in [1, 2, 4, 5, 60] {
            let lines = (0..<count).map { "inactive=czrc3amv-OST00\($0 < 10 ? "0" : "")\($0)" }
            let answer = lines.shuffled().reduce(Self.healthy) { $0.telling($1) }
            let finding = try #require(answer.checked().findings.first)
            let first = (0..<min(count, 4)).map { "czrc3amv-OST000\($0)" }
            let more = count > 4 ? " and \(count - 4) more" : ""
            let verb = count == 1 ? " is" : " are"
            #expect(
                finding.message == first.joined(separator: ", ") + more + verb
                    + " deactivated on this client")
            #expect(
                finding.remedy == "activate: lctl set_param "
                    + first.map { "osc.\($0)-osc-*.active=1" }.joined(separator: " "))
        }
    }

    @Test(
        "systemd's result of a mount that is missing, with the meaning of its code",
        arguments: [
            (["unit_result=success", "unit_status=0"], ""), ([], ""),
            (["unit_result=timeout"], "; systemd: timeout"),
            (["unit_result=exit-code", "unit_status=0"], "; systemd: exit-code"),
            (["unit_result=exit-code", "unit_status=x"], "; systemd: exit-code"),
            (
                ["unit_result=exit-code", "unit_status=110"],
                "; systemd: exit-code (exit 110: the server does not answer: timed out)"
            ),
            (["unit_result=exit-code", "unit_status=77"], "; systemd: exit-code (exit 77)"),
            (
                ["unit_result=exit-code", "unit_status=17", "unit_said=mount.lustre: failed: x"],
                "; systemd: exit-code (exit 17: it is mounted already, or a stale client of it is still there), mount.lustre: failed: x"
            ),
            (["unit_said=mount.lustre: failed: x"], ""),
        ])
    func units(_ lines: [String], _ words: String) {
        let answer = lines.reduce(LustreAnswer.unmounted) { $0.adding($1) }
        #expect(answer.checked().findings.map(\.message) == ["not mounted" + words])
    }

    @Test(
        "The number of a target is told as people write it",
        arguments: [
            (0, "OST0000"), (10, "OST000a"), (255, "OST00ff"), (65_535, "OSTffff"),
            (65_536, "OST10000"),
        ])
    func osts(_ index: Int, _ name: String) {
        let answer = Self.healthy.adding("ost=\(index) 1000 990 10", "ost=7 1000 980 20")
        #expect(
            answer.checked().findings.map(\.message) == [
                "\(name) is 99 % full, and 1 more beyond the limit"
            ])
    }

    @Test(
        "Space is rounded up, as df does: a limit counts from the first byte beyond the percent before",
        arguments: [
            (900, 100, ["space"]), (891, 109, ["space"]), (890, 110, []), (980, 20, ["full"]),
            (971, 29, ["full"]), (970, 30, ["space"]), (1_000, 0, ["full"]), (0, 1_000, []),
        ])
    func space(_ used: Int, _ free: Int, _ codes: [String]) {
        let figures = "4096 \(used + free) \(free) \(free) 5000 4000 bd00bd0"
        #expect(Self.healthy.with("statfs", figures).checked().mountCodes == codes)
        let ost = Self.healthy.adding("ost=0 1000 \(used) \(free)").checked().mountCodes
        #expect(ost == codes.map { "ost_" + $0 })
    }

    @Test("Limits that cross each other warn from the lower one, and fail from their own")
    func crossed() {
        var policy = FindingPolicy()
        policy.limits = ["mount.space": 90, "mount.full": 50]
        let limits = MountLimits(policy)
        for (free, code) in [(51, nil), (50, "full"), (5, "full")] as [(Int, String?)] {
            let answer = Self.healthy.with("statfs", "1 100 \(free) \(free) 5000 4000 bd00bd0")
            let judge = MountJudge(
                settings: LustreSettings(), answer: MountAnswer(Array(answer.text.utf8)),
                limits: limits)
            #expect(judge.findings().map(\.code) == (code.map { ["mount." + $0] } ?? []))
        }
    }
}

@testable import Acting
import Testing

@Suite struct FleetReasonTests {
    @Test(
        arguments: [
            (
                "GPU 3 Xid 79: fallen off the bus", "alice",
                "fleet: GPU 3 Xid 79: fallen off the bus [alice]"
            ),
            (
                "two\nlines\tand \u{1b}[31mred\u{1b}[0m", "root",
                "fleet: two lines and [31mred [0m [root]"
            ),
            ("  장애  🚨 \u{202e}x\u{2028}y ", "ann", "fleet: 장애 🚨 x y [ann]"),
            ("fleet: fleet: PSU [bob]", "ann", "fleet: PSU [bob] [ann]"),
            ("it's \"quoted\", $HOME `x`", "a b;c", "fleet: it's \"quoted\", $HOME `x` [abc]"),
            ("x", "", "fleet: x [unknown]"), ("x", "DOMAIN\\joe@site", "fleet: x [DOMAINjoe@site]"),
        ])
    func text(_ finding: String, _ who: String, _ text: String) {
        #expect(FleetReason(finding, who: who)?.text == text)
    }

    @Test(arguments: ["", " \n\t", "fleet:", "fleet: \u{7}", "\u{0}"])
    func nothing(_ finding: String) {
        #expect(FleetReason(finding, who: "ann") == nil)
    }

    /// What is too long is cut between characters, and who it was is never lost.
    @Test(arguments: ["x", "é", "한", "👩‍🔧"])
    func long(_ character: String) throws {
        let text = try #require(
            FleetReason(String(repeating: character, count: 1_000), who: "alice")?.text)
        #expect(text.utf8.count <= 255 && text.utf8.count > 225)
        #expect(text.hasSuffix("... [alice]"))
        #expect(!text.unicodeScalars.contains("\u{fffd}"))
        let who = try #require(FleetReason("x", who: String(repeating: "u", count: 500))?.text)
        #expect(who.utf8.count < 100)
    }

    @Test(
        arguments: [
            ("fleet: x [ann]", true), (" fleet:x", true), ("fleet", false), ("Fleet: x", false),
            ("Not responding", false), ("ops fleet: x", false), ("", false),
            ("fleet: x [root] : reboot issued", true),
        ])
    func fleets(_ text: String, _ isFleets: Bool) {
        #expect(FleetReason.isFleets(text) == isFleets)
    }

    @Test(
        "A reason is of a finding whose words it says, be it cut; no other",
        arguments: [
            ("fleet: gpu.lost GPU 2: gone [root]", true),
            ("fleet: gpu.lost GPU 2: go... [ann]", true),
            ("fleet: gpu.lost GPU 2: ... [root]", true),
            ("fleet: gpu.lost GPU 3: gone [root]", false),
            ("gpu.lost GPU 2: gone", false), ("fleet: [root]", false), ("fleet:", false),
            ("fleet: PSU 2 dead [root]", false),
        ])
    func ofFinding(_ text: String, _ isOf: Bool) {
        #expect(FleetReason.isOf("gpu.lost GPU 2: gone", text: text) == isOf)
    }
}

@testable import Acting
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// What fleet writes as a node's reason is known again as fleet's, and as that finding's; what others wrote never is.
@Suite struct FleetReasonRoundTripTests {
    private static let rounds = Fuzzing.rounds(20_000, few: 300)

    private static let pieces = [
        "GPU 3", "Xid 79: fallen off the bus", "[root]", "[", "]", "...", "fleet:", "장애", "🚨", "👩‍🔧",
        "e\u{301}", "\u{1b}[31m", "\n", "\t", " ", "\u{0}", "\u{202e}", "\u{feff}", "'", "\"",
        "$(x)", "{nodes}",
        String(repeating: "long ", count: 30), String(repeating: "한", count: 40), "a-b_c",
        "\u{2028}", ":",
    ]

    @Test("A finding's reason is fleet's and its own, in one line that slurmdbd keeps whole")
    func roundTrip() throws {
        var random = SeededRandom(Fuzzing.seed)
        for _ in 0..<Self.rounds {
            func some(_ most: Int) -> String {
                (0..<Int.random(in: 1...most, using: &random)).map { _ in
                    Self.pieces.randomElement(using: &random) ?? ""
                }.joined(separator: Bool.random(using: &random) ? " " : "")
            }
            let finding = Finding(
                .fail, code: "gpu.lost", subject: Bool.random(using: &random) ? some(3) : nil,
                message: some(6))
            let words = FleetReason.words(finding)
            let text = try #require(FleetReason(words, who: some(2))?.text)
            let told = "seed \(Fuzzing.seed): \(words.debugDescription) -> \(text.debugDescription)"
            #expect(FleetReason.isFleets(text), "\(told)")
            #expect(FleetReason.isOf(words, text: text), "\(told)")
            #expect(text.utf8.count <= 255 && text.hasSuffix("]"), "\(told)")
            #expect(FleetReason.line(text) == text, "\(told)")
            // Another finding's words, which begin in the same way, are not its.
            #expect(!FleetReason.isOf("gpu.count " + words, text: text), "\(told)")
            // sinfo -R shows 20 characters: the code is among them.
            #expect(text.prefix(20).contains("gpu.lost"), "\(told)")
            // Given again, as a reason that is copied by hand, it is no prefix more.
            let again = try #require(FleetReason(text, who: "ann")?.text)
            #expect(!again.dropFirst(6).contains("fleet: gpu.lost"), "\(told)")
        }
    }

    @Test(
        "A prefix somewhere, in other letters or with other blanks inside, is nobody's word for fleet's",
        arguments: [
            "bad: fleet: x [root]", "fleet x [root]", "FLEET: x", "fleet :x", "fleeting: x",
            "\u{200b}fleet: x",
            "[fleet:] x", "ﬂeet: x", "fleet\u{301}: x", "#fleet: x", "Not responding",
            "Kill task failed",
        ])
    func anchored(_ text: String) {
        #expect(!FleetReason.isFleets(text))
        #expect(!FleetReason.isOf("x", text: text))
        #expect(!FleetReason.isFleets(NodeReason(text: text, user: "fleet")))
    }

    @Test(
        "slurmctld's own words after a reason leave it fleet's",
        arguments: [
            " : reboot issued", " : reboot requested", " (reboot ASAP)", "\n", "", " ",
        ])
    func appended(_ more: String) {
        let text = "fleet: gpu.lost GPU 2: gone [root]" + more
        #expect(FleetReason.isFleets(text) && FleetReason.isFleets(NodeReason(text: text)))
        #expect(!FleetReason.isFleets(nil as NodeReason?))
    }

    @Test("A user's name is no way to write a reason of another's, and none is too long")
    func users() throws {
        for who in [
            "x] fleet: y [root", "a\nb", "]", "[", "\u{202e}", String(repeating: "é", count: 99),
        ] {
            let text = try #require(FleetReason("gpu.lost GPU 2: gone", who: who)?.text)
            #expect(text.count { $0 == "[" } == 1 && text.count { $0 == "]" } == 1)
            #expect(text.hasPrefix("fleet: gpu.lost GPU 2: gone ["))
        }
        let long = try #require(
            FleetReason(String(repeating: "x", count: 300), who: String(repeating: "u", count: 99))?
                .text)
        #expect(
            long.utf8.count == 255 && long.hasSuffix("... [\(String(repeating: "u", count: 64))]"))
    }
}

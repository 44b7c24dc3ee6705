import Probes
@testable import Configuration
import TestSupport
import Testing

/// Lengths of time and amounts of memory as texts, and paths as settings have them.
@Suite struct LengthTests {
    @Test("A time is printed as what it can be read from again")
    func roundTrip() {
        let minutes = stride(from: 60, through: 86_400, by: 60)
        for count in Array(1...300) + Array(minutes) + [86_399] {
            let text = Seconds(count).description
            #expect(Seconds(argument: text) == Seconds(count), "\(text)")
            #expect(Seconds(argument: "\(count)") == Seconds(count))
        }
        #expect(Seconds(119).description == "119s" && Seconds(120).description == "2m")
        #expect(Seconds(60).description == "60s" && Seconds(121).description == "121s")
    }

    @Test("Units agree with each other, and no text of digits makes any of them overflow")
    func units() {
        for hours in 1...24 {
            #expect(Seconds(argument: "\(hours)h") == Seconds(argument: "\(hours * 60)m"))
            #expect(LongTime(argument: "\(hours)h")?.seconds == hours * 3_600)
        }
        #expect(LongTime(argument: "7d") == LongTime(argument: "1w"))
        #expect(Mebibytes(argument: "1T")?.count == 1 << 20)
        #expect(Mebibytes(argument: "4g")?.description == "4096M")
        // Letters that are two in upper case are no unit.
        #expect(Mebibytes(argument: "4\u{df}") == nil && Mebibytes(argument: "4\u{fb01}") == nil)
        for digits in 0...40 {
            let number = String(repeating: "9", count: digits)
            for unit in ["", "s", "m", "h", "d", "w", "M", "G", "T"] {
                let text = number + unit
                #expect((Seconds(argument: text)?.count ?? 1) > 0)
                #expect((LongTime(argument: text)?.seconds ?? 0) >= 0)
                #expect((Mebibytes(argument: text)?.count ?? 1) > 0)
            }
        }
    }

    @Test(
        "What is no length is none: no sign, no fraction, no blank, no digit of another script",
        arguments: [
            "", " ", "x", "-1x", "1.5x", "1 x", "x1", "1xx", "0x1x", "1\u{301}x", "½x", "٣x",
        ])
    func none(_ shape: String) {
        for unit in ["s", "m", "h"] {
            #expect(Seconds(argument: shape.replacing("x", with: unit)) == nil)
        }
        for unit in ["h", "d", "w"] {
            #expect(LongTime(argument: shape.replacing("x", with: unit)) == nil)
        }
        for unit in ["M", "G", "t"] {
            #expect(Mebibytes(argument: shape.replacing("x", with: unit)) == nil)
        }
    }

    private let place = UserPath(user: 0, home: "/root", workingDirectory: "/here")

    @Test(
        "The user's name stands wherever a path says {user}, and a home only at its beginning",
        arguments: [
            ("/r/{user}/{user}.db", "/r/root/root.db"), ("~/{user}", "/root/root"),
            ("/a{user}b", "/arootb"), ("/{USER}/{ user }/{}", "/{USER}/{ user }/{}"),
            ("x/~/{user}", "/here/x/~/root"), ("{user}{user}", "/here/rootroot"), ("/", "/"),
        ])
    func userPaths(_ setting: String, _ path: String) throws {
        #expect(try place.runs(setting) == path)
        #expect(try place.history(setting, runs: "/r") == path)
    }

    @Test("A path in a file is the same path from wherever fleet is called, whoever calls it")
    func absolute() throws {
        for text in ["/r", "~/r", "/{user}/r", "~/{user}"] {
            let read = try ConfigurationFile.parse(
                "run_directory: '\(text)'", origin: "f.yaml", findings: .standard)
            let paths = try ["/one", "/two"].map {
                try UserPath(user: 0, home: "/root", workingDirectory: $0).runs(read.runDirectory)
            }
            #expect(Set(paths).count == 1, "\(text)")
        }
    }

    @Test("A site's history is a path or none: no other word is taken for either")
    func siteHistory() throws {
        func site(_ text: String) throws -> String? {
            try ConfigurationFile.parse(
                "history: {site: '\(text)'}", origin: "f.yaml", findings: .standard
            ).siteHistory
        }
        #expect(try site("/var/lib/x") == "/var/lib/x" && site("none") == nil)
        for text in ["nonesuch", "none/x", "None", "no"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try site(text) }
        }
        #expect(FleetConfiguration().siteHistory == "/var/lib/fleet/history.sqlite")
    }
}

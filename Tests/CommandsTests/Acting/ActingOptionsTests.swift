import ArgumentParser
@testable import Commands
@testable import FanOut
@testable import History
import SlurmModel
@testable import Sweeps
@testable import Terminal
import Testing

@Suite struct ActingOptionsTests {
    @Test(arguments: [
        ["drain", "gpu-1", "--reason", "x"], ["drain", "--from", "last"],
        ["drain", "-p", "gpu", "--reason", "x", "--max", "20%", "--for", "90m", "--dry-run"],
        ["drain", "a", "b", "--reason", "x", "--max", "7", "--force", "--yes", "--format", "csv"],
        ["drain", "--from", "last", "--from-unknown"], ["resume", "gpu-1"],
        ["resume", "--state", "drain", "--recheck"], ["resume", "a", "--recheck=check-mount"],
        ["resume", "--recheck", "check-mount", "--strict", "-n", "a"],
        ["reboot", "a", "--reason", "x"], ["reboot", "a"],
        ["reboot", "--from", "last", "--max", "100%"],
        ["gpu-check", "--drain", "--max", "3", "--yes"], ["check", "--drain", "environment"],
        ["doctor"], ["doctor", "--no-job", "--format", "json"], ["completion", "bash"],
    ])
    func good(_ arguments: [String]) {
        #expect(ParsedLine.exitCode(arguments) == 0)
    }

    @Test(arguments: [
        ["drain", "gpu-1"], ["drain", "gpu-1", "--reason", ""], ["drain", "a", "--reason", "\n"],
        ["drain", "a", "--reason", "fleet:"], ["drain", "--from", ""],
        ["reboot", "a", "--reason", ""],
        ["drain", "a", "--reason", "x", "--max", "0"],
        ["drain", "a", "--reason", "x", "--max", "%"],
        ["drain", "a", "--reason", "x", "--max", "101%"],
        ["drain", "a", "--reason", "x", "--for", "0"],
        ["drain", "a", "--reason", "x", "--for", "x"],
        ["drain", "a", "--reason", "x", "--from-unknown"], ["resume", "a", "--strict"],
        ["resume", "a", "--max", "3"], ["resume", "a", "--reason", "x"],
        ["gpu-check", "--max", "x"], ["completion"], ["completion", "tcsh"],
        ["doctor", "--format", "csv"],
    ])
    func bad(_ arguments: [String]) {
        #expect(ParsedLine.exitCode(arguments) == ExitCodes.usage)
    }

    /// Nothing selected must never be everything.
    @Test func nothing() throws {
        #expect(throws: UsageError.self) {
            try ActingOptions.parse([]).selection(to: .drain)
        }
        #expect(
            try ActingOptions.parse(["--from", "last"]).selection(to: .drain) == NodeSelection())
        let both = try ActingOptions.parse(["a[1-2]", "-n", "b"]).selection(to: .drain)
        #expect(both.names == ["b", "a1", "a2"])
    }

    @Test(
        arguments: [
            ("90", 90), ("90m", 5_400), ("2h", 7_200), ("24h", 86_400), ("36h", 129_600),
            ("3d", 259_200), ("1w", 604_800), ("367d", nil), ("0h", nil), ("0d", nil), ("-1h", nil),
            ("h", nil), ("", nil),
        ] as [(String, Int?)])
    func times(_ text: String, _ seconds: Int?) {
        #expect(DrainTime(argument: text)?.seconds == seconds)
    }

    @Test func caller() {
        let name = Caller.name(environment: ["SUDO_USER": ""])
        #expect(!name.isEmpty)
        // Only root acts for somebody: an ordinary user may set the variable too.
        let sudo = Caller.name(environment: ["SUDO_USER": "alice"])
        #expect(sudo == (name == "root" ? "alice" : name))
    }
}

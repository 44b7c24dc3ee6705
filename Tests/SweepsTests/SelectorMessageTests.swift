import ArgumentParser
@testable import FanOut
import Foundation
@testable import SlurmModel
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

/// What is said of a selection that cannot be read, and which nodes the words of one mean when they are given again.
@Suite("Selectors: words and messages") struct SelectorMessageTests {
    private static func selection(_ arguments: [String], _ input: String = "") throws
        -> NodeSelection
    {
        try SelectorOptions.parse(arguments).selection(reader: HostlistReader { input })
    }

    private static func words(_ arguments: [String], _ input: String = "") -> String {
        do {
            return "\(try selection(arguments, input))"
        } catch {
            #expect(ExitCodes.code(for: error) == ExitCodes.usage)
            return "\(error)"
        }
    }

    @Test(
        "What names nothing is refused by the flag's name, with what was given",
        arguments: [
            (["-p", ""], "--partition '' names nothing."),
            (["-p", "a", "-p", " , "], "--partition ' , ' names nothing."),
            (["--state", ","], "--state ',' names nothing."),
            (["--feature", "\t"], "--feature '\t' names nothing."),
            (["--gres", ""], "--gres '' names nothing."),
            (["--job", " "], "--job ' ' names nothing."),
            (["--user", ""], "--user '' names nothing."),
            (["--reservation", ","], "--reservation ',' names nothing."),
            (["--failed-from", ""], "--failed-from '' names no run."),
            (["--limit", "0"], "--limit 0 selects no node."),
            (["--limit=-9223372036854775808"], "--limit -9223372036854775808 selects no node."),
            (["--random"], "--random needs --limit."),
            (["-n", "@"], "--nodes @: name the file, as in @hosts.txt."),
            (["-x", "@"], "--exclude @: name the file, as in @hosts.txt."),
            (["-n", "-", "-n", "-"], "--nodes: standard input names no node."),
            (["-x", "-"], "--exclude: standard input names no node."),
        ])
    func refused(_ arguments: [String], _ message: String) {
        #expect(Self.words(arguments) == message)
    }

    @Test(
        "A word that cannot be read is named, with how it is written",
        arguments: [
            (["--job", "12_"], "--job: cannot read '12_'; write it as in 1234 or 1234_7."),
            (["--job", "0"], "--job: cannot read '0'; write it as in 1234 or 1234_7."),
            (["--job", "1_2_3"], "--job: cannot read '1_2_3'; write it as in 1234 or 1234_7."),
            (
                ["--job", "4294967296"],
                "--job: cannot read '4294967296'; write it as in 1234 or 1234_7."
            ),
            (["--job", "١"], "--job: cannot read '١'; write it as in 1234 or 1234_7."),
            (["--job", "+1"], "--job: cannot read '+1'; write it as in 1234 or 1234_7."),
            (
                ["--gres", "gpu::8"],
                "--gres: cannot read 'gpu::8'; write it as in gpu, gpu:h100 or gpu:h100:8."
            ),
            (
                ["--gres", "gpu:h100:0"],
                "--gres: cannot read 'gpu:h100:0'; write it as in gpu, gpu:h100 or gpu:h100:8."
            ),
            (
                ["--feature", "a&&b"],
                "--feature: cannot read 'a&&b'; write it as in h100&efa,a100,!old."
            ),
            (
                ["--feature", "a|b"],
                "--feature: cannot read 'a|b'; write it as in h100&efa,a100,!old."
            ),
            (
                ["--feature", "!!a"],
                "--feature: cannot read '!!a'; write it as in h100&efa,a100,!old."
            ),
            (
                ["--state", "idle,!!drain"],
                "--state: '!drain' is no node state such as idle, mixed, allocated, down or drain; 'fleet status' shows each node's."
            ),
            (
                ["--state", "ïdle"],
                "--state: 'ïdle' is no node state such as idle, mixed, allocated, down or drain; 'fleet status' shows each node's."
            ),
        ])
    func unreadable(_ arguments: [String], _ message: String) {
        #expect(Self.words(arguments) == message)
    }

    @Test(
        "A malformed list is named with its place: which file, which line",
        arguments: [
            ("a\nb]\n", "standard input, line 2"), ("\r\n\r\nn[1-\r\n", "standard input, line 3"),
            ("# n[\n\n n[[1]]", "standard input, line 3"), ("a!a", "standard input, line 1"),
            ("ok\n!b", "standard input, line 2"), ("a\u{2028}b&", "standard input, line 2"),
            ("n[1 2]", "standard input, line 1"), ("a\0b", "standard input, line 1"),
        ])
    func places(_ input: String, _ place: String) throws {
        let error = try #require(throws: SlurmError.self) {
            try Self.selection(["-n", "-"], input)
        }
        #expect(error.kind == .input)
        #expect(error.attempt.hasSuffix("' (\(place))"), "\(error.attempt)")
    }

    @Test("Nodes as words are nodes as flags, standard input too")
    func namedNodes() throws {
        struct Command: NamesNodes {
            var nodeWords = NamedNodes()
            var nodeFlags = SelectorOptions()
        }
        var command = Command()
        command.nodeFlags = try SelectorOptions.parse(["-n", "a", "-x", "b"])
        command.nodeWords = try NamedNodes.parse(["c[1-2]", "-"])
        #expect(command.selectors.readsStandardInput)
        let selection = try command.selectors.selection(reader: HostlistReader { "d" })
        #expect(selection.names == ["a", "c1", "c2", "d"] && selection.excluded == ["b"])
        #expect(try NamedNodes.parse([]).words.isEmpty)
    }

    /// `fleet resume` prints them as a command to paste, and the history compares runs by them.
    @Test(
        "The words of a selection, given again, select the same nodes",
        arguments: [
            [], ["-n", "a"], ["-n", "a[1-3]", "-n", "b"],
            // An operator works on its own value alone.
            ["-n", "a[1-3]!a2", "-n", "a[2-4]!a4"], ["-n", "a1", "-n", "a[1-2]!a1"],
            ["-x", "b2", "-x", "b[1-4]!b2"], ["-n", "a[1-4]&a[2-9]", "-n", "c^d"],
            ["-x", "@FILE", "-x", "z"], ["-n", "@FILE", "-n", "@FILE"], ["-n", "-", "-n", "e"],
            ["-p", "x", "-p", "y,z"], ["--state", "idle", "--state", "!drain"],
            ["--feature", "a&b", "--feature", "!c"], ["--gres", "gpu:8", "--gres", "gpu:h100"],
            ["--job", "1", "--job", "2_3"], ["--user", "ann bob", "--reservation", "r"],
            ["--failed-from", "last", "--limit", "3", "--random"],
        ])
    func again(_ arguments: [String]) throws {
        let folder = try TemporaryFolder(["hosts": "f1\nf[2-4]!f3\n"])
        let given = arguments.map { $0.replacing("@FILE", with: "@\(folder.path)/hosts") }
        let reader = HostlistReader { "s1\ns2" }
        let options = try SelectorOptions.parse(given)
        let again = try SelectorOptions.parse(options.words)
        #expect(try again.selection(reader: reader) == options.selection(reader: reader))
        #expect(options.words.isEmpty == given.isEmpty)
        // Once more changes nothing.
        #expect(again.words == options.words)
    }

    @Test("Lists without operators are one value, in one order of flags")
    func oneOrder() throws {
        let words = try SelectorOptions.parse([
            "--limit", "2", "-x", "c", "-n", "a", "--random", "-n", "b", "-p", "q",
        ]).words
        #expect(words == ["-n", "a,b", "-x", "c", "-p", "q", "--limit", "2", "--random"])
    }
}

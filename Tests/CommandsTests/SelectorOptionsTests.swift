import ArgumentParser
@testable import FanOut
import Foundation
import SlurmModel
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

@Suite struct SelectorOptionsTests {
    private func selection(
        _ arguments: String..., input: String = ""
    ) throws -> NodeSelection {
        try SelectorOptions.parse(arguments).selection(reader: HostlistReader { input })
    }

    @Test func nothing() throws {
        #expect(try selection() == NodeSelection())
    }

    @Test func everything() throws {
        let all = try selection(
            "-n", "a[1-2]", "-n", "b!a1", "-x", "a1", "-p", "x,y", "--state", "IDLE,!drained",
            "--feature", "f&!g,h", "--gres", "gpu:h100:8", "--job", "12,13_4", "--user", "ann",
            "--reservation", "r", "--failed-from", "last", "--limit", "5", "--random")
        #expect(
            all
                == NodeSelection(
                    names: ["a1", "a2", "b"], excluded: ["a1"], partitions: ["x", "y"],
                    states: WordFilter(any: [.base(.idle)], none: [.flag(.drain)]),
                    features: WordFilter(any: [
                        FeatureClause(with: ["f"], without: ["g"]), FeatureClause(with: ["h"]),
                    ]),
                    resources: WordFilter(any: [
                        GRESSelector(GRES(name: "gpu", type: "h100", count: 8))
                    ]),
                    jobs: [JobSelector(id: 12), JobSelector(id: 13, task: 4)], users: ["ann"],
                    reservations: ["r"], failedFrom: "last", limit: 5, isRandom: true))
    }

    /// A number that has no name stays a number, as slurmctld's own answer does.
    @Test func userNumbers() throws {
        #expect(try selection("--user", "0,4294967000").users == ["root", "4294967000"])
    }

    /// An empty shell variable must never mean "every node".
    @Test(arguments: [
        ["-n", ""], ["-n", ","], ["-x", ""], ["-x", " "], ["-p", ""], ["-p", ","],
        ["--state", ""], ["--state", " "], ["--state", ","], ["-p", "gpu", "-p", ""],
        ["--state", "nonsense"], ["--state", "!"], ["-n", "a[1-"], ["-n", "a!a"], ["-n", "!a"],
        ["--feature", ""], ["--feature", "a&"], ["--gres", ","], ["--gres", "gpu:0"],
        ["--job", ""], ["--job", "x"], ["--user", ""], ["--reservation", ","],
        ["--failed-from", ""], ["--limit", "0"], ["--limit=-1"], ["--random"],
        ["-n", "-"], ["-n", "a", "-x", "-"], ["-n", "@"], ["-n", "@/nosuch/file"], ["-n", "@/"],
        ["-n", "@/dev/null"],
    ])
    func refused(_ arguments: [String]) throws {
        let options = try SelectorOptions.parse(arguments)
        let reader = HostlistReader { "\n# nothing\n , \n" }
        let error = try #require(throws: (any Error).self) {
            try options.selection(reader: reader)
        }
        #expect(ExitCodes.code(for: error) == ExitCodes.usage)
    }

    @Test func standardInput() throws {
        let lines = "n[1-3]!n2 # two is broken\n\n  \n#n9\nn2\na b"
        #expect(try selection("-n", "-", input: lines).names == ["n1", "n3", "n2", "a", "b"])
        #expect(try selection("-n", "c", "-x", "-", input: "c\n").excluded == ["c"])
        #expect(throws: UsageError("Standard input (-) can be read once only.")) {
            try selection("-n", "-", "-x", "-", input: "a")
        }
        #expect(try SelectorOptions.parse(["-x", "-"]).readsStandardInput)
        #expect(try !SelectorOptions.parse(["-n", "a"]).readsStandardInput)
    }

    @Test func files() throws {
        let folder = try TemporaryFolder([
            "hosts": "# rack 7\r\nn[1-2]\r\n\r\nn3 # n4\n n[0-4/2]-ib", "empty": " \n#\n",
            "bad": "a\n\nn[1-\n",
        ])
        let hosts = try selection("-n", "@\(folder.path)/hosts", "-n", "z")
        #expect(hosts.names == ["n1", "n2", "n3", "n0-ib", "n2-ib", "n4-ib", "z"])
        let empty = try #require(throws: UsageError.self) {
            try selection("-x", "@\(folder.path)/empty")
        }
        #expect(empty.description == "--exclude: \(folder.path)/empty names no node.")
        let bad = try #require(throws: SlurmError.self) {
            try selection("-n", "@\(folder.path)/bad")
        }
        #expect(bad.kind == .input)
        #expect(bad.attempt == "read the hostlist 'n[1-' (\(folder.path)/bad, line 3)")
        let missing = try #require(throws: SlurmError.self) {
            try selection("-n", "@\(folder.path)/none")
        }
        #expect(missing.kind == .input)
        #expect(missing.cause == "No such file or directory")
    }

    @Test func filesThatAreNoLists() throws {
        let folder = try TemporaryFolder(["long": String(repeating: "n[1-60000]\n", count: 1_000)])
        try Data([0x6e, 0xfc, 0x0a]).write(to: URL(filePath: folder.path + "/latin"))
        let long = try #require(throws: UsageError.self) {
            try selection("-n", "@\(folder.path)/long")
        }
        #expect(long.description == "--nodes names more than 65536 nodes.")
        for (path, cause) in [
            ("/dev/zero", "it is longer than 16 MiB"), ("/", "Is a directory"),
            ("\(folder.path)/latin", "it is no text in UTF-8"),
        ] {
            let error = try #require(throws: SlurmError.self) { try selection("-n", "@\(path)") }
            #expect(error.cause == cause)
        }
        #expect(throws: UsageError.self) { try selection("-n", "n[1-60000]", "-n", "m[1-60000]") }
    }
}

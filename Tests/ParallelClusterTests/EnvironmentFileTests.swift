import Foundation
import ParallelCluster
import Testing
import TestSupport

@Suite("the environment file is parsed, never run")
struct EnvironmentFileTests {
    private static func read(
        _ text: String, environment: [String: String] = [:]
    ) throws -> EnvironmentFile {
        try EnvironmentFile(text: text, path: "env.sh", environment: environment)
    }

    struct Case: CustomTestStringConvertible {
        let text: String
        let values: [String: String]
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "export A=1\nB=two\n", values: ["A": "1", "B": "two"]),
        Case(text: "# a comment\n\n  export A=1 # and one here\n", values: ["A": "1"]),
        Case(text: "A='x y'\"z $B\"w\n", values: [:]),
        Case(text: "B=1; A='x y'\"z ${B}\"w", values: ["B": "1", "A": "x yz 1w"]),
        Case(text: "export A=1 B=2; export C", values: ["A": "1", "B": "2"]),
        Case(text: "A=1\nA=2\n", values: ["A": "2"]),
        Case(text: "A=x#y\n", values: ["A": "x#y"]),
        Case(text: "A=\nB=\"\"\n", values: ["A": "", "B": ""]),
        Case(text: "A=\"a\\\"b\\$c\\n\"", values: ["A": "a\"b$c\\n"]),
    ])
    func values(_ test: Case) throws {
        guard !test.values.isEmpty else {
            #expect(throws: EnvironmentFile.Failure.self) { try Self.read(test.text) }
            return
        }
        let file = try Self.read(test.text)
        #expect(test.values.allSatisfy { file.entry($0.key)?.value == $0.value })
        #expect(Set(file.entries.map(\.name)) == Set(test.values.keys))
    }

    @Test(arguments: [
        "A=$(whoami)", "A=`whoami`", "source other.sh", ". other.sh", "if true; then A=1; fi",
        "A=1 && B=2", "A=${B:-c}", "A=$((1+1))", "A=\"$(id)\"", "set -a", "A=*", "A=~/x",
        "echo hello", "A='open", "A=\"open", "A=x\\", "unset A", "A=1 | cat", "A=$B", "1A=2",
    ])
    func refused(_ line: String) throws {
        let failure = #expect(throws: EnvironmentFile.Failure.self) {
            try Self.read("# first\n\(line)\n")
        }
        #expect(failure?.line == 2)
        #expect(
            failure?.description.hasSuffix("-> source it in a shell; fleet reads the environment")
                == true)
        #expect(failure?.description.hasPrefix("env.sh:2: ") == true)
    }

    @Test func windowsFileIsReadAndNamed() throws {
        let file = try Self.read("\u{feff}export A=1\r\nexport B='2'\r\n")
        #expect(file.entry("A")?.value == "1")
        #expect(file.entry("B")?.value == "2")
        #expect(file.notes.count == 2)
    }

    @Test func referencesAreOfTheFileFirst() throws {
        let file = try Self.read("A=1\nB=${A}-${C}\n", environment: ["A": "9", "C": "3"])
        #expect(file.entry("B")?.value == "1-3")
    }

    /// What fleet reads is what a shell would: random lines, and where fleet accepts them, bash agrees.
    @Test func agreesWithAShell() throws {
        var random = SeededRandom(7)
        let pieces = [
            "a", "B1", "-", " ", "'x y'", "\"q\"", "\\\\", "\\ ", "$A", "${A}", "#", " # c", "=",
            "/", ":", "é", "'", "\"", "$", "`", "(", ";", "\"$A\"", "\"\\\"\"", ",", ".", "@", "\t",
            "!", "^", "%", "+",
        ]
        var script = ""
        var expected: [String] = []
        for _ in 0..<400 {
            let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? "a"
            }.joined()
            let text = "A=first\nexport X=\(value)\n"
            guard let file = try? Self.read(text) else { continue }
            script += "(set -f; A=; X=; \(text) printf '%s\\n' \"$X\")\n"
            expected.append(file.entry("X")?.value ?? "?")
        }
        #expect(expected.count > 150)
        let folder = try TemporaryFolder(["script.sh": script])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [folder.path + "/script.sh"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: output, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast().map(String.init)
        #expect(lines == expected)
    }

    /// Saving leaves one line that counts, and every other line as it was.
    @Test func savingIsReadBack() throws {
        var random = SeededRandom(11)
        let values = ["ml", "it's", "a b", "$(rm)", "\"", "\\", "é", "#"]
        let others = [
            "# c\n", "export A='1'\n", "CLUSTER_NAME=old\n", "export B=2 CLUSTER_NAME=x\n", "\n",
        ]
        for _ in 0..<300 {
            let before = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                others.randomElement(using: &random) ?? ""
            }.joined()
            let value = values.randomElement(using: &random) ?? ""
            let after = EnvironmentFile.saving("CLUSTER_NAME", value, in: before)
            let file = try Self.read(after)
            #expect(file.entry("CLUSTER_NAME")?.value == value, "\(before) -> \(after)")
            #expect(EnvironmentFile.saving("CLUSTER_NAME", value, in: after) == after)
            let kept = before.split(separator: "\n").filter { !$0.hasPrefix("CLUSTER_NAME=") }
            #expect(kept.allSatisfy { after.split(separator: "\n").contains($0) })
        }
    }

    @Test func savingKeepsItsLine() {
        #expect(
            EnvironmentFile.saving("N", "new", in: "export A=1\nexport N='old'\nexport B=2")
                == "export A=1\nexport N='new'\nexport B=2\n")
        #expect(EnvironmentFile.saving("N", "x", in: "") == "export N='x'\n")
    }
}

import Foundation
import ParallelCluster
import Testing
import TestSupport

/// Lines of shell as fleet reads them, held against the shell itself; and what an error may say.
@Suite("the assignments of an environment file")
struct AssignmentTests {
    private static func read(
        _ text: String, _ environment: [String: String] = [:]
    ) throws -> EnvironmentFile {
        try EnvironmentFile(text: text, path: "env.sh", environment: environment)
    }

    private static func failure(_ text: String) -> EnvironmentFile.Failure? {
        #expect(throws: EnvironmentFile.Failure.self) { try read(text) }
    }

    /// What bash has in A and B after these lines, with A set to `old` before them.
    private static func shell(_ scripts: [String]) throws -> [String] {
        let body = scripts.map { "(A=old; B=; \($0)\nprintf '%s|%s\\n' \"$A\" \"$B\")\n" }.joined()
        let folder = try TemporaryFolder(["script.sh": body])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [folder.path + "/script.sh"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Statements on one line and on several: a shell expands a whole export before it sets any of it, and sets plain
    /// assignments one by one.
    @Test("What a variable is while its line is read, is what it is for bash")
    func orderInALine() throws {
        var random = SeededRandom(41)
        let pieces = ["A=1", "B=$A", "B=x${A}y", "A=$B", "A=2", "B=\"$A-$B\"", "A='$B'", "A", "B="]
        var scripts = [
            "export A=1 B=$A", "A=1 B=$A", "export A=1; export B=$A", "A=1; export B=$A A=2",
        ]
        for _ in 0..<120 {
            let statements = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let isExport = Bool.random(using: &random)
                let some = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                    pieces.randomElement(using: &random)
                }.filter { isExport || $0.contains("=") }
                return (isExport ? "export " : "") + some.joined(separator: " ")
            }
            scripts.append(statements.joined(separator: Bool.random(using: &random) ? "; " : "\n"))
        }
        scripts = scripts.filter {
            !$0.contains("\n;") && !$0.contains("; ;") && !$0.hasSuffix("; ")
        }
        let found = scripts.compactMap { script -> (String, String)? in
            guard let file = try? Self.read("A=old\nB=\n" + script) else { return nil }
            return (script, "\(file.entry("A")?.value ?? "")|\(file.entry("B")?.value ?? "")")
        }
        #expect(found.count > 80)
        for ((script, mine), bash) in zip(found, try Self.shell(found.map(\.0))) {
            #expect(mine == bash, "\(script)")
        }
    }

    /// A command in a value is neither run nor guessed at, wherever it hides.
    @Test(
        "Nothing is ever run",
        arguments: [
            "A=$(touch M)", "A=`touch M`", "A=\"$(touch M)\"", "A=\"`touch M`\"", "A=x$(touch M)y",
            "A=\"a${B:=$(touch M)}\"", "export A=${B:-`touch M`}", "A=<(touch M)", "A=1; touch M",
            "A=1 touch M", "touch M #", "A=1 & touch M", "A=$((M=1))", "A='x'$(touch M)",
            "A[$(touch M)]=1",
            "A=(1 2)", "A+=1", "A=$'x'", "A=$\"x\"", "A=$", "A=${", "A=${}", "A=${A", "A=$1",
            "A=$@",
        ])
    func neverRun(_ line: String) throws {
        let folder = try TemporaryFolder()
        let marker = folder.path + "/ran"
        let failure = Self.failure(line.replacing("M", with: marker))
        #expect(failure?.line == 1 && failure?.why.isEmpty == false)
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test("A line is told by its own number, and none after it counts", arguments: ["\n", "\r\n"])
    func numbers(_ end: String) throws {
        let lines = ["# c", "", "A=1", "export B='2' # c", "C=$(x)", "D=4"]
        #expect(Self.failure(lines.joined(separator: end))?.line == 5)
        let file = try Self.read(lines.filter { !$0.hasPrefix("C") }.joined(separator: end))
        #expect(file.entries.map(\.line) == [3, 4, 5])
        #expect(file.entries.map(\.value) == ["1", "2", "4"])
        #expect(file.notes.count == (end == "\n" ? 0 : 1))
    }

    /// What is quoted is a text as it stands, a carriage return within the line too.
    @Test(
        "Values at the edges",
        arguments: [
            ("A=\r", ""), ("A=' '", " "), ("A=\\ x", " x"), ("A=a\\\\b", "a\\b"), ("A='\\'", "\\"),
            ("A=\"\\x\"", "\\x"), ("A=\"\\`\"", "`"), ("A='a'\"b\"c", "abc"), ("A=x;#c", "x"),
            ("A= # c", ""),
            ("A=#", "#"), ("A=a=b", "a=b"), ("A=é́", "é́"), ("A='\u{1b}[31m'", "\u{1b}[31m"),
            ("\tA=1\t", "1"),
            ("A=1;", "1"), (";;A=1", "1"), ("export   A=1", "1"), ("A=a'\"'b", "a\"b"),
            ("_=1;A=2", "2"),
            ("A='👩‍👩‍👧'", "👩‍👩‍👧"), ("A=\"'\"", "'"),
        ])
    func values(_ line: String, _ value: String) throws {
        let read = try #require(try Self.read(line).entry("A")).value
        #expect(Array(read.unicodeScalars) == Array(value.unicodeScalars))
    }

    @Test(
        "What an error repeats of a line is short",
        arguments: [
            (String(repeating: "x", count: 40), String(repeating: "x", count: 40)),
            (String(repeating: "x", count: 41), String(repeating: "x", count: 37) + "..."),
        ])
    func short(_ line: String, _ shown: String) {
        #expect(Self.failure(line)?.why == "'\(shown)' is no assignment")
    }

    /// Errors go to terminals and tickets.
    @Test(
        "No error repeats a secret",
        arguments: [
            "AWS_SECRET_ACCESS_KEY = hunter2", "export DB_PASSWORD=${X:-hunter2}",
            "MY_TOKEN=$(echo hunter2)",
            "WANDB_API_KEY =hunter2", "echo hunter2 | vault --password",
        ])
    func secrets(_ line: String) {
        let failure = Self.failure("A=1\n" + line)
        #expect(failure?.description.contains("hunter2") == false)
        #expect(failure?.description.hasPrefix("env.sh:2: ") == true)
        #expect(failure?.why.contains("(not shown)") == true)
    }

    @Test(
        "Names of variables",
        arguments: [
            ("A", true), ("_", true), ("a1", true), ("1a", false), ("", false), ("A-B", false),
            ("Á", false),
            ("A ", false), ("A\n", false), ("٣", false),
        ])
    func names(_ text: String, _ isName: Bool) {
        #expect(EnvironmentFile.isName(text) == isName)
        if !isName {
            #expect(throws: EnvironmentFile.Failure.self) { try Self.read("\(text)=1;?") }
        }
    }

    /// A long value costs what it is long: a long line behind many is read at once.
    @Test("A flood is read, and saved")
    func flood() throws {
        let value = String(repeating: "x", count: 1 << 15)
        let text = String(repeating: "# c\n", count: 2_000) + "A='\(value)'\n"
        #expect(try Self.read(text).entry("A")?.value == value)
        let saved = EnvironmentFile.saving("A", "1", in: text)
        #expect(saved == String(repeating: "# c\n", count: 2_000) + "export A='1'\n")
    }

    @Test(
        "Saving in a file with Windows line ends keeps them",
        arguments: [
            ("A=1\r\nN=2\r\n", "A=1\r\nexport N='x'\r\n"), ("A=1\r\n", "A=1\r\nexport N='x'\r\n"),
            ("# N=1\n", "# N=1\nexport N='x'\n"),
            // The name stands in a later line, which may count: a line is added at the end.
            ("N=1\nM=$N N=2\n", "N=1\nM=$N N=2\nexport N='x'\n"), ("N=$HOME\n", "export N='x'\n"),
            ("N=$(id)\n", "N=$(id)\nexport N='x'\n"), ("\n\n", "\n\nexport N='x'\n"),
        ])
    func saving(_ before: String, _ after: String) {
        #expect(Array(EnvironmentFile.saving("N", "x", in: before).utf8) == Array(after.utf8))
    }
}

/// What is said of a variable.
@Suite("variables that cannot be used, and secret ones")
struct VariableTests {
    @Test(
        "Names of secrets",
        arguments: [
            ("AWS_SECRET_ACCESS_KEY", true), ("aws_access_key_id", true), ("HF_TOKEN", true),
            ("WANDB_API_KEY", true), ("NGC_APIKEY", true), ("SSH_PRIVATE_KEY", true),
            ("KEY_PASSPHRASE", true),
            ("DB_PASSWD", true), ("GOOGLE_CREDENTIALS", true), ("KEY_NAME", false),
            ("AWS_REGION", false),
            ("SUBNET_ID", false), ("PASS", false),
        ])
    func secretNames(_ name: String, _ isSecret: Bool) throws {
        #expect(Variable.isSecret(name) == isSecret)
        // Nothing that is said of it holds its value, wherever that is from.
        for value in ["<hunter2>", "your-hunter2", "hunter2 ", "hunter2\t1", "hunter2", " hunter2"]
        {
            let file = try EnvironmentFile(text: "\(name)='other-hunter2'", path: "env.sh")
            let sources = [
                VariableSources(options: [name: value], file: file),
                VariableSources(environment: [name: value], file: file),
                VariableSources(
                    file: try EnvironmentFile(text: "\(name)='\(value)'", path: "env.sh")),
            ]
            for source in sources {
                let variable = source.variable(name)
                let said = "\(variable.why) \(variable.shown ?? "")"
                #expect(variable.value == value && said.contains("hunter2") != isSecret, "\(said)")
            }
        }
    }

    @Test(
        "What stands for no value, and what does not",
        arguments: [
            ("TODO", "'TODO' stands for no value"), ("todos", nil),
            ("n/a", "'n/a' stands for no value"),
            ("<x", nil), ("<x>", "'<x>' stands for no value"),
            ("Your_id", "'Your_id' stands for no value"),
            ("yours", nil), ("\u{a0}", "empty"), ("x\u{a0}", "has blanks around it"), ("x y", nil),
            ("x\u{7f}", "has a control character in it"),
            ("x\u{1b}[0m", "has a control character in it"),
            ("x\u{85}y", "has a control character in it"),
            // To YAML a line ends here: a value could set a key of its own.
            ("x\u{2028}Region: y", "has a control character in it"),
            ("x\u{2029}Region: y", "has a control character in it"), ("é", nil), ("0", nil),
            ("nonesuch", nil),
        ] as [(String, String?)])
    func unusable(_ value: String, _ why: String?) {
        let variable = VariableSources(environment: ["A": value]).variable("A", lines: [3])
        #expect(variable.why == (why ?? ""))
        #expect(variable.verdict == (why == nil ? .ok : .fail))
        #expect(variable.lines == [3] && variable.source == .environment)
    }

    @Test(
        "Where a value is from",
        arguments: [(3, "--set"), (2, "environment"), (1, "env.sh:1"), (0, nil)])
    func sources(_ count: Int, _ words: String?) throws {
        let sources = VariableSources(
            options: count > 2 ? ["A": "o"] : [:], environment: count > 1 ? ["A": "e"] : [:],
            file: count > 0 ? try EnvironmentFile(text: "A=f", path: "env.sh") : nil)
        #expect(sources.variable("A").source?.words == words)
        #expect(sources.value("A") == ["f", "e", "o"].prefix(count).last)
        #expect(sources.variable("A").why.contains("env.sh:1 has 'f'") == (count == 2))
    }

    /// An empty value of a stronger place hides that of a weaker one, as in a shell: it is told, not passed over.
    @Test("An empty value counts as set")
    func emptyHides() throws {
        let file = try EnvironmentFile(text: "A=f", path: "env.sh")
        let sources = VariableSources(environment: ["A": ""], file: file)
        #expect(sources.value("A") == nil)
        #expect(sources.variable("A").why == "empty" && sources.variable("A").verdict == .fail)
    }

    @Test("Verdicts rise from ok to fail, and not checked is worse than a warning")
    func verdicts() {
        #expect(RuleVerdict.allCases.shuffled().sorted() == [.ok, .warn, .unknown, .fail])
        #expect([RuleVerdict.warn, .unknown, .ok].max() == .unknown)
    }
}

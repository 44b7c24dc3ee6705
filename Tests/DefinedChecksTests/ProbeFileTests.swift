import Configuration
import DefinedChecks
import TestSupport
import Testing
@testable import Verdicts

@Suite struct ProbeFileTests {
    private static let whole = """
        name: env
        description: All of it.
        mode: changes
        root: true
        timeout: 2m
        output: json
        subject: id
        payload: echo
        rules:
          - field: kernel
            is_not: [a, b]
            severity: warn
            message: "{kernel}"
            remedy: update
          - {field: age, above: 1.5, optional: true}
          - {field: gone, missing: true, severity: info}
          - {field: text, matches: "a+"}
        baseline:
          - kernel
          - {field: driver, severity: fail, remedy: install}
        """

    @Test(
        "A regular expression that no reader's stack is deep enough for is an error with its line",
        arguments: ["[", "(", "(?:", "[^", "a|(", "(a[", "((a)|"])
    func deepExpression(_ piece: String) {
        for count in [33, 500, 30_000] {
            let pattern = String(repeating: piece, count: count)
            let error = #expect(throws: ConfigurationError.self) {
                try ProbeFile.parse(
                    "description: d\npayload: \"true\"\nrules:\n- {field: a, matches: \"\(pattern)\"}\n",
                    origin: "/p.yaml")
            }
            #expect(error?.description.contains("must be a regular expression") == true)
        }
    }

    @Test func whole() throws {
        let probe = try ProbeFile.parse(Self.whole, origin: "/etc/fleet/probes/env.yaml")
        var expected = ProbeDefinition(name: "env", summary: "All of it.", script: "echo")
        expected.mode = .changes
        expected.wantsRoot = true
        expected.timeout = 120
        expected.output = .json
        expected.subject = "id"
        expected.rules = [
            ProbeRule(
                "kernel", .differs, ["a", "b"], severity: .warn, message: "{kernel}",
                remedy: "update"),
            ProbeRule("age", .above, ["1.5"], isOptional: true),
            ProbeRule("gone", .missing, severity: .info), ProbeRule("text", .matches, ["a+"]),
        ]
        expected.baseline = [.init("kernel"), .init("driver", severity: .fail, remedy: "install")]
        #expect(probe == expected)
    }

    @Test("The least there is, and a script beside the file")
    func least() throws {
        let folder = try TemporaryFolder([
            "os.yaml": "description: d\nscript: os.sh\nbaseline: [os]\n", "os.sh": "echo os=1\n",
        ])
        let probe = try ProbeFile.read(path: "\(folder.path)/os.yaml")
        #expect(probe.name == "os" && probe.script == "echo os=1\n")
        #expect(probe.mode == .reads && probe.output == .keyValue && probe.timeout == 30)
    }

    @Test(
        "What is wrong is named with file, line and key",
        arguments: [
            ("", "env.yaml: is empty"), ("[a]", "env.yaml:1: the file must be a mapping"),
            ("a: [", "env.yaml:2: is no YAML"), ("colour: red", "env.yaml:1: unknown key 'colour'"),
            ("description: d", "env.yaml:1: payload or script is missing"),
            ("description: d\npayload: a\nscript: b", "env.yaml:2: payload and script exclude"),
            ("payload: a", "env.yaml:1: description is missing"),
            ("description: d\npayload: a", "env.yaml: rules and baseline are missing"),
            (
                "description: d\nname: other\npayload: a",
                "env.yaml:2: name must be the file's own, 'env'"
            ),
            (
                "description: d\npayload: a\nmode: writes",
                "env.yaml:3: mode must be one of reads, changes"
            ),
            (
                "description: d\npayload: a\noutput: xml",
                "env.yaml:3: output must be one of key=value"
            ),
            ("description: d\npayload: a\ntimeout: soon", "env.yaml:3: timeout must be a time"),
            ("description: d\npayload: a\nroot: maybe", "env.yaml:3: root must be true or false"),
            ("description: d\npayload: a\nrules: a", "env.yaml:3: rules must be a list"),
            ("description: d\npayload: a\nrules:\n  - a", "env.yaml:4: a rule must be a mapping"),
            ("description: d\npayload: a\nrules:\n  - is: a", "env.yaml:4: field is missing"),
            (
                "description: d\npayload: a\nrules:\n  - field: a",
                "env.yaml:4: field a needs exactly one"
            ),
            (
                "description: d\npayload: a\nrules:\n  - {field: a, is: 1, above: 2}",
                "a needs exactly one"
            ),
            (
                "description: d\npayload: a\nrules:\n  - field: a\n    above: b",
                "env.yaml:5: above must be a number"
            ),
            (
                "description: d\npayload: a\nrules:\n  - field: a\n    matches: '('",
                "env.yaml:5: matches must be a regular"
            ),
            (
                "description: d\npayload: a\nrules:\n  - field: a\n    missing: false",
                "env.yaml:5: missing must be true"
            ),
            (
                "description: d\npayload: a\nrules:\n  - field: a\n    is: [b, [c]]",
                "env.yaml:5: is must be a text or a list"
            ),
            (
                "description: d\npayload: a\nrules:\n  - field: a\n    is: b\n    severity: bad",
                "env.yaml:6: severity must be one of"
            ),
            (
                "description: d\npayload: a\nbaseline:\n  - {field: a, colour: b}",
                "env.yaml:4: unknown key 'colour'"
            ),
            (
                "description: d\nscript: gone.sh\nbaseline: [a]",
                "env.yaml:2: cannot read /none/gone.sh"
            ),
        ])
    func wrong(_ text: String, _ words: String) {
        #expect {
            try ProbeFile.parse(text, origin: "/none/env.yaml")
        } throws: { error in
            let message = "\(error)".replacing("/none/env.yaml", with: "env.yaml")
            #expect(message.contains(words), "\(message)")
            return error is ConfigurationError
        }
    }

    @Test(arguments: ["Env", "1st", "a b", "", "a.b"])
    func names(_ name: String) {
        #expect(throws: ConfigurationError.self) {
            try ProbeFile.parse(
                "description: d\npayload: a\nbaseline: [a]", origin: "/x/\(name).yaml")
        }
    }

    @Test func tooLong() {
        let text =
            "description: d\nbaseline: [a]\npayload: " + String(repeating: "a", count: 100_001)
        #expect(throws: ConfigurationError.self) { try ProbeFile.parse(text, origin: "a.yaml") }
    }
}

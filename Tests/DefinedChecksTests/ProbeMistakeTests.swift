import Configuration
import DefinedChecks
import FoundationEssentials
import TestSupport
import Testing

/// Each mistake that a probe's file can have is named with file, line and key, and none is passed over.
@Suite("Mistakes in a probe's file") struct ProbeMistakeTests {
    private static func problem(_ text: String) -> String {
        do throws(ConfigurationError) {
            let probe = try ProbeFile.parse(text, origin: "/p/env.yaml")
            return "taken: \(probe.rules) \(probe.baseline)"
        } catch {
            return "\(error)"
        }
    }

    /// A file that is right, but for a key that stands in its last line.
    private static func file(_ key: String, _ value: String) -> (text: String, line: Int) {
        let lines = ["description: d", "payload: a", "baseline: [a]"].filter {
            !$0.hasPrefix(key + ":")
        }
        return ((lines + ["\(key): \(value)"]).joined(separator: "\n") + "\n", lines.count + 1)
    }

    private static let textKeys = [
        "name", "description", "mode", "root", "timeout", "output", "subject", "payload", "script",
        "health",
    ]

    @Test("A key whose value is a text is no list and no mapping", arguments: textKeys)
    func texts(_ key: String) {
        for value in ["[a]", "{a: b}", "[]", "{}"] {
            let (text, line) = Self.file(key, value)
            #expect(Self.problem(text) == "/p/env.yaml:\(line): \(key) must be a text")
        }
    }

    @Test(
        "A key whose value is a list is no text and no mapping", arguments: ["rules", "baseline"])
    func lists(_ key: String) {
        for value in ["a", "1", "{a: b}", "{}"] {
            let (text, line) = Self.file(key, value)
            #expect(Self.problem(text) == "/p/env.yaml:\(line): \(key) must be a list")
        }
    }

    @Test(
        "A word that a key does not know is quoted, with the words that it knows",
        arguments: [
            ("mode", "Reads", "must be one of reads, changes, not 'Reads'"),
            ("output", "yaml", "must be one of key=value, json, table, not 'yaml'"),
            ("root", "True", "must be true or false, not 'True'"),
            ("health", "1", "must be true or false, not '1'"),
            ("name", "other", "must be the file's own, 'env', not 'other'"),
        ])
    func words(_ key: String, _ value: String, _ cause: String) {
        let (text, line) = Self.file(key, value)
        #expect(Self.problem(text) == "/p/env.yaml:\(line): \(key) \(cause)")
    }

    @Test(
        "A time limit is a time from a second to a day",
        arguments: [
            "0", "-1", "0s", "soon", "1d", "30 s", "86401", "25h", "1e3", "99999999999999999999",
            "9223372036854775807h", "s",
        ])
    func timeouts(_ value: String) {
        let (text, line) = Self.file("timeout", value)
        let problem = Self.problem(text)
        #expect(problem.hasPrefix("/p/env.yaml:\(line): timeout must be a time"), "\(problem)")
        #expect(problem.hasSuffix("not '\(value)'"))
    }

    /// A file whose fifth line begins a rule, with the key in its last line.
    private static func rule(_ key: String, _ value: String) -> (text: String, line: Int) {
        let isComparison = !["field", "severity", "message", "remedy", "optional"].contains(key)
        let lines =
            ["description: d", "payload: a", "baseline: [a]", "rules:"]
            + (key == "field" ? ["- missing: true"] : ["- field: f"])
            + (isComparison || key == "field" ? [] : ["  missing: true"])
        return ((lines + ["  \(key): \(value)"]).joined(separator: "\n"), lines.count + 1)
    }

    @Test(
        "A key of a rule has a text, or where it compares texts, a list of them",
        arguments: [
            ("field", "[a]", "must be a text"), ("severity", "{a: b}", "must be a text"),
            ("message", "[a]", "must be a text"), ("remedy", "[a]", "must be a text"),
            ("optional", "[true]", "must be a text"), ("missing", "[true]", "must be a text"),
            ("above", "[1]", "must be a text"), ("below", "{a: 1}", "must be a text"),
            ("matches", "[a]", "must be a text"), ("is", "{a: b}", "must be a text"),
            ("is_not", "[]", "must be a text or a list of texts"),
            ("is_unlike", "[a, [b]]", "must be a text or a list of texts"),
            ("contains", "[{a: b}]", "must be a text or a list of texts"),
            ("lacks", "[[]]", "must be a text or a list of texts"),
            ("contains", "['']", "must have no empty text, which every text contains"),
            ("lacks", "[a, '']", "must have no empty text, which every text contains"),
            ("lacks", "''", "must be a text"),
            ("missing", "''", "must be a text"), ("is", "''", "must be a text"),
            ("missing", "no", "must be true"), ("missing", "1", "must be true or false, not '1'"),
            ("optional", "maybe", "must be true or false, not 'maybe'"),
            ("severity", "error", "must be one of info, warn, unknown, fail, not 'error'"),
            // What Swift takes for a number, and what no value is compared with.
            ("above", "0x10", "must be a number, not '0x10'"),
            ("above", "0x1p3", "must be a number, not '0x1p3'"),
            ("above", "nan", "must be a number, not 'nan'"),
            ("below", "-inf", "must be a number, not '-inf'"),
            ("below", "1e999", "must be a number, not '1e999'"),
            ("above", "5%", "must be a number, not '5%'"),
            ("above", "1_000", "must be a number, not '1_000'"),
            ("below", "1.5.2", "must be a number, not '1.5.2'"),
        ])
    func rules(_ key: String, _ value: String, _ cause: String) {
        let (text, line) = Self.rule(key, value)
        #expect(Self.problem(text) == "/p/env.yaml:\(line): \(key) \(cause)")
    }

    @Test(
        "A rule compares in exactly one way; a null is no comparison",
        arguments: [
            "{field: f}", "{field: f, is: 1, is_not: 2}", "{field: f, above: 1, below: 2}",
            "{field: f, is: ~}", "{field: f, is: null, severity: warn}",
        ])
    func oneWay(_ rule: String) {
        #expect(
            Self.problem("description: d\npayload: a\nrules:\n# why\n- \(rule)\n")
                == "/p/env.yaml:5: field f needs exactly one of is, is_not, is_unlike, above, below, contains, lacks, matches, missing"
        )
    }

    @Test("An unknown key is told where it stands, with the keys that there are, at every level")
    func unknown() {
        let top =
            "name, description, mode, root, timeout, output, subject, payload, script, rules, baseline, health"
        #expect(
            Self.problem("description: d\n\npayloads: a\n")
                == "/p/env.yaml:3: unknown key 'payloads': \(top)")
        #expect(
            Self.problem("description: d\n? [a]\n: b\n")
                == "/p/env.yaml:2: unknown key '?': \(top)")
        let start = "description: d\npayload: a\n"
        #expect(
            Self.problem(start + "rules:\n- field: a\n  is_nto: b\n")
                == "/p/env.yaml:5: unknown key 'is_nto': field, severity, message, remedy, optional, is, is_not, is_unlike, above, below, contains, lacks, matches, missing"
        )
        #expect(
            Self.problem(start + "baseline:\n- a\n- field: b\n  message: c\n")
                == "/p/env.yaml:6: unknown key 'message': field, severity, remedy")
    }

    @Test(
        "An entry of the wrong form is told with its line",
        arguments: [
            ("rules:\n- a\n", "4: a rule must be a mapping of keys to values"),
            (
                "rules:\n- {field: a, is: b}\n- [c]\n",
                "5: a rule must be a mapping of keys to values"
            ),
            ("rules: [~]\n", "3: a rule must be a mapping of keys to values"),
            ("baseline:\n- [a]\n", "4: an entry of baseline must be a mapping of keys to values"),
            ("baseline:\n- ''\n", "4: an entry of baseline must be a mapping of keys to values"),
            ("baseline:\n- severity: warn\n", "4: field is missing"),
            (
                "baseline:\n- field: a\n  severity: bad\n",
                "5: severity must be one of info, warn, unknown, fail, not 'bad'"
            ),
        ])
    func entries(_ text: String, _ words: String) {
        #expect(Self.problem("description: d\npayload: a\n" + text) == "/p/env.yaml:\(words)")
    }

    @Test(
        "A key that stands twice is an error, not the one or the other",
        arguments: ["description: e\n", "baseline: [b]\n", "payload: b\n"])
    func twice(_ line: String) {
        let problem = Self.problem("description: d\npayload: a\nbaseline: [a]\n" + line)
        #expect(!problem.hasPrefix("taken"), "\(problem)")
        #expect(problem.hasPrefix("/p/env.yaml"))
    }

    @Test("A health check changes nothing, so no probe that does is a part of it")
    func health() {
        let text = "description: d\npayload: a\nbaseline: [a]\nmode: changes\nhealth: "
        #expect(
            Self.problem(text + "true\n")
                == "/p/env.yaml:5: health is for probes of mode reads: a health check changes nothing"
        )
        #expect(Self.problem(text + "false\n").hasPrefix("taken"))
    }

    @Test("A script that a shell would get only half of is refused with the line that names it")
    func script() throws {
        let start = "description: d\nbaseline: [a]\n"
        let folder = try TemporaryFolder([
            "nul.yaml": start + "script: nul.sh\n", "nul.sh": "echo a=1\u{0}\necho a=2\n",
            "bytes.yaml": start + "script: bytes.sh\n",
            "gone.yaml": start + "script: sub/gone.sh\n",
            "long.yaml": start + "script: long.sh\n",
            "long.sh": String(repeating: "#", count: 100_001),
            "most.yaml": start + "script: most.sh\n",
            "most.sh": String(repeating: "#", count: 100_000),
        ])
        try Data([0x65, 0xff, 0xfe]).write(
            to: URL(fileURLWithPath: folder.path + "/bytes.sh"))
        func problem(_ name: String) -> String {
            do throws(ConfigurationError) {
                return "\(try ProbeFile.read(path: "\(folder.path)/\(name)").script.utf8.count)"
            } catch {
                return "\(error)".replacing(folder.path, with: "")
            }
        }
        #expect(
            problem("nul.yaml")
                == "/nul.yaml:3: script has a NUL byte, where the node's shell would end it")
        #expect(problem("long.yaml") == "/long.yaml:3: script is longer than 100,000 bytes")
        #expect(problem("most.yaml") == "100000")
        #expect(
            problem("bytes.yaml") == "/bytes.yaml:3: cannot read /bytes.sh: cannot be read as text")
        #expect(
            problem("gone.yaml")
                == "/gone.yaml:3: cannot read /sub/gone.sh: no such file or directory")
        #expect(
            problem("none.yaml") == "/none.yaml: cannot read /none.yaml: no such file or directory")
    }
}

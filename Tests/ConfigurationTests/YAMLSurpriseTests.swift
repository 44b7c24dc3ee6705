import Probes
@testable import Configuration
import TestSupport
import Testing

/// What YAML makes of texts that people write without thinking of YAML.
@Suite struct YAMLSurpriseTests {
    private func parse(_ text: String) throws -> FleetConfiguration {
        try ConfigurationFile.parse(text, origin: "f.yaml", findings: .standard)
    }

    private func problem(_ text: String) throws -> String {
        try #require(throws: ConfigurationError.self, "\(text)") { try parse(text) }.description
    }

    @Test(
        "A name stays the text that was written, whatever YAML would take it for",
        arguments: [
            "no", "yes", "on", "off", "true", "NO", "1e3", "010", "0x1f", "1_000", "3.0", ".5",
            ".inf",
            "2026-11-28", "1:30", "nil", "Null_", "=", "y",
        ])
    func names(_ word: String) throws {
        let read = try parse("jobs: {account: \(word), qos: \"\(word)\", reservation: '\(word)'}")
        #expect(read.account == word && read.qos == word && read.reservation == word)
    }

    @Test(
        "Where a truth value or a number is wanted, only its plain form is one",
        arguments: [
            ("jobs: {exclusive: yes}", "exclusive must be true or false, not 'yes'"),
            ("jobs: {exclusive: On}", "exclusive must be true or false, not 'On'"),
            ("jobs: {exclusive: 1}", "exclusive must be true or false, not '1'"),
            ("history: {record: off}", "record must be true or false, not 'off'"),
            ("fan_out: {fanout: 1e3}", "fanout must be a number from 1 to 4096, not '1e3'"),
            ("fan_out: {fanout: 0x40}", "fanout must be a number from 1 to 4096, not '0x40'"),
            ("fan_out: {fanout: 1_000}", "fanout must be a number from 1 to 4096, not '1_000'"),
            ("fan_out: {fanout: 64.0}", "fanout must be a number from 1 to 4096, not '64.0'"),
            (
                "fan_out: {wait: 1:30}",
                "wait must be a time such as 30s or 10m, at most 24h, not '1:30'"
            ),
        ])
    func plainForms(_ text: String, _ cause: String) throws {
        #expect(try problem(text) == "f.yaml:1: \(cause)")
        // A leading zero is decimal here, and no octal number as in YAML 1.1.
        #expect(try parse("fan_out: {fanout: 010}").fanout == 10)
    }

    @Test("Block texts keep their line's end, which no path and no name may have")
    func blocks() throws {
        for mark in ["|", ">", "|+"] {
            #expect(
                try problem("run_directory: \(mark)\n  /a\n")
                    .hasPrefix("f.yaml:1: run_directory must be an absolute path, not '/a\n"))
            #expect(try problem("jobs:\n  qos: \(mark)\n    a\n").contains("qos must be a name"))
        }
        #expect(try parse("run_directory: >-\n  /a\n").runDirectory == "/a")
        // Two lines of a plain text are one text with a blank.
        #expect(try problem("jobs:\n  qos: a\n    b\n").contains("not 'a b'"))
    }

    @Test("Anchors repeat a value; what they would merge is no key of fleet's")
    func anchors() throws {
        let read = try parse("mount: {filesystem_types: &t [lustre, fsx], expect: *t}")
        #expect(
            read.fileSystemTypes == ["lustre", "fsx"] && read.expectedFolders == ["lustre", "fsx"])
        #expect(
            try problem("jobs: &j {qos: a}\nfan_out: {<<: *j}\n") == "f.yaml:2: unknown key '<<'")
        #expect(try problem("jobs: *none\n").hasPrefix("f.yaml:1: is no YAML: "))
    }

    @Test(
        "A key that stands twice is told, however it is written and however deep",
        arguments: [
            ("jobs:\n  qos: a\n  qos: b\n", "qos"), ("jobs: {qos: a}\njobs: {qos: b}\n", "jobs"),
            ("jobs: {qos: a, \"qos\": b}\n", "qos"), ("jobs: {qos: a, 'qos': a}\n", "qos"),
            ("checks:\n  gpu.xid: off\n  gpu.xid: warn\n", "gpu.xid"),
        ])
    func duplicates(_ text: String, _ key: String) throws {
        let words = try problem(text)
        #expect(words.contains("sets the same key twice") && words.contains(key), "\(words)")
    }

    @Test("The ends of lines, a mark at the beginning, notes and an end mark say nothing")
    func wrapping() throws {
        let text = "run_directory: /a # a note\nmount:\n  point: /l\n"
        let expected = try parse(text)
        #expect(expected.runDirectory == "/a" && expected.mountPoint == "/l")
        for other in [
            text.replacing("\n", with: "\r\n"), "---\n" + text, text + "...\n", "\n\n# x\n" + text,
            "%YAML 1.1\n---\n" + text, String(text.dropLast()),
        ] {
            let read = try parse(other)
            #expect(read.runDirectory == "/a" && read.mountPoint == "/l", "\(other)")
        }
        #expect(try parse("\u{feff}" + text).runDirectory == "/a")
    }

    @Test(
        "What is no single document of keys is refused with its line, never read in part",
        arguments: [
            "run_directory: /a\n---\nmount: {point: /b}\n", "mount:\n\tpoint: /l\n",
            "run_directory: /a\n}\n",
            "run_directory: '/a\n", "run_directory: @a\n", "run_directory: `a`\n",
            "run_directory: /a\n- b\n",
            "{run_directory: /a", "run_directory: %a\n", "? [a, b]\n: c\n", "~: a\n",
            "run_directory : /a\u{1}\n",
        ])
    func refused(_ text: String) throws {
        let words = try problem(text)
        #expect(words.hasPrefix("f.yaml:"), "\(words)")
        #expect(words.contains("is no YAML") || words.contains("unknown key"), "\(words)")
    }

    @Test("An expected text of a check is a text too, and never YAML's null")
    func expected() throws {
        func checks(_ value: String) -> String { "checks: {check.a.b: {expect: \(value)}}" }
        for value in ["~", "null", "''", "[]", "[a, ~]", "[a, '']", "{a: b}", ""] {
            #expect(
                try problem(checks(value)).hasSuffix(
                    "checks.check.a.b.expect must be a text or a list of texts"))
        }
        for (value, words) in [("no", ["no"]), ("[1.10, on]", ["1.10", "on"]), ("'~'", ["~"])] {
            #expect(try parse(checks(value)).checks["check.a.b"]?.expected == words)
        }
    }
}

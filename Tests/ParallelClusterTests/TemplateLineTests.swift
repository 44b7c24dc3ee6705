import ParallelCluster
import Testing
import TestSupport

/// Whatever a variable holds, and however its line is written: YAML reads that text, and the rest stays byte for byte.
@Suite("a template's lines")
struct TemplateLineTests {
    private static func fill(_ text: String, _ value: String) throws -> String {
        try ConfigurationTemplate(name: "t", text: text)
            .configuration(from: VariableSources(environment: ["X": value]))
    }

    /// Values that mean something to YAML, to a list in brackets, or to a quote.
    static let values = [
        "x", "a: b", "a #b", "[", "]", "{a", "a}b", "a,b", "a, b: c", "'", "''", "\"", "\\", "\\\"",
        "*x",
        "&x", "!x", "%x", "@x", "`x", "=", "|", ">", "-", "- x", "?", "? x", "a:", ":a", "::",
        "true", "No",
        "~", "{}", "[]", "0x1", "<<", "...", "---", "it's", "#x", "x#", "é", "🙂",
        "'\u{301}",
        "s3://a/b", "a'b\"c\\d", "x ' y", "y", "N", "${Y}", "$",
    ]

    /// A line, and the texts that YAML finds in it, with `@` for the value.
    @Test(
        "The value arrives, and nothing else changes",
        arguments: [
            ("K: ${X}", ["@"]), ("K:   ${X}   # ${C}", ["@"]), ("K: ${X}\t# ${C}", ["@"]),
            ("K: a${X}b${X}", ["a@b@"]), ("K: 'a ${X}'", ["a @"]),
            ("K: \"a ${X}\"  # ${C}", ["a @"]),
            // A quote that is written twice, or behind a backslash, ends nothing.
            ("K: 'it''s ${X}' # ${C}", ["it's @"]), ("K: '''${X}'''", ["'@'"]),
            ("K: \"q\\\"${X}\\\\\" # ${C}", ["q\"@\\"]), ("K: \"\\\\\" # ${C} ${X}", ["\\"]),
            // Brackets hold scalars of their own.
            ("K: [${X}]", ["@"]), ("K: [${X}, b]  # ${C}", ["@", "b"]),
            ("K: [ a , ${X} ]", ["a", "@"]),
            ("K: ['${X}', \"${X}\", ${X}]", ["@", "@", "@"]), ("K: {a: ${X}, b: c}", ["@", "c"]),
            ("K: {a: [${X}, s3://${X}/k], b: {c: x-${X}}}", ["@", "s3://@/k", "x-@"]),
            ("K: [[${X}], {a: ${X}}]\t# ${C}", ["@", "@"]),
            ("K: {a: 'it''s ${X}', b: ${X}}", ["it's @", "@"]),
            ("K:\n  - ${X}\n  - - ${X}\n  - a: ${X}\n  - [${X}]", ["@", "@", "@", "@"]),
        ], ["\n", "\r\n"])
    func everyWay(_ line: (text: String, reads: [String]), _ end: String) throws {
        let line = (text: line.text.replacing("\n", with: end), reads: line.reads)
        let (first, last) = (
            "# ${C} 'it\(end)\tA: [b, 'c']  #d\(end)\(end)", "Z: \"z\" # ${C}\(end)"
        )
        let head = first.replacing("\t", with: "")
        let values =
            end == "\n"
            ? Self.values : Self.values.enumerated().filter { $0.offset % 8 == 0 }.map(\.element)
        for value in values {
            let text = head + line.text + end + last
            let filled = try Self.fill(text, value)
            let same = "\(line.text) with \(value) -> \(filled)"
            #expect(filled.hasPrefix(head) && filled.hasSuffix(last), "\(same)")
            let comments = { (text: String) in text.ranges(of: "# ${C}").count }
            #expect(comments(filled) == comments(text), "\(same)")
            // As many lines, each with its own end.
            #expect(filled.utf8.count { $0 == 10 } == text.utf8.count { $0 == 10 }, "\(same)")
            #expect(filled.utf8.count { $0 == 13 } == text.utf8.count { $0 == 13 }, "\(same)")
            let root = try? ClusterDocument(text: filled).root.at("K")
            let texts = root.map { $0.everything.compactMap(\.text) }
            let expected = line.reads.map { $0.replacing("@", with: value) }
            #expect(
                texts.map { $0.map { Array($0.utf8) } } == expected.map { Array($0.utf8) },
                "\(same)")
        }
    }

    /// A value that YAML takes as it is, is written as it is.
    @Test(
        "Ordinary values need no quotes",
        arguments: ["subnet-01234567", "g5.8xlarge", "2", "us-east-1", "a/b"])
    func plain(_ value: String) throws {
        var random = SeededRandom(51)
        let pieces = [
            "A: ${X}", "- ${X}", "B: [${X}, ${X}]", "C: {a: ${X} , b: 1}", "D: '${X}'",
            "  E: x${X}  # ${X}",
            "# ${X}", "", "  ", "F: \"${X}\"\t", "G: a#${X}", "H: |", "\tI: ${X}\r",
            "J: 'it''s' # ${X} '", "K: $5",
        ]
        for _ in 0..<50 {
            let lines = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }
            let expected = lines.map { line in
                let comment = line.firstRange(of: "# ")?.lowerBound ?? line.endIndex
                return line[..<comment].replacing("${X}", with: value) + line[comment...]
            }
            #expect(
                try Self.fill(lines.joined(separator: "\n"), value)
                    == expected.joined(separator: "\n"))
        }
    }

    @Test("Every line of a variable is named, once", arguments: ["\n", "\r\n"])
    func places(_ end: String) {
        let lines = ["A: ${X}", "# ${X}", "B: [${Y}, ${X}, ${X}]", "", "C: x # ${Z}", "D: '#${Z}'"]
        let template = ConfigurationTemplate(name: "t", text: lines.joined(separator: end))
        #expect(template.names.map(\.name) == ["X", "Y", "Z"])
        #expect(template.names.map(\.lines) == [[1, 3], [3], [6]])
        let failure = #expect(throws: ConfigurationTemplate.Failure.self) {
            try template.configuration(from: VariableSources())
        }
        #expect(
            failure?.problems.map { $0.contains("(template lines 1, 3)") } == [true, false, false])
        #expect(failure?.description.split(separator: "\n").count == 3)
    }

    /// What a shell would fill in and fleet does not is told with its line, beside the variables without a value.
    @Test(
        "What is no ${NAME} is told",
        arguments: [
            ("A: $X", "'$X': only ${X} is filled in"),
            ("A: ${X", "'${X...': only ${X} is filled in"),
            ("A: ${X:-y}", "'${X...': only ${X} is filled in"),
            ("A: '${}'", "'${' without a name: only ${NAME} is filled in"),
            ("A: [x, \"${1}\"]", "'${' without a name: only ${NAME} is filled in"),
            ("A: ${X Y}", "'${X...': only ${X} is filled in"),
        ])
    func unreadable(_ line: String, _ why: String) {
        let failure = #expect(throws: ConfigurationTemplate.Failure.self) {
            try Self.fill("# c\n\(line)\nB: ${X}\n", "x")
        }
        #expect(failure?.problems == ["t:2: \(why)"])
    }

    /// The first line is a comment whatever the template is called: no name adds a line of YAML.
    @Test(
        "The line that fleet writes",
        arguments: [
            "c.yaml", "a\nRegion: x", "a\r\nRegion: x", "a\rRegion: x", "a\u{85}Region: x",
            "a\u{2028}Region: x", "é #: '",
        ])
    func marked(_ name: String) throws {
        for text in ["A: 1\n", "", "A: 1", "A: é\r\nB: 2\r\n"] {
            let written = WrittenConfiguration.marked(text, template: name)
            #expect(WrittenConfiguration.isUntouched(written))
            #expect(written.hasSuffix("\n" + text) && written.hasPrefix("# Written by fleet from "))
            #expect(
                (try? ClusterDocument(text: written))?.root.members.map(\.key)
                    == (try? ClusterDocument(text: text))?.root.members.map(\.key))
            // Any byte of the text or its mark that is changed, added or lost shows.
            let bytes = Array(written.utf8)
            for place in stride(
                from: bytes.count - 1, to: bytes.count - text.utf8.count - 17, by: -3)
            {
                var edited = bytes
                edited[place] ^= 1
                #expect(!WrittenConfiguration.isUntouched(String(decoding: edited, as: UTF8.self)))
            }
            #expect(!WrittenConfiguration.isUntouched(written + "\n"))
            #expect(!WrittenConfiguration.isUntouched("\n" + written))
        }
    }
}

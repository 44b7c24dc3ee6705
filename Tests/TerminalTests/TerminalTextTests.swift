import Terminal
import Testing

@Suite struct TerminalTextTests {
    struct Visible: Sendable, CustomTestStringConvertible {
        let text: String
        let visible: String
        var testDescription: String { visible }

        init(_ text: String, _ visible: String) {
            self.text = text
            self.visible = visible
        }
    }

    @Test(arguments: [
        Visible("", ""), Visible("plain text", "plain text"), Visible("한글 ok", "한글 ok"),
        Visible("\u{1b}[31mred\u{1b}[0m", "\\x1b[31mred\\x1b[0m"),
        Visible("\u{1b}]0;title\u{7}", "\\x1b]0;title\\x07"),
        Visible("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
        Visible("\0\u{8}\u{7f}", "\\x00\\x08\\x7f"),
        // C1 controls steer some terminals like an escape sequence.
        Visible("\u{9b}31m\u{85}", "\\u{9b}31m\\u{85}"),
        // Text that reads backwards, and text that is not seen.
        Visible("\u{202e}txt.exe\u{2066}", "\\u{202e}txt.exe\\u{2066}"),
        Visible("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
        Visible("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
        // The joiner inside an emoji is part of it.
        Visible("👩‍🚀", "👩‍🚀"),
        Visible("\u{fffd}", "\u{fffd}"),
    ])
    func visible(_ given: Visible) {
        #expect(TerminalText.visible(given.text) == given.visible)
    }

    @Test func nothingSteersTheTerminal() {
        let all = String(String.UnicodeScalarView((0...0x2fff).compactMap(Unicode.Scalar.init)))
        for scalar in TerminalText.visible(all).unicodeScalars {
            #expect(scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value))
            #expect(!(0x202a...0x202e).contains(scalar.value))
        }
    }

    @Test(
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("한글", 4), ("日本", 4), ("ｆｕ", 4),
            ("🚀", 2), ("👩‍🚀", 2), ("🇰🇷", 2), ("❤️", 2), ("✓", 1), ("→", 1), ("…", 1), ("🟢", 2),
            ("\u{1112}\u{1161}\u{11ab}", 2),
        ] as [(String, Int)])
    func width(_ text: String, _ columns: Int) {
        #expect(TerminalText.width(text) == columns)
    }

    struct Wrap: Sendable, CustomTestStringConvertible {
        let text: String
        let columns: Int
        let lines: [String]
        var testDescription: String { text }

        init(_ text: String, _ columns: Int, _ lines: String...) {
            self.text = text
            self.columns = columns
            self.lines = lines
        }
    }

    @Test(arguments: [
        Wrap("", 10, ""), Wrap("short", 10, "short"), Wrap("one two three", 7, "one two", "three"),
        Wrap("abcdefghij", 4, "abcd", "efgh", "ij"), Wrap("a abcdefgh", 4, "a", "abcd", "efgh"),
        Wrap("exact fits", 5, "exact", "fits"), Wrap("한글한글", 5, "한글", "한글"),
        // A glyph wider than the limit still gets a line, and the loop ends.
        Wrap("한글", 1, "한", "글"), Wrap("ab", 0, "a", "b"),
    ])
    func wrap(_ given: Wrap) {
        #expect(TerminalText.wrap(given.text, columns: given.columns) == given.lines)
    }

    @Test func wrapKeepsEverything() {
        let text = "The quick brown fox 한글 jumps over /a/very/long/path/without/any/spaces -> run"
        for columns in 2...90 {
            let lines = TerminalText.wrap(text, columns: columns)
            #expect(lines.allSatisfy { TerminalText.width($0) <= columns })
            let letters = lines.joined().filter { $0 != " " }
            #expect(letters == text.filter { $0 != " " })
        }
    }

    @Test(
        "A command stands on one line, whatever the width; without one the text is cut as ever",
        arguments: [
            ("-> look; then: fleet resume -n gpu-3 --force", "fleet resume -n gpu-3 --force"),
            (
                "-> scontrol update partitionname=spare state=up",
                "scontrol update partitionname=spare state=up"
            ),
            (
                "fleet health -n 'gpu-[3,6,8],cpu-1' --include-drained",
                "fleet health -n 'gpu-[3,6,8],cpu-1' --include-drained"
            ),
            ("-> the administrator of fleet knows; it is as it was, and stays so", nil),
        ])
    func commands(_ text: String, _ command: String?) {
        for width in 20...90 {
            let lines = TerminalText.wrapAround(text, columns: width, after: [","])
            #expect(lines.joined(separator: " ") == text || command == nil)
            if let command {
                #expect(lines.contains { $0.hasSuffix(command) }, "\(width): \(lines)")
                #expect(lines.allSatisfy { $0.count <= width || $0 == command })
            } else {
                #expect(lines == TerminalText.wrap(text, columns: width, after: [","]))
            }
        }
    }

    @Test(
        "A message is cut between words; a command, a path and a quoted word stay whole",
        arguments: [
            (
                "fleet: error: Slurm knows no node gpu-99; 'fleet status' lists the nodes.",
                "'fleet status'"
            ),
            (
                "the run is 3 h old: check again (fleet gpu-check -n gpu-1), or say --force.",
                "(fleet gpu-check -n gpu-1),"
            ),
            (
                "The command stands behind --, as in: fleet run -n a -- uptime -p; nodes with -n.",
                "fleet run -n a -- uptime -p;"
            ),
            (
                "  -> give it a reason: fleet drain -n 'gpu-[1-3]' --reason 'a; b'",
                "fleet drain -n 'gpu-[1-3]' --reason 'a; b'"
            ),
            (
                "cannot read /home/ubuntu/.fleet/runs/20261127-105630-1dd8/manifest.json: no such file",
                "/home/ubuntu/.fleet/runs/20261127-105630-1dd8/manifest.json:"
            ),
            ("fleet: error: there is no command 'fleet chek'; look it up", "'fleet chek';"),
            ("Usage: fleet run [<options>] (-- <command> ... | --shell <line> | --copy <f>)", nil),
            ("of another release: fleet is built for Slurm 25.11, and scontrol of 23.02", nil),
        ] as [(String, String?)])
    func messages(_ text: String, _ whole: String?) {
        for width in [20, 40, 60, 80, 200] {
            let lines = TerminalText.wrapMessage(text, columns: width)
            let words = lines.enumerated().map {
                $0.offset == 0 ? $0.element : String($0.element.dropFirst(2))
            }
            let margin = text.prefix { $0 == " " }.count
            #expect(
                words.map { String($0.dropFirst(margin)) }.joined(separator: " ")
                    == String(text.dropFirst(margin)))
            if let whole { #expect(lines.contains { $0.contains(whole) }, "\(width): \(lines)") }
            for line in lines where TerminalText.width(line) > width {
                #expect(
                    whole.map { line.drop { $0 == " " }.hasPrefix($0) } == true, "\(width): \(line)"
                )
            }
        }
    }

    @Test func aListOfNamesIsCutAfterCommas() {
        #expect(
            TerminalText.wrapMessage("fleet: on gpu-[1,3,5,7,9,11,13,15] nothing", columns: 20)
                == ["fleet: on", "  gpu-[1,3,5,7,9,11,", "  13,15] nothing"])
    }
}

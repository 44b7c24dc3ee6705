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
}

import Platform
import Testing

@Suite struct ShellQuoteTests {
    @Test(
        arguments: [
            (["uptime"], "uptime"), (["a", "b c"], "a 'b c'"), ([""], "''"), ([], ""),
            (["it's"], #"'it'\''s'"#), (["--env", "X=1"], "--env X=1"),
            (
                ["gpu-[1-4]", "{node}", "10%", "a@b", "/x_y.z:+,"],
                "'gpu-[1-4]' '{node}' 10% a@b /x_y.z:+,"
            ),
            (
                ["$HOME", "a;b", "*", "~", "#x", "!y", "a\nb"],
                "'$HOME' 'a;b' '*' '~' '#x' '!y' 'a\nb'"
            ),
            (["한글"], "한글"), (["=ls", "a=b"], "'=ls' a=b"),
        ] as [([String], String)])
    func readable(_ words: [String], _ line: String) {
        #expect(ShellQuote.readable(words) == line)
    }

    @Test func word() {
        #expect(ShellQuote.word("x") == "'x'")
        #expect(ShellQuote.word("'") == #"''\'''"#)
        #expect(ShellQuote.line(["a", "b'"]) == #"'a' 'b'\'''"#)
        // To Swift this is one character; to the shell its first byte is a quote.
        #expect(
            ShellQuote.word("'\u{301}").unicodeScalars.elementsEqual(
                "''\\''\u{301}'".unicodeScalars))
    }
}

import Terminal
import TestSupport
import Testing

/// Text from nodes, cut into lines: nothing is lost, and nothing is wider than it may be.
@Suite struct WrapPropertyTests {
    private static let pieces = [
        "a", "node", "gpu-[1,3,5-9]", ",", "한글", "日本語のテキスト", "🚀", "👩‍🚀", "🇰🇷🇫🇷",
        "e\u{301}\u{302}", "naïve", "\u{301}", "word", "/lustre/a/b", "ﬀ", "１２３", "…", "→",
    ]

    /// Words of one to four pieces, each parted from the next by a blank.
    private static func text(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in
            (0..<Int.random(in: 1...4, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }.joined(separator: " ")
    }

    @Test("Whatever the text, it comes back whole from lines that fit", arguments: 0..<8)
    func anyText(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let text = TerminalText.visible(Self.text(&random))
        for columns in [2, 3, 7, 20, 33, 80, 200] {
            for breaks in [[], [","]] as [Set<Character>] {
                let lines = TerminalText.wrap(text, columns: columns, after: breaks)
                #expect(!lines.isEmpty)
                for line in lines where TerminalText.width(line) > columns {
                    Issue.record("\(columns): \(line)")
                }
                let letters = lines.joined().filter { $0 != " " }
                #expect(letters == text.filter { $0 != " " }, "\(columns)")
            }
        }
    }

    @Test(
        "A command of a message stays whole whatever stands in it, and ends where its own mark closes"
    )
    func commands() {
        var random = SeededRandom(5)
        let words = ["gpu-1", "--reason", "a", "(b", "x=1", "it", "-n", "한글", "a)b"]
        for _ in 0..<300 {
            let name =
                ["fleet status", "sudo x", "scontrol show"].randomElement(using: &random) ?? ""
            let middle = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                words.randomElement(using: &random) ?? ""
            }
            let inner = ([name] + middle).joined(separator: " ")
            let bare = inner.filter { $0 != ")" }
            for command in ["'\(inner)'", "(\(bare))", "\(inner) 'c; d';"] {
                let text = "look at it: \(command) and then go on to the next one of them"
                for columns in [20, 50] {
                    let lines = TerminalText.wrapMessage(text, columns: columns)
                    #expect(lines.contains { $0.contains(command) }, "\(columns): \(lines)")
                    // What follows it is cut as ever.
                    #expect(
                        lines.last.map { TerminalText.width($0) <= columns } == true, "\(lines)")
                    #expect(
                        lines.enumerated().map {
                            $0.offset == 0 ? $0.element : String($0.element.dropFirst(2))
                        }
                        .joined(separator: " ") == text)
                }
            }
        }
    }

    @Test(
        "A command that never ends takes eight times the time for eight times the words",
        arguments: ["'fleet status", "(sudo x", "do: fleet status"])
    func endless(_ begin: String) {
        func time(_ count: Int) -> Duration {
            let text = begin + String(repeating: " it's", count: count) + " 'x;"
            return (0..<3).map { _ in
                ContinuousClock().measure {
                    #expect(!TerminalText.wrapMessage(text, columns: 80).isEmpty)
                }
            }.min() ?? .zero
        }
        let ratio = time(16_000) / time(2_000)
        // The square would be 64.
        #expect(ratio < 30, "\(ratio)")
    }

    @Test("What fits is left as it is, and one column less makes it two lines")
    func boundary() {
        for text in ["gpu-1 is drained", "한글 두 줄", "a b c d e f", "e\u{301}e\u{301} x"] {
            let width = TerminalText.width(text)
            #expect(TerminalText.wrap(text, columns: width) == [text])
            #expect(TerminalText.wrap(text, columns: width - 1).count == 2)
            #expect(TerminalText.wrapAround(text, columns: width) == [text])
            #expect(TerminalText.wrapMessage(text, columns: width) == [text])
        }
    }

    @Test("A list of names is cut after a comma where one fits, else anywhere")
    func commas() {
        #expect(
            TerminalText.wrap("gpu-[1,13,155,1777]", columns: 9, after: [","])
                == ["gpu-[1,", "13,155,", "1777]"])
        #expect(
            TerminalText.wrap("abc,defghijkl", columns: 4, after: [","]) == [
                "abc,", "defg", "hijk", "l",
            ])
        #expect(TerminalText.wrap("abc,defg", columns: 4) == ["abc,", "defg"])
        #expect(TerminalText.wrap("ab,한글,c", columns: 5, after: [","]) == ["ab,", "한글,", "c"])
    }

    @Test("A list as that of a large cluster with names of no order is cut in one pass")
    func longWord() {
        let list = (0..<3_000).map { "compute-st-\(String($0, radix: 36))x" }
            .joined(separator: ",")
        let lines = TerminalText.wrap(list, columns: 24, after: [","])
        #expect(lines.joined() == list)
        #expect(lines.count == 3_000 && lines.dropLast().allSatisfy { $0.hasSuffix(",") })
    }

    @Test("A list in a message is cut where the next name does not fit, and comes back whole")
    func messageList() {
        var random = SeededRandom(7)
        for _ in 0..<60 {
            let names = (0..<Int.random(in: 2...40, using: &random)).map { _ in
                String(repeating: "한", count: Int.random(in: 0...2, using: &random))
                    + String(repeating: "n", count: Int.random(in: 1...9, using: &random))
            }
            let lines = TerminalText.cutAfterCommas(
                "  " + names.joined(separator: ","), columns: 20, margin: "    ")
            let texts = lines.enumerated().map { $1.dropFirst($0 == 0 ? 2 : 4) }
            #expect(texts.joined() == names.joined(separator: ","))
            for (line, next) in zip(lines, texts.dropFirst()) {
                #expect(line.hasSuffix(",") && TerminalText.width(line) <= 20)
                let name = next.prefix { $0 != "," } + (next.contains(",") ? "," : "")
                #expect(TerminalText.width(line + name) > 20)
            }
            #expect(TerminalText.width(lines.last ?? "") <= 20)
        }
        // What has no comma that fits stays whole, whatever follows.
        let long = String(repeating: "n", count: 30)
        #expect(
            TerminalText.cutAfterCommas("a,\(long),b,c", columns: 20, margin: "  ")
                == ["a,", "  \(long),b,c"])
    }

    @Test("Twice the names in a message are twice the work, not four times")
    func messageWork() {
        func work(_ count: Int) -> Int {
            var measured = 0
            let list = (0..<count).map { "gpu-\(1_000 + $0 * 3)" }.joined(separator: ",")
            let lines = TerminalText.cutAfterCommas(list, columns: 80, margin: "  ") { _ in
                measured += 1
                return 1
            }
            #expect(lines.count > count / 10)
            return measured
        }
        #expect(work(2_000) < work(1_000) * 5 / 2)
    }

    @Test("A width of nothing still ends, with a letter a line")
    func noWidth() {
        for columns in [0, -1, .min] {
            #expect(TerminalText.wrap("ab 한", columns: columns) == ["a", "b", "한"])
        }
        #expect(TerminalText.wrap("ab", columns: .max) == ["ab"])
    }

    @Test(
        "The widest piece is what a column needs so that no name is split",
        arguments: [
            ("", 0), ("gpu-1", 6), ("gpu-[1,13,155]", 7), ("a bb ccc", 4), ("한글,a", 5),
            (" , ", 0),
        ] as [(String, Int)])
    func widest(_ text: String, _ columns: Int) {
        #expect(TerminalText.widestPiece(text) == columns)
        guard columns > 0 else { return }
        let lines = TerminalText.wrap(text, columns: columns, after: [","])
        for piece in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            #expect(lines.contains { $0.contains(piece) })
        }
    }

    @Test(
        "A tab of a node's output ends at the next stop of eight, as on the node's own terminal",
        arguments: [
            ("a\tb", "a       b"), ("\tx", "        x"), ("12345678\tx", "12345678        x"),
            ("1234567\tx", "1234567 x"), ("한\tx", "한      x"), ("a\t\tb\r\n", "a               b"),
            ("\u{1b}[1m\tx", "\\x1b[1m x"), ("", ""), ("\n", ""), ("\r\n", ""),
            ("a\rb\n", "a\\rb"),
        ])
    func tabs(_ bytes: String, _ shown: String) {
        #expect(TerminalText.line(Array(bytes.utf8)[...]) == shown)
    }
}

import TestSupport
import Testing

@testable import Reports
@testable import Terminal

/// A comparison is a patch: it makes one text of the other, both ways, whatever the texts are.
@Suite struct UnifiedDiffPropertyTests {
    private struct Refusal: Error {
        let line: String
    }

    /// Applies a comparison as patch(1) does, strictly: every number in it must be true; reversed, it makes the old text.
    private func applied(
        _ lines: [[UInt8]], to text: [UInt8], isReversed: Bool = false
    ) throws -> [UInt8] {
        let text = text.lines.map(Array.init)
        let (take, give) = isReversed ? ("+", "-") : ("-", "+")
        var result: [[UInt8]] = []
        var place = 0
        var last = ""
        var counts = (old: 0, new: 0)
        for line in lines {
            let mark = String(decoding: line.prefix(1), as: UTF8.self)
            let words = Array(line.dropFirst()) + [.newline]
            switch mark {
            case "@":
                guard counts == (0, 0) else { throw Refusal(line: "a hunk ends early") }
                let header = try Header(String(decoding: line, as: UTF8.self))
                counts = (header.old.count, header.new.count)
                let range = isReversed ? header.new : header.old
                let start = range.count == 0 ? range.start : range.start - 1
                guard start >= place, start <= text.count else { throw Refusal(line: "\(start)") }
                result += text[place..<start]
                place = start
            case " ", take:
                guard place < text.count, text[place].starts(with: words.dropLast()) else {
                    throw Refusal(line: String(decoding: line, as: UTF8.self))
                }
                if mark == " " { result.append(text[place]) }
                place += 1
            case give: result.append(words)
            case "\\": if last == give { result[result.count - 1].removeLast() }
            default: throw Refusal(line: mark)
            }
            if mark == " " || mark == "-" { counts.old -= 1 }
            if mark == " " || mark == "+" { counts.new -= 1 }
            last = mark
        }
        guard counts == (0, 0) else { throw Refusal(line: "the last hunk ends early") }
        return Array((result + text[place...]).joined())
    }

    private struct Header {
        let old: (start: Int, count: Int)
        let new: (start: Int, count: Int)

        init(_ line: String) throws {
            guard let match = line.wholeMatch(of: /@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/),
                let old = Int(match.1), let new = Int(match.3)
            else { throw Refusal(line: line) }
            self.old = (old, match.2.flatMap { Int($0) } ?? 1)
            self.new = (new, match.4.flatMap { Int($0) } ?? 1)
        }
    }

    /// Lines that look like a comparison's own, and lines that differ in what is not seen.
    private static let pieces = [
        "a\n", "b\n", "c\n", "\n", "\n", "a\r\n", "a \n", "\t\n", "+a\n", "-a\n", "@@ -1 +1 @@\n",
        "\\ No newline at end of file\n", " a\n", "한\n", "--- a\n", "\0\n",
    ]

    private static func text(_ random: inout SeededRandom, most: Int) -> String {
        let body = (0..<Int.random(in: 0...most, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        return body + (Bool.random(using: &random) ? "" : "end")
    }

    private func check(_ old: String, _ new: String) throws {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        let lines = UnifiedDiff(from: old, to: new).lines
        #expect(lines.isEmpty == (old == new))
        #expect(try applied(lines, to: old) == new)
        #expect(try applied(lines, to: new, isReversed: true) == old)
    }

    @Test("Any two texts", arguments: 0..<40)
    func unrelated(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        for most in [0, 1, 3, 12, 40] {
            try check(Self.text(&random, most: most), Self.text(&random, most: most))
        }
    }

    @Test("A text and the same with some lines changed, moved or gone", arguments: 0..<40)
    func related(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let old = Self.text(&random, most: 80)
        var lines = Array(old.utf8).lines.map { String(decoding: $0, as: UTF8.self) }
        for _ in 0..<Int.random(in: 1...8, using: &random) where !lines.isEmpty {
            let place = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: lines.remove(at: place)
            case 1: lines.insert(lines[place], at: 0)
            case 2: lines[place] = "changed\n"
            default: lines.swapAt(place, 0)
            }
        }
        try check(old, lines.joined())
    }

    @Test(
        "Texts that are empty, and ends with and without a newline",
        arguments: ["", "\n", "a", "a\n", "\na", "a\nb", "a\nb\n", "\n\n", "b\na"])
    func ends(_ old: String) throws {
        for new in ["", "\n", "a", "a\n", "b", "a\n\n", "a\nb", "a\nb\n", "x\na\nb"] {
            try check(old, new)
        }
    }

    @Test("A change shows three lines around it and no more, and costs no line that is equal")
    func context() {
        let old = (0..<50).map { "\($0)\n" }
        for place in [0, 1, 3, 25, 46, 48, 49] {
            var new = old
            new[place] = "x\n"
            let lines = UnifiedDiff(
                from: Array(old.joined().utf8), to: Array(new.joined().utf8)
            ).lines.map { String(decoding: $0, as: UTF8.self) }
            #expect(lines.filter { $0.hasPrefix("-") } == ["-\(place)"])
            #expect(lines.filter { $0.hasPrefix("+") } == ["+x"])
            let around = lines.filter { $0.hasPrefix(" ") }
            #expect(around.count == min(3, place) + min(3, 49 - place))
        }
    }

    @Test(
        "Up to the bound every changed line is shown; one more, and the first ten of each side are")
    func bound() throws {
        func numbered(_ count: Int, _ word: String) -> String {
            (0..<count).map { "\(word)\($0)\n" }.joined()
        }
        let half = UnifiedDiff.bound / 2
        try check(numbered(half, "o"), numbered(half, "n"))
        let more = UnifiedDiff(
            from: Array(numbered(half, "o").utf8), to: Array(numbered(half + 1, "n").utf8)
        ).lines.map { String(decoding: $0, as: UTF8.self) }
        #expect(more.count == 21 && more[0] == "differs in 1001 lines; the first of them:")
        #expect(more[1...10] == (0..<10).map { "-o\($0)" }[...])
        #expect(Array(more[11...]) == (0..<10).map { "+n\($0)" })
    }
}

@testable import Reports
@testable import Terminal
import TestSupport
import Testing

@Suite struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String) -> [String] {
        UnifiedDiff(from: Array(old.utf8), to: Array(new.utf8)).lines
            .map { String(decoding: $0, as: UTF8.self) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let lines: [String]
        var testDescription: String { "\(old) \(new)" }

        init(_ old: String, _ new: String, _ lines: String...) {
            self.old = old
            self.new = new
            self.lines = lines
        }
    }

    // As GNU diff -u prints them.
    @Test(arguments: [
        Case("", ""), Case("a\n", "a\n"), Case("", "a\n", "@@ -0,0 +1 @@", "+a"),
        Case("a\n", "", "@@ -1 +0,0 @@", "-a"),
        Case("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"),
        Case(
            "a\n", "a", "@@ -1 +1 @@", "-a", "+a", "\\ No newline at end of file"),
        Case(
            "a", "a\n", "@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+a"),
        Case(
            "1\na", "2\na", "@@ -1,2 +1,2 @@", "-1", "+2", " a",
            "\\ No newline at end of file"),
        Case(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@",
            " 2", " 3", " 4", "-5", "+x", " 6", " 7", " 8"),
        // Seven equal lines between two changes part them into two hunks; six do not.
        Case(
            "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n", "@@ -1,4 +1,4 @@",
            "-a", "+x", " 1", " 2", " 3", "@@ -6,4 +6,4 @@", " 5", " 6", " 7", "-b", "+y"),
        Case(
            "a\n1\n2\n3\n4\n5\n6\nb\n", "x\n1\n2\n3\n4\n5\n6\ny\n", "@@ -1,8 +1,8 @@", "-a", "+x",
            " 1", " 2", " 3", " 4", " 5", " 6", "-b", "+y"),
    ])
    func hunks(_ given: Case) {
        #expect(diff(given.old, given.new) == given.lines)
    }

    /// Takes the comparison back: what is kept and added of it must be the new output.
    private func applied(_ lines: [[UInt8]], to old: [UInt8]) -> [UInt8] {
        let old = old.lines.map(Array.init)
        var result: [[UInt8]] = []
        var place = 0
        var mark: UInt8?
        for line in lines {
            switch line.first {
            case UInt8(ascii: "@"):
                let words = String(decoding: line, as: UTF8.self).split(separator: " ")
                let range = words[1].dropFirst().split(separator: ",").compactMap { Int($0) }
                let start = range.count == 2 && range[1] == 0 ? range[0] : range[0] - 1
                result += old[place..<start]
                place = start
            case UInt8(ascii: "-"): place += 1
            case UInt8(ascii: " "):
                result.append(old[place])
                place += 1
            case UInt8(ascii: "+"): result.append(line.dropFirst() + [.newline])
            default: if mark == UInt8(ascii: "+") { result[result.count - 1].removeLast() }
            }
            mark = line.first
        }
        return Array((result + old[place...]).joined())
    }

    @Test func randomOutputs() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                "abcdef".randomElement() ?? "a"
            }
            var new = old
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = Int.random(in: 0...new.count, using: &random)
                if Bool.random(using: &random) || place == new.count {
                    new.insert("abxyz".randomElement() ?? "a", at: place)
                } else {
                    new.remove(at: place)
                }
            }
            func bytes(_ letters: [Character]) -> [UInt8] {
                letters.flatMap { Array("\($0)\n".utf8) }
            }
            let lines = UnifiedDiff(from: bytes(old), to: bytes(new)).lines
            #expect(applied(lines, to: bytes(old)) == bytes(new), "\(old) \(new)")
        }
    }

    private func numbered(_ range: some Sequence<Int>, _ word: String) -> [UInt8] {
        Array(range.map { "\(word) line number \($0)\n" }.joined().utf8)
    }

    @Test(.timeLimit(.minutes(20))) func everyLineDiffers() {
        let count = Fuzzing.rounds(100_000, few: 20_000)
        let old = numbered(0..<count, "old")
        let lines = UnifiedDiff(from: old, to: numbered(0..<count, "new")).lines
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.count == 21)
        #expect(lines.first == "differs in \(count) lines; the first of them:")
        #expect(lines[1] == "-old line number 0" && lines[11] == "+new line number 0")
    }

    @Test(.timeLimit(.minutes(20))) func largeAndReordered() {
        let lines = UnifiedDiff(
            from: numbered(0..<20_000, "x"), to: numbered((0..<20_000).reversed(), "x")
        ).lines
        #expect(lines.first == Array("differs in 20000 lines; the first of them:".utf8))
    }

    /// Few changes far apart in a large output are still shown one by one.
    @Test(.timeLimit(.minutes(20))) func largeWithFewChanges() {
        let old = numbered(0..<20_000, "x")
        let new = Array("first\n".utf8) + old + Array("last\n".utf8)
        let lines = UnifiedDiff(from: old, to: new).lines
        #expect(lines.count == 10)
        #expect(applied(lines, to: old) == new)
    }

    @Test(.timeLimit(.minutes(20))) func oneHugeLine() {
        let count = Fuzzing.rounds(10_000_000, few: 1_000_000)
        let old = [UInt8](repeating: 0x61, count: count)
        let lines = UnifiedDiff(from: old, to: old + [0x62]).lines
        #expect(lines.map(\.count) == [11, count + 1, 27, count + 2, 27])
    }
}

@testable import FanOut
import Foundation
@testable import SlurmModel
@testable import Sweeps
import TestSupport
import Testing

/// Words that the shell completes, and words for times.
@Suite("Words and times") struct WordTests {
    private static let letters = Array("ab,!&^[]-1가 '\"$\u{1b}")

    @Test("A completion is the word so far with one name at its end", arguments: 0..<80)
    func property(_ seed: UInt64) {
        var random = SeededRandom(seed)
        func word(_ most: Int) -> String {
            String(
                (0..<Int.random(in: 0...most, using: &random)).compactMap { _ in
                    Self.letters.randomElement(using: &random)
                })
        }
        let names = (0..<30).map { _ in word(3) }
        let prefix = word(6)
        let most = Int.random(in: 1...9, using: &random)
        let words = WordCompletion.candidates(names, for: prefix, most: most)
        #expect(words.count <= most && Set(words).count == words.count)
        let head = prefix.lastIndex { ",!&^".contains($0) }.map { prefix[...$0] } ?? ""
        for word in words {
            // The shell replaces what stands there by the answer: nothing of it may be lost.
            #expect(word.hasPrefix(prefix) && word.hasPrefix(head))
            #expect(names.contains(String(word.dropFirst(head.count))))
        }
        // Inside brackets a name is not written in full.
        if prefix.count(where: { $0 == "[" }) != prefix.count(where: { $0 == "]" }) {
            #expect(words.isEmpty)
        }
    }

    @Test("The first names come first, and more letters bring the others")
    func narrowing() {
        let names = (0..<3_000).map { "gpu-\($0)" }
        #expect(WordCompletion.candidates(names, for: "") == Array(names.prefix(1_000)))
        #expect(WordCompletion.candidates(names, for: "a,gpu-2999") == ["a,gpu-2999"])
        #expect(WordCompletion.candidates(names, for: "gpu-2999,").first == "gpu-2999,gpu-0")
        #expect(WordCompletion.candidates([], for: "gpu").isEmpty)
        #expect(WordCompletion.candidates(["", "a"], for: "") == ["", "a"])
    }

    // MARK: - Times

    @Test("Names of runs sort by their time, over the ends of days, years and leap days")
    func timestamps() {
        let moments = [
            951_782_399, 951_782_400, 951_868_799, 1_709_164_800, 1_767_225_599, 1_767_225_600,
            1_795_442_531, 2_147_483_647, 2_147_483_648, 4_294_967_295,
        ]
        let texts = moments.map(RunTimestamp.text)
        #expect(texts == texts.sorted())
        #expect(
            texts.prefix(6) == [
                "20000228-235959", "20000229-000000", "20000229-235959", "20240229-000000",
                "20251231-235959", "20260101-000000",
            ])
        #expect(texts.suffix(2) == ["20380119-031408", "21060207-062815"])
        for text in texts { #expect(RunID.isName(text + "-0000"), "\(text)") }
    }

    @Test("A new run's name is one of fleet's names, of now, and no two are alike")
    func newName() {
        let before = RunTimestamp.text(secondsSince1970: Int(Date().timeIntervalSince1970))
        let names = (0..<50).map { _ in RunTimestamp.newID().description }
        let after = RunTimestamp.text(secondsSince1970: Int(Date().timeIntervalSince1970))
        #expect(names.allSatisfy(RunID.isName))
        #expect(names.allSatisfy { before <= $0.prefix(15) && $0.prefix(15) <= after })
        // Two digits are random, so that two fleets which begin at once rarely collide.
        #expect(Set(names).count > 1)
    }

    @Test("A time of today has no date; any other has it, in the machine's own zone")
    func clock() {
        let writer = DateFormatter()
        writer.locale = Locale(identifier: "en_US_POSIX")
        writer.dateFormat = "yyyy-MM-dd HH:mm:ss"
        for seconds in [0, 9, 59, 951_782_410, 1_795_442_531, 4_294_967_295] {
            let text = writer.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(ClockTime.withSeconds(seconds) == text)
            #expect(ClockTime.text(seconds) == String(text.dropLast(3)))
        }
        // Asked again where midnight came between.
        var now = Int(Date().timeIntervalSince1970)
        var text = ClockTime.withSeconds(now)
        if text.count > 8 {
            now = Int(Date().timeIntervalSince1970)
            text = ClockTime.withSeconds(now)
        }
        #expect(writer.string(from: Date(timeIntervalSince1970: Double(now))).hasSuffix(" " + text))
        #expect(text.count == 8 && ClockTime.text(now).count == 5)
    }
}

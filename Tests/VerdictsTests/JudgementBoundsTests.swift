import TestSupport
import Testing
import Verdicts

/// One node's flood costs itself its details, never its verdict, and the other nodes nothing.
@Suite struct JudgementBoundsTests {
    private static func cuts(_ judgement: Judgement) -> [Finding] {
        judgement.findings.filter { $0.code == Judgement.cutCode }
    }

    private static func flood(_ count: Int, _ severity: Severity) -> [Finding] {
        (0..<count).map { Finding(severity, code: "a", message: "\($0)") }
    }

    @Test(
        "Findings are cut from the first one too many, and never weigh less for it",
        arguments: [0, 1, 199, 200, 201, 202, 5_000], Severity.allCases)
    func findings(_ count: Int, _ severity: Severity) {
        let judgement = Judgement(findings: Self.flood(count, severity))
        let bounded = judgement.bounded
        #expect(bounded.verdict == judgement.verdict)
        #expect(bounded.bounded == bounded)
        guard count > 200 else {
            #expect(bounded == judgement)
            return
        }
        #expect(bounded.findings.count == 201)
        #expect(Self.cuts(bounded).map(\.severity) == [severity])
        #expect(
            Self.cuts(bounded).first?.message.contains(": \(count - 200) more findings left")
                == true)
    }

    @Test("The worst are kept, and what is left out weighs what its own worst does")
    func worst() {
        let judgement = Judgement(
            findings: Self.flood(300, .warn) + Self.flood(150, .fail) + Self.flood(9, .unknown))
        let bounded = judgement.bounded
        #expect(bounded.findings.count { $0.severity == .fail } == 150)
        #expect(bounded.findings.count { $0.severity == .unknown } == 9)
        #expect(Self.cuts(bounded).map(\.severity) == [.warn])
        #expect(bounded.findings.map(\.severity) == bounded.findings.map(\.severity).sorted(by: >))
    }

    @Test(
        "A text is cut between letters, says its whole size, and has it still when looked at again",
        arguments: ["x", "é", "한", "🚀", "e\u{301}"])
    func texts(_ letter: String) {
        for size in [1_999, 2_000, 2_001, 2_003, 2_500, 300_000] {
            let text = String(repeating: letter, count: size / letter.utf8.count)
            let bounded = Judgement(
                findings: [
                    Finding(.fail, code: "a", subject: text, message: text, remedy: text)
                ]).bounded
            #expect(bounded.bounded == bounded)
            for kept in [
                bounded.findings[0].subject, bounded.findings[0].message,
                bounded.findings[0].remedy,
            ] {
                let kept = kept ?? ""
                #expect(kept.utf8.count <= JudgementLimits.text)
                guard text.utf8.count > JudgementLimits.text else {
                    #expect(kept == text)
                    continue
                }
                let note = " ... (\(text.utf8.count) bytes)"
                #expect(kept.hasSuffix(note) && kept.utf8.count > JudgementLimits.text - 4)
                #expect(text.unicodeScalars.starts(with: kept.dropLast(note.count).unicodeScalars))
            }
        }
    }

    @Test("A fact's long text is cut once, and the node is then not known to be well")
    func longFact() {
        let text = String(repeating: "y", count: 50_000)
        let bounded = Judgement(facts: ["f": .list([.string(text)])]).bounded
        let kept = bounded.facts["f"]?.elements.first?.text ?? ""
        #expect(kept.utf8.count == JudgementLimits.value && kept.hasSuffix("y ... (50000 bytes)"))
        #expect(bounded.verdict == .unknown && bounded.bounded == bounded)
        #expect(Self.cuts(bounded).first?.message.hasSuffix(": the ends of texts left out") == true)
        let fits = FactValue.string(String(repeating: "y", count: JudgementLimits.value))
        #expect(Judgement(facts: ["f": fits]).bounded.facts["f"] == fits)
    }

    private static func object(_ count: Int, reversed: Bool = false) -> FactValue {
        var fields: [String: FactValue] = [:]
        if reversed { fields.reserveCapacity(count * 3) }
        let numbers = Array(0..<count)
        for number in reversed ? numbers.reversed() : numbers {
            fields["k\(number)"] = .int(number)
        }
        return .object(fields)
    }

    private static func kept(_ fact: FactValue?) -> Set<String> {
        Set((fact?.fields ?? [:]).filter { $0.value != .null }.keys)
    }

    @Test("Of a flood of facts the same ones are kept in every process, and the small ones always")
    func facts() {
        let small: [String: FactValue] = [
            "zz": .string("kept"), "list": .list([.int(1), .bool(true), .null]),
        ]
        let one = Judgement(facts: small.merging(["a": Self.object(30_000)]) { $1 }).bounded
        let other = Judgement(
            facts: small.merging(["a": Self.object(30_000, reversed: true)]) { $1 }
        ).bounded
        #expect(Self.kept(one.facts["a"]) == Self.kept(other.facts["a"]))
        #expect(Self.kept(one.facts["a"]).count == JudgementLimits.facts - 3)
        #expect(one.facts["zz"] == small["zz"] && one.facts["list"] == small["list"])
        #expect(one.verdict == .unknown && Self.cuts(one).count == 1)
        #expect(Self.cuts(one).first?.message.contains(": 10003 facts left out") == true)
        let isSame = one.bounded == one
        #expect(isSame)
    }

    @Test("Facts up to the limit stay, whatever the nulls among them")
    func factsThatFit() {
        let facts: [String: FactValue] = [
            "a": Self.object(JudgementLimits.facts), "n": .list([.null, .null]),
        ]
        let isSame = Judgement(facts: facts).bounded == Judgement(facts: facts)
        #expect(isSame)
        let more = Judgement(facts: facts.merging(["z": .int(1)]) { $1 }).bounded
        #expect(Self.cuts(more).first?.message.contains(": 1 facts left out") == true)
    }

    @Test("A list is cut at its end, a tree at its depth, and both are counted")
    func shapes() {
        let long = Judgement(facts: ["l": .list((0..<1_005).map { .int($0) })]).bounded
        #expect(long.facts["l"]?.elements.last == .int(999))
        #expect(Self.cuts(long).first?.message.contains(": 5 facts left out") == true)
        var deep = FactValue.list([.int(1), .int(2)])
        for _ in 0..<40 { deep = .object(["d": deep]) }
        let cut = Judgement(facts: ["d": deep]).bounded
        #expect(Self.cuts(cut).first?.message.contains(": 2 facts left out") == true)
        var depth = 0
        var rest = cut.facts["d"]
        while let next = rest?.fields["d"] { (rest, depth) = (next, depth + 1) }
        #expect(depth == JudgementLimits.depth - 1 && rest == .null)
        for judgement in [long, cut] { #expect(judgement.bounded == judgement) }
    }

    @Test("Any judgement is bounded to one that is so already", arguments: 0..<5)
    func anyFlood(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var facts: [String: FactValue] = [:]
        for number in 0..<Int.random(in: 0...6, using: &random) {
            facts["f\(number)"] =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: Self.object(Int.random(in: 0...9_000, using: &random))
                case 1:
                    .list(
                        Array(repeating: .null, count: Int.random(in: 990...1_010, using: &random)))
                case 2:
                    .string(
                        String(repeating: "한", count: Int.random(in: 0...3_000, using: &random)))
                default:
                    .list(
                        Array(
                            repeating: Self.object(20),
                            count: Int.random(in: 0...1_100, using: &random)))
                }
        }
        let findings = Severity.allCases.flatMap {
            Self.flood(Int.random(in: 0...90, using: &random), $0)
        }
        let judgement = Judgement(findings: findings, facts: facts)
        let bounded = judgement.bounded
        let isSame = bounded.bounded == bounded
        #expect(isSame && bounded.verdict >= judgement.verdict)
        #expect(Set(bounded.facts.keys) == Set(facts.keys))
    }

    @Test("An answer that could not be judged in time is not known, and says why")
    func tooMuch() {
        let judgement = Judgement.tooMuch("9 MB in one line")
        #expect(judgement.verdict == .unknown && judgement.bounded == judgement)
        #expect(
            judgement.findings.map(\.text) == [
                "too much to judge: 9 MB in one line -> see what the node wrote: fleet show --output-dir ./answers"
            ])
    }
}

import History
import Testing
import Verdicts

/// What changed in a row of runs.
@Suite struct StandingTests {
    /// A row of runs, a letter each: ok, warn, unknown, fail; and what there is to say after it.
    struct Row: Sendable, CustomTestStringConvertible {
        let letters: String
        let kind: HistoryChange.Kind?
        /// The index of the run in `since`, and what `runs` says.
        let since: Int
        let runs: Int
        /// Which runs' findings the message has.
        let message: String?
        /// What counts as new: the index of a run; nil for what the newest changed.
        let begin: Int?
        var testDescription: String { "\(letters) since \(begin.map(String.init) ?? "-")" }

        init(
            _ letters: String, _ kind: HistoryChange.Kind?, since: Int = 0, runs: Int = 0,
            _ message: String? = nil, from begin: Int? = nil
        ) {
            self.letters = letters
            self.kind = kind
            self.since = since
            self.runs = runs
            self.message = message
            self.begin = begin
        }
    }

    static let rows = [
        Row("o", nil), Row("w", nil), Row("oowo", nil),
        Row("f", .new, since: 0, runs: 1, "f0"), Row("of", .new, since: 1, runs: 1, "f1"),
        Row("off", .failing, since: 1, runs: 2, "f2"),
        Row("ofo", .fixed, since: 2, runs: 1, "f1"), Row("ofw", .fixed, since: 2, runs: 1, "f1"),
        // Fixed is said once.
        Row("ofoo", nil), Row("ofow", nil),
        Row("fffo", .fixed, since: 3, runs: 3, "f2"),
        // Unknown is neither a fix, nor does it end a row of failures.
        Row("fu", .unknown, since: 0, runs: 2, "u1; failed before: f0"),
        Row("fuf", .failing, since: 0, runs: 3, "f2"),
        Row("fuo", .fixed, since: 2, runs: 2, "f0"),
        Row("u", .unknown, since: 0, runs: 1, "u0"),
        Row("ouu", .unknown, since: 1, runs: 2, "u2"),
        Row("ouf", .new, since: 2, runs: 2, "f2"), Row("ouff", .failing, since: 2, runs: 3, "f3"),
        Row("uo", .fixed, since: 1, runs: 1, "u0"), Row("uuo", .fixed, since: 2, runs: 2, "u1"),
        // A second time is new again.
        Row("fof", .new, since: 2, runs: 1, "f2"),
        // With a time everything since counts.
        Row("off", .new, since: 1, runs: 2, "f2", from: 1),
        Row("off", .failing, since: 1, runs: 2, "f2", from: 2),
        Row("ofoo", .fixed, since: 2, runs: 1, "f1", from: 2), Row("ofoo", nil, from: 3),
        Row("ofoo", .fixed, since: 2, runs: 1, "f1", from: 0),
    ]

    private static func standing(_ letters: String) -> Standing? {
        let verdicts: [Character: Verdict] = [
            "o": .ok, "w": .warn, "u": .unknown, "f": .fail,
        ]
        var standing: Standing?
        for (index, letter) in letters.enumerated() {
            let verdict = verdicts[letter] ?? .ok
            let message = verdict < .unknown ? nil : "\(letter)\(index)"
            standing =
                if let standing {
                    standing.followed(
                        by: verdict, time: index * 10, run: "r\(index)", message: message)
                } else {
                    Standing(verdict: verdict, time: index * 10, run: "r\(index)", message: message)
                }
        }
        return standing
    }

    @Test(arguments: rows)
    func change(_ row: Row) throws {
        let standing = try #require(Self.standing(row.letters))
        let change = standing.change(node: "n", check: "c", since: row.begin.map { $0 * 10 })
        #expect(change?.kind == row.kind)
        guard let change else { return }
        #expect(change.since == row.since * 10)
        #expect(change.runs == row.runs)
        #expect(change.message == row.message)
        #expect(change.time == (row.letters.count - 1) * 10)
        #expect(change.run == "r\(row.letters.count - 1)")
    }

    @Test(
        "SINCE of a warning is the first run after the last that said ok; of a failure its first",
        arguments: [
            ("w", 0), ("ow", 1), ("ooow", 3), ("oww", 1), ("owow", 3), ("owfw", 1), ("ofw", 1),
            ("owuw", 1), ("ofow", 3), ("owf", 2), ("owff", 2), ("ouf", 2), ("oo", 0),
        ])
    func begin(_ letters: String, _ index: Int) throws {
        let standing = try #require(Self.standing(letters))
        #expect(standing.begin == index * 10)
    }

    @Test("What ended before the newest run changes nothing")
    func late() throws {
        let standing = try #require(Self.standing("of"))
        #expect(standing.followed(by: .ok, time: 9, run: "r", message: nil) == nil)
        #expect(standing.followed(by: .ok, time: 10, run: "r", message: nil)?.verdict == .ok)
    }
}

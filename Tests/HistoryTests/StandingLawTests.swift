import History
import TestSupport
import Testing
import Verdicts

/// Whatever row of runs there was, the standing says of it what a look at all of them would.
@Suite struct StandingLawTests {
    private static let verdicts: [Character: Verdict] = [
        "o": .ok, "w": .warn, "u": .unknown, "f": .fail,
    ]

    private static func isWell(_ letter: Character) -> Bool { letter == "o" || letter == "w" }

    /// The runs of one check, told as a whole.
    private struct Story {
        let letters: [Character]
        let times: [Int]

        /// The stretch that ends at a run: all well, or all not.
        func stretch(to end: Int) -> ClosedRange<Int> {
            var start = end
            while start > 0, isWell(letters[start - 1]) == isWell(letters[end]) { start -= 1 }
            return start...end
        }

        func firstFailure(in range: ClosedRange<Int>) -> Int? {
            range.first { letters[$0] == "f" }.map { times[$0] }
        }

        var oddSince: Int? {
            guard letters.last != "o" else { return nil }
            let place = letters.lastIndex(of: "o").map { $0 + 1 } ?? 0
            return times[place]
        }

        var problem: Standing.Problem? {
            guard let end = letters.lastIndex(where: { !isWell($0) }) else { return nil }
            let range = stretch(to: end)
            let told = range.last { letters[$0] == "f" } ?? end
            return Standing.Problem(
                worst: range.contains { letters[$0] == "f" } ? .fail : .unknown, runs: range.count,
                message: "\(letters[told])\(told)")
        }
    }

    private static func standing(_ story: Story) -> Standing? {
        var standing: Standing?
        for (place, letter) in story.letters.enumerated() {
            let verdict = verdicts[letter] ?? .ok
            let (time, run) = (story.times[place], "r\(place)")
            let message = isWell(letter) ? nil : "\(letter)\(place)"
            standing =
                if let standing {
                    standing.followed(by: verdict, time: time, run: run, message: message)
                } else {
                    Standing(verdict: verdict, time: time, run: run, message: message)
                }
        }
        return standing
    }

    @Test("Since when, how often, and what was found last: as if all runs were read again")
    func oracle() throws {
        var random = SeededRandom(77)
        for _ in 0..<600 {
            var time = 0
            let count = Int.random(in: 1...14, using: &random)
            let letters = (0..<count).map { _ in "owufffo".randomElement(using: &random) ?? "o" }
            let times = letters.map { _ in
                // Two runs may end in one second.
                time += Int.random(in: 0...3, using: &random)
                return time
            }
            let story = Story(letters: letters, times: times)
            let standing = try #require(Self.standing(story))
            let stretch = story.stretch(to: count - 1)
            let words = Comment(rawValue: String(letters))
            #expect(standing.verdict == Self.verdicts[letters[count - 1]], words)
            #expect(standing.since == times[stretch.lowerBound], words)
            #expect(standing.runs == stretch.count, words)
            #expect(standing.failures == stretch.count { letters[$0] == "f" }, words)
            #expect(standing.failedSince == story.firstFailure(in: stretch), words)
            #expect(standing.oddSince == story.oddSince, words)
            #expect(standing.problem == story.problem, words)
            #expect(standing.recent == String(letters.suffix(Standing.mostRecent)), words)
            #expect(standing.before == (count > 1 ? Self.verdicts[letters[count - 2]] : nil), words)
            #expect(standing.begin <= standing.time && standing.begin >= times[0], words)
        }
    }

    @Test("A clock that goes back: what ended earlier changes nothing, and the next later one does")
    func clockGoesBack() throws {
        let now = Standing(verdict: .fail, time: 1_000, run: "r1", message: "lost")
        for time in [999, 0, -1, .min] {
            for verdict in Verdict.allCases {
                #expect(now.followed(by: verdict, time: time, run: "r", message: nil) == nil)
                #expect(
                    now.followed(
                        by: .init(CheckResult(CheckScope("c"), findings: []), time: time, run: "r"))
                        == nil)
            }
        }
        let next = try #require(now.followed(by: .ok, time: 1_000, run: "r2", message: nil))
        #expect(next.verdict == .ok && next.since == 1_000 && next.before == .fail)
        let far = try #require(next.followed(by: .fail, time: .max, run: "r3", message: "again"))
        #expect(far.since == .max && far.failedSince == .max)
    }

    @Test(
        "A run that could not look for what failed says nothing of it, but its own failure counts")
    func unseen() throws {
        let scope = CheckScope("gpu-check")
        func look(_ code: String?, _ unseen: [String], _ time: Int) -> Standing.Look {
            Standing.Look(
                CheckResult(
                    scope,
                    findings: code.map { [Finding(.fail, code: $0, message: "of \(time)")] } ?? [],
                    unseen: unseen), time: time, run: "r\(time)", user: "u")
        }
        let sick = Standing(look("gpu.xid", [], 1))
        #expect(sick.message == "of 1" && sick.user == "u" && sick.problem?.codes == ["gpu.xid"])
        // The kernel log may not be read: a beginning of codes is enough.
        for unseen in [["gpu.xid"], ["gpu."], ["gpu.ecc", "gpu.x"]] {
            #expect(sick.followed(by: look(nil, unseen, 2)) == nil)
            #expect(
                sick.followed(by: look("gpu.ecc", unseen, 2))?.problem?.codes == [
                    "gpu.xid", "gpu.ecc",
                ])
        }
        #expect(sick.followed(by: look(nil, ["gpu.xid.old"], 2))?.verdict == .ok)
        // Two codes failed; both must be looked for.
        let both = try #require(sick.followed(by: look("gpu.ecc", [], 2)))
        #expect(both.followed(by: look(nil, ["gpu.xid"], 3)) == nil)
        #expect(both.followed(by: look(nil, ["gpu.ecc"], 3)) == nil)
        let well = try #require(both.followed(by: look(nil, [], 3)))
        #expect(well.verdict == .ok && well.problem == both.problem)
        // Of one that is well nothing is hidden.
        #expect(well.followed(by: look(nil, ["gpu."], 4))?.verdict == .ok)
    }

    // MARK: - What there is to say

    private static func change(_ node: String, _ check: String, _ kind: HistoryChange.Kind)
        -> HistoryChange
    {
        HistoryChange(
            node: node, check: check, kind: kind, verdict: .fail, before: nil, since: 0, time: 0,
            runs: 1, run: "r", message: nil)
    }

    @Test("What needs hands comes first, whatever the order was; a limit takes the first of them")
    func ordered() {
        let changes = HistoryChange.Kind.allCases.flatMap { kind in
            ["a", "b"].flatMap { check in ["n1", "n2"].map { Self.change($0, check, kind) } }
        }
        #expect(
            changes.map(\.kind).map(\.rawValue).first == "new"
                && changes.map(\.kind).map(\.rawValue).last == "fixed")
        var random = SeededRandom(3)
        for _ in 0..<20 {
            let shuffled = changes.shuffled(using: &random)
            #expect(HistoryChange.ordered(shuffled, limit: nil) == changes)
            let limit = Int.random(in: 0...20, using: &random)
            #expect(HistoryChange.ordered(shuffled, limit: limit) == Array(changes.prefix(limit)))
        }
    }

    @Test("Changes are of the checks that are asked for, since the time that is asked for")
    func filtered() {
        func standing(_ check: String, _ letters: String) -> NodeStanding? {
            let story = Story(
                letters: Array(letters),
                times: letters.indices.map {
                    letters.distance(from: letters.startIndex, to: $0) * 10
                })
            return Self.standing(story).map {
                NodeStanding(node: "n", scope: CheckScope(check), standing: $0)
            }
        }
        let standings = [
            standing("check-mount", "off"), standing("check", "of"), standing("check env", "fo"),
            standing("gpu-check", "oo"), standing("checks", "uu"),
        ].compactMap(\.self)
        func said(_ filter: HistoryFilter) -> [String] {
            standings.changes(filter).map { "\($0.kind.rawValue) \($0.check)" }
        }
        #expect(
            said(HistoryFilter()) == [
                "new check", "failing check-mount", "unknown checks", "fixed check env",
            ])
        #expect(said(HistoryFilter(check: "check")) == ["new check", "fixed check env"])
        #expect(said(HistoryFilter(check: "check env")) == ["fixed check env"])
        #expect(said(HistoryFilter(since: 10, limit: 2)) == ["new check", "new check-mount"])
        #expect(
            said(HistoryFilter(since: 11, limit: 9)) == [
                "failing check", "failing check-mount", "unknown checks",
            ])
        #expect(said(HistoryFilter(limit: 0)).isEmpty)
    }
}

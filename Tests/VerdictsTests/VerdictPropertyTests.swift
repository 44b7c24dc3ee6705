import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing

@testable import Verdicts

/// Votes, counts, kept values and exit codes: over any input, in any order.
@Suite struct VerdictPropertyTests {
    // MARK: - Votes

    @Test(
        "The order of the votes decides nothing, and who differs has another value",
        arguments: 0..<40)
    func votes(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var votes: [Baseline.Vote] = []
        for row in 0..<Int.random(in: 0...9, using: &random) {
            for part in 0..<Int.random(in: 0...6, using: &random) {
                let value = Int.random(in: 0..<4, using: &random) == 0 ? "b" : "a"
                votes.append(Baseline.Vote(row: row, subject: "GPU \(part)", value: value))
            }
        }
        let baseline = Baseline(votes)
        let again = Baseline(votes.shuffled(using: &random))
        #expect(baseline.standard == again.standard)
        #expect(Set(baseline.odd) == Set(again.odd))
        switch baseline.standard {
        case .tooFew(let nodes): #expect(nodes == Set(votes.map(\.row)).count && nodes < 3)
        case .divided(let shares): #expect(shares.reduce(0) { $0 + $1.count } == votes.count)
        case .majority(let share, let total):
            #expect(share.count * 2 > total && total == votes.count)
            #expect(baseline.odd == votes.filter { $0.value != share.value })
        }
    }

    @Test("A node that votes a thousand times is one node, and what it says of itself still shows")
    func flood() {
        let healthy = (0..<4).flatMap { row in
            (0..<8).map { Baseline.Vote(row: row, subject: "GPU \($0)", value: "good") }
        }
        let flood = (0..<1_000).map { Baseline.Vote(row: 9, subject: "GPU \($0)", value: "bad") }
        let baseline = Baseline(healthy + flood)
        // Of the flood 32 votes count: four times what is usual.
        #expect(
            baseline.standard
                == .divided([
                    Baseline.Share(value: "bad", count: 32),
                    Baseline.Share(value: "good", count: 32),
                ]))
        let less = Baseline(healthy + flood.prefix(31))
        #expect(less.standard == .majority(Baseline.Share(value: "good", count: 32), total: 63))
        #expect(less.odd.count == 31 && less.odd.allSatisfy { $0.row == 9 })
    }

    @Test("A value that is as good as the majority's is not odd")
    func same() {
        let votes = ["1.0", "1.0", "1.00", "2.0"].enumerated().map {
            Baseline.Vote(row: $0.offset, value: $0.element)
        }
        let votesOfThree = votes + [Baseline.Vote(row: 4, value: "1.0")]
        let baseline = Baseline(votesOfThree) { Double($0) == Double($1) }
        #expect(baseline.odd.map(\.row) == [3])
    }

    // MARK: - Counts

    @Test(
        "Every row is in one count, and one bad row is enough for the exit code", arguments: 0..<30)
    func summary(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let verdicts = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            ([.ok, .ok, .ok, .warn, .unknown, .fail, nil] as [Verdict?])
                .randomElement(using: &random) ?? nil
        }
        let reports = verdicts.map { verdict in
            let severity = verdict.flatMap {
                [.warn: .warn, .unknown: .unknown, .fail: .fail][$0] as Severity?
            }
            return NodeReport(
                result: NodeResult(node: "n", outcome: verdict == nil ? .notRun : .finished),
                judgement: verdict.map { _ in
                    Judgement(
                        findings: severity.map { [Finding($0, code: "c", message: "m")] } ?? [])
                }, node: nil)
        }
        let summary = RunSummary(reports)
        #expect(summary.total == verdicts.count)
        #expect(summary.fail == verdicts.count { $0 == .fail })
        #expect(summary.notRun == verdicts.count { $0 == nil })
        for isStrict in [false, true] {
            for isIgnoring in [false, true] {
                let bad: Set<Verdict?> = isStrict ? [.fail, .warn] : [.fail]
                let unseen: Set<Verdict?> = isIgnoring ? [.unknown] : [.unknown, nil]
                let code: Int32 =
                    verdicts.contains(where: bad.contains)
                    ? 1 : verdicts.contains(where: unseen.contains) ? 2 : 0
                #expect(summary.exitCode(strict: isStrict, ignoreNotRun: isIgnoring) == code)
            }
        }
    }

    // MARK: - Values

    @Test(
        "A text is a number only where a person would read one",
        arguments: [
            ("12.5", 12.5), ("-3", -3), ("+4", 4), ("1e3", 1_000), ("0", 0), ("007", 7),
            ("", nil), ("nan", nil), ("inf", nil), ("0x10", nil), ("1,5", nil), (" 1", nil),
            ("1 ", nil), ("1e", nil), ("--1", nil), ("1e999", nil), ("-1e999", nil), ("e", nil),
            ("１２", nil), ("12%", nil), ("1.2.3", nil),
        ] as [(String, Double?)])
    func numbers(_ text: String, _ number: Double?) {
        #expect(FactValue.string(text).number == number)
    }

    @Test("A value has the words, the parts and the number of its own kind alone")
    func access() {
        let values: [FactValue] = [
            .null, .bool(true), .int(7), .double(0.5), .string("x"), .list([.int(1)]),
            .object(["a": .int(1)]),
        ]
        #expect(values.map(\.word) == [nil, "yes", "7", "0.5", "x", nil, nil])
        #expect(values.map(\.text) == [nil, nil, nil, nil, "x", nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 7, nil, nil, nil, nil])
        #expect(values.map(\.number) == [nil, nil, 7, 0.5, nil, nil, nil])
        #expect(values.map(\.elements.count) == [0, 0, 0, 0, 0, 1, 0])
        #expect(values.map(\.fields.count) == [0, 0, 0, 0, 0, 0, 1])
        #expect(FactValue(nil as String?) == .null && FactValue(nil as Int?) == .null)
    }

    // MARK: - A command's end

    @Test(
        "How a command ended is what its row says, with what to do where that is known",
        arguments: [
            (.exited(0), nil), (.exited(1), "exit code 1"), (.exited(255), "exit code 255"),
            (
                .exited(127),
                "exit code 127: command not found -> install it on the node, or give its full path"
            ),
            (.exited(126), "exit code 126: cannot be executed -> check its mode and format"),
            (.signalled(9), "ended by signal 9"), (nil, "no exit code"),
        ] as [(SlurmModel.ExitStatus?, String?)])
    func command(_ exit: SlurmModel.ExitStatus?, _ text: String?) {
        let probe = CommandProbe(payload: Payload(arguments: ["x"], timeout: 60))
        let judgement = probe.judge(
            NodeResult(node: "n", outcome: .finished, exit: exit), node: nil)
        #expect(judgement.findings.map(\.text) == (text.map { [$0] } ?? []))
        #expect(judgement.verdict == (text == nil ? .ok : .fail))
        let late = probe.judge(NodeResult(node: "n", outcome: .timedOut, exit: exit), node: nil)
        #expect(late.verdict == .fail && late.findings.map(\.code) == ["run.timed_out"])
    }

    @Test(
        "A node to which the files did not come failed; one that Slurm did not reach is not known")
    func files() {
        var result = NodeResult(node: "n", outcome: .launchFailed, reason: "r", code: .files)
        #expect(Judgement(withoutAnswer: result)?.verdict == .fail)
        result.code = .slurmd
        #expect(Judgement(withoutAnswer: result)?.verdict == .unknown)
    }

    @Test("Only what looks, and not for long, may be asked again and together with others")
    func brief() {
        func isBrief(_ isReadOnly: Bool, _ seconds: Int) -> Bool {
            let payload = Payload(arguments: ["x"], timeout: seconds)
            return CommandProbe(payload: payload, isReadOnly: isReadOnly).isBrief
        }
        #expect(isBrief(true, 10) && !isBrief(true, 11) && !isBrief(false, 1))
    }

    // MARK: - Kept specifications

    private func decode(_ json: String, _ kinds: [any ProbeSpecification.Type]) throws
        -> KeptSpecification
    {
        let decoder = JSONDecoder()
        for (key, value) in ProbeKinds(kinds).userInfo { decoder.userInfo[key] = value }
        return try decoder.decode(KeptSpecification.self, from: Data(json.utf8))
    }

    @Test("What was asked reads as it was written, in a manifest")
    func kept() throws {
        let asked = KeptSpecification(
            CommandSpecification(
                payload: Payload(arguments: ["uname", "-r", "a b", "$x"], timeout: 5),
                isReadOnly: true))
        let json = String(decoding: try JSONEncoder().encode(asked), as: UTF8.self)
        #expect(json.hasPrefix("{\"run\":{"))
        let read = try decode(json, [CommandSpecification.self])
        #expect(read == asked && read.hashValue == asked.hashValue)
        #expect(read.value.title == "run uname -r 'a b' '$x'")
        #expect(read.value.scope == nil && read.value.checkName == "run")
    }

    @Test(
        "What no fleet wrote is refused and read as nothing else",
        arguments: [
            "{}", "[]", "null", "{\"other\":{}}", "{\"run\":{},\"gpuCheck\":{}}", "{\"run\":null}",
            "{\"run\":{\"_0\":7}}", "\"run\"",
        ])
    func refused(_ json: String) {
        #expect(throws: DecodingError.self) { try decode(json, [CommandSpecification.self]) }
    }

    @Test("A kind that this fleet does not know is told so, not guessed")
    func unknownKind() {
        let error = #expect(throws: DecodingError.self) { try decode("{\"run\":{}}", []) }
        #expect(error.map { "\($0)".contains("no probe that this fleet knows") } == true)
    }

    @Test("A long command is cut in the question to the user, not in what is run")
    func title() {
        let words = (0..<40).map { "word\($0)" }
        let specification = CommandSpecification(payload: Payload(arguments: words, timeout: 5))
        #expect(specification.title.count == 64 && specification.title.hasSuffix("..."))
        #expect(specification.probe.payload.arguments == words)
    }
}

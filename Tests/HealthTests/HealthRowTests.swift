import DefinedChecks
import FanOut
@testable import Health
import Reports
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// A row is its parts put together, and comes apart into the same parts.
@Suite("The row of a health check") struct HealthRowTests {
    private typealias F = HealthFixtures

    private static let names = ["check a", "check b", "check c"]
    private static let specifications: [any ProbeSpecification] = ["a", "b", "c"].map {
        F.probe($0)
    }

    private static func together(_ row: HealthRow) -> Judgement {
        row.judgement(names: names, specifications: specifications)
    }

    /// Findings from a small store, so that parts often say the same.
    private static func findings(_ random: inout SeededRandom) -> [Finding] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
            Finding(
                Severity.allCases.randomElement(using: &random) ?? .info,
                code: ["m.hung", "m.slow", "run.timed_out"].randomElement(using: &random) ?? "",
                subject: [nil, "/a", "/a (check b)"].randomElement(using: &random) ?? nil,
                message: ["x", "y"].randomElement(using: &random) ?? "")
        }
    }

    private static func row(_ random: inout SeededRandom) -> HealthRow {
        HealthRow(
            parts: names.map { _ in
                guard Int.random(in: 0..<4, using: &random) > 0 else { return nil }
                return .init(
                    judgement: Judgement(
                        findings: findings(&random), facts: ["v": .int(.random(in: 0...9))]),
                    seconds: Bool.random(using: &random) ? 0.5 : nil)
            },
            common: Int.random(in: 0..<4, using: &random) > 0
                ? [] : [Finding(.warn, code: "health.nothing", message: "none")])
    }

    @Test("No part's word is lost, weakened or given to another, whatever parts have in common")
    func algebra() {
        var random = SeededRandom(21)
        for _ in 0..<400 {
            let row = Self.row(&random)
            let whole = Self.together(row)
            let all = row.common + row.parts.flatMap { $0?.judgement.findings ?? [] }
            #expect(whole.findings.count == all.count)
            #expect(whole.verdict == Verdict(of: all))
            #expect(whole.findings.map(\.severity).sorted() == all.map(\.severity).sorted())
            let apart = HealthRow(whole, names: Self.names)
            #expect(apart.common == row.common)
            for (place, part) in row.parts.enumerated() {
                #expect((apart.parts[place] == nil) == (part == nil))
                guard let part, let own = apart.parts[place] else { continue }
                #expect(
                    own.judgement.findings.map { "\($0.severity) \($0.code) \($0.message)" }
                        == part.judgement.findings.map {
                            "\($0.severity) \($0.code) \($0.message)"
                        })
                #expect(own.judgement.facts == part.judgement.facts)
                #expect(own.seconds == part.seconds)
                #expect(
                    apart.judgement(of: place)?.verdict
                        == max(Verdict(of: row.common), part.judgement.verdict))
            }
            // Once more is the same: rows are put together anew at every review.
            #expect(Self.together(apart) == whole)
        }
    }

    @Test("The row is as bad as its worst part, in whichever place that stands")
    func worst() {
        for verdict in Verdict.allCases {
            for place in Self.names.indices {
                let severity = [Severity.info, .warn, .unknown, .fail][
                    Verdict.allCases.firstIndex(of: verdict) ?? 0]
                let row = HealthRow(
                    parts: Self.names.indices.map { other in
                        .init(
                            judgement: Judgement(findings: [
                                Finding(
                                    other == place ? severity : .info, code: "m.x", message: "m")
                            ]))
                    })
                let whole = Self.together(row)
                #expect(whole.verdict == verdict)
                let apart = HealthRow(whole, names: Self.names)
                for other in Self.names.indices {
                    #expect(
                        apart.judgement(of: other)?.verdict == (other == place ? verdict : .ok))
                }
            }
        }
    }

    @Test("What two parts say alike is told apart by their names, also a third time")
    func alike() {
        let hung = Finding(.fail, code: "m.hung", subject: "/a", message: "hung")
        let bare = Finding(.fail, code: "m.none", message: "none")
        let ended = Finding(.unknown, code: "run.timed_out", message: "late")
        let part = HealthRow.PartJudgement(judgement: Judgement(findings: [hung, bare, ended]))
        let whole = Self.together(HealthRow(parts: [part, part, part]))
        #expect(
            whole.findings.map { "\($0.code) \($0.subject ?? "-")" } == [
                "m.hung /a", "m.none -", "m.hung /a (check b)", "m.none check b",
                "m.hung /a (check c)", "m.none check c", "run.timed_out check a",
                "run.timed_out check b", "run.timed_out check c",
            ])
    }

    @Test("What is everybody's is in each part once, but not what is about the choice of parts")
    func common() {
        var row = HealthRow(
            parts: [.init(judgement: Judgement()), nil, .init(judgement: Judgement())],
            common: [Finding(.fail, code: "run.node_failed", message: "gone")])
        row.addCommon(HealthFinding.odd.finding("odd"))
        #expect(row.judgement(of: 0)?.findings.map(\.code) == ["run.node_failed"])
        #expect(row.judgement(of: 1) == nil)
        // What a part's own review gives back with what is everybody's does not make it the part's.
        let own = Finding(.warn, code: "m.slow", message: "slow")
        let reviewed = (row.judgement(of: 2)?.findings ?? []) + [own]
        row.replace(2, with: Judgement(findings: reviewed))
        row.replace(1, with: Judgement(findings: [own]))
        #expect(row.parts[2]?.judgement.findings == [own])
        #expect(row.parts[1] == nil, "a check that is not for the node stays so")
        row.dropCommon("health.odd")
        #expect(row.common.map(\.code) == ["run.node_failed"])
    }

    @Test("A judgement without parts, as of another fleet, is read as nobody's and everybody's")
    func foreign() {
        let finding = Finding(.fail, code: "m.x", message: "m")
        for facts in [
            [:], ["parts": .null], ["parts": .list([])], ["parts": .object(["check z": .null])],
            ["parts": .object(["check a": .string("ok")])],
        ] as [[String: FactValue]] {
            let row = HealthRow(Judgement(findings: [finding], facts: facts), names: Self.names)
            #expect(row.common == [finding])
            // Either the part is not there, or it has the finding: never a part that is well.
            for place in Self.names.indices {
                #expect(row.judgement(of: place)?.verdict ?? .fail == .fail)
            }
        }
    }

    @Test("A part that floods the row leaves no part of it ok")
    func flood() {
        let specification = F.specification(F.parts(F.probe("a"), F.probe("b")))
        let flood = (0..<500).map {
            Finding(.fail, code: "check.a.v", subject: "\($0)", message: "")
        }
        let row = HealthRow(parts: [
            .init(judgement: Judgement(findings: flood)),
            .init(judgement: Judgement(findings: [Finding(.warn, code: "check.b.v", message: "")])),
        ])
        let names = specification.parts.map(\.name)
        let report = NodeReport(
            result: F.result([]),
            judgement: row.judgement(
                names: names, specifications: specification.parts.map(\.specification.value)),
            node: nil)
        let once = specification.probe.review([report])
        let parts = specification.parts(of: once)
        // The other part's one finding has its room.
        #expect(parts.map { $0.reports.map(\.verdict) } == [[.fail], [.warn]])
        let told = once.first?.judgement?.findings.filter { $0.code == Judgement.cutCode } ?? []
        #expect(told.map(\.severity) == [.fail] && told.first?.subject == "check a")
        #expect(once.first?.judgement?.findings.count == JudgementLimits.findings + told.count)
        #expect(specification.probe.review(once).map(\.verdict) == [.fail])
    }

    /// A part whose answer is a table of so many rows and columns, each of them a failure or none.
    private static func table(_ rows: Int, _ columns: Int, value: Int) -> String {
        let names = ["row", "v"] + (0..<columns).map { "c\($0)" }
        let rest = String(repeating: " 1", count: columns)
        return names.joined(separator: " ") + "\n"
            + (0..<rows).map { "r\($0) \(value)\(rest)\n" }.joined()
    }

    @Test(
        "A part that floods a row is sick alone, whatever it floods it with, and in whichever place",
        arguments: [(500, 0, 10, Verdict.fail), (520, 40, 1, .unknown)], [0, 2])
    func floods(_ flood: (rows: Int, columns: Int, value: Int, verdict: Verdict), _ place: Int) {
        var definition = ProbeDefinition(name: "flood", summary: "A test.", script: "echo")
        definition.output = .table
        definition.rules = [ProbeRule("v", .above, ["9"])]
        var specifications = [F.probe("well"), F.probe("sick")]
        specifications.insert(DefinedCheckSpecification(definition), at: place)
        let specification = F.specification(
            specifications.map { HealthPart("check \($0.definition.name)", $0) })
        let texts = specifications.map {
            switch $0.definition.name {
            case "flood": Self.table(flood.rows, flood.columns, value: flood.value)
            case "sick": "v=11\n"
            default: "v=1\n"
            }
        }
        let answer = F.answer(
            F.section(1, texts[0]), F.section(2, texts[1]), F.section(3, texts[2]))
        let judged = NodeReport(
            result: F.result(answer), node: nil, probe: specification.probe)
        for reports in [[judged], specification.probe.review([judged])] {
            let verdicts = specification.parts(of: reports).map { part in
                "\(part.specification.checkName) \(part.reports.map(\.verdict?.rawValue))"
            }
            let expected = specifications.map { own -> String in
                let verdict: Verdict =
                    switch own.definition.name {
                    case "flood": flood.verdict
                    case "sick": .fail
                    default: .ok
                    }
                return "check \(own.definition.name) \([Optional(verdict.rawValue)])"
            }
            #expect(verdicts == expected)
            let findings = reports.first?.judgement?.findings ?? []
            #expect(
                findings.filter { $0.code == Judgement.cutCode }.map(\.subject) == ["check flood"])
            #expect(findings.contains { $0.code == "check.sick.v" })
        }
    }

    @Test(
        "However parts flood a row, it is within its limits, and who is within its share is whole")
    func shares() {
        var random = SeededRandom(22)
        for _ in 0..<10 {
            var row = HealthRow(
                parts: Self.names.map { name in
                    let most = [3, 60, 300].randomElement(using: &random) ?? 0
                    let findings = (0..<Int.random(in: 0...most, using: &random)).map {
                        Finding(
                            Severity.allCases.randomElement(using: &random) ?? .info,
                            code: "m.x", subject: "\(name) \($0)", message: "m")
                    }
                    let count = Int.random(in: 0...(most * 80), using: &random)
                    return .init(
                        judgement: Judgement(
                            findings: findings,
                            facts: ["o": .object(Self.numbers(count))]))
                })
            if Bool.random(using: &random) {
                row.addCommon(Finding(.warn, code: "health.nothing", message: "none"))
            }
            let whole = Self.together(row)
            let isBounded = whole.bounded == whole
            #expect(isBounded)
            let apart = HealthRow(whole, names: Self.names)
            #expect(apart.common == row.common)
            for (part, own) in zip(row.parts, apart.parts) {
                guard let part = part?.judgement, let own = own?.judgement else { continue }
                #expect(own.verdict >= part.verdict)
                let isSmall =
                    part.findings.count <= 66 && (part.facts["o"]?.fields.count ?? 0) <= 6_000
                let isSame = own == part
                #expect(isSame || !isSmall)
            }
        }
    }

    private static func numbers(_ count: Int) -> [String: FactValue] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("k\($0)", .int($0)) })
    }
}

import FanOut
@testable import Health
import LustreCheck
import SlurmModel
import Testing
import TestSupport
import Verdicts

@Suite("A node's answer to a health check") struct HealthAnswerTests {
    private typealias F = HealthFixtures

    @Test("Sections come home byte for byte, with how their scripts ended")
    func sections() {
        let answer = HealthAnswer(
            F.answer(F.section(1, "v=1\n"), F.section(2, "", exit: 3, err: "no\n")))
        #expect(answer.isWhole && answer.fault == nil && answer.sections.count == 2)
        #expect(answer.sections[0]?.stdout == Array("v=1\n".utf8))
        #expect(answer.sections[1]?.exit == .exited(3))
        #expect(answer.sections[1]?.stderr == Array("no\n".utf8))
    }

    @Test("What a part writes never passes for another part's answer, nor for the end")
    func forgery() {
        let forged = F.section(2, "v=1\n") + "@fleet end 2\n"
        let answer = HealthAnswer(F.answer(F.section(1, forged), F.section(2, "v=99\n")))
        #expect(answer.isWhole)
        #expect(answer.sections[0]?.stdout == Array(forged.utf8))
        #expect(answer.sections[1]?.stdout == Array("v=99\n".utf8))
    }

    @Test(
        "A section under another number is none, nor is what follows it",
        arguments: [([2, 1], 0), ([1, 1], 1), ([1, 3], 1), ([2, 2], 0), ([1, 2, 2], 2)])
    func order(_ numbers: [Int], _ read: Int) {
        let sections = numbers.map { F.section($0, "v=\($0)\n") }.joined()
        let text = "@fleet health 1\n\(sections)@fleet end \(numbers.count)\n"
        let answer = HealthAnswer(Array(text.utf8))
        #expect(!answer.isWhole && answer.sections.count == read)
    }

    @Test("Cut off anywhere, it holds whole sections alone, and says that it is not whole")
    func cut() {
        let whole = F.answer(
            F.section(1, "v=1\n@fleet part 2 exit=0\n"), F.section(2, "x", err: "e"),
            F.section(3, ""))
        let sections = HealthAnswer(whole).sections
        for count in 0..<whole.count {
            let answer = HealthAnswer(Array(whole.prefix(count)))
            #expect(!answer.isWhole)
            for (place, section) in answer.sections { #expect(section == sections[place]) }
        }
    }

    @Test("Damaged anywhere, it is read without a fault, and no section moves to another's place")
    func damaged() {
        let whole = F.answer(F.section(1, "v=1\n"), F.section(2, "v=2\n"))
        var random = SeededRandom(14)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: .min ... .max, using: &random)
            }
            let answer = HealthAnswer(bytes)
            #expect(answer.sections.keys.sorted() == Array(0..<answer.sections.count))
        }
    }

    @Test(
        "A part that hangs is unknown, and the others are judged; one without a section is unknown")
    func hanging() {
        let specification = F.specification(
            F.parts(F.probe("one"), F.probe("two"), F.probe("three")))
        let bytes = F.answer(F.section(1, "v=10\n"), F.section(2, "", exit: 124, late: "yes"))
        let judgement = specification.probe.judge(F.result(bytes), node: nil)
        #expect(judgement.verdict == .fail)
        #expect(
            judgement.findings.map(\.code) == ["check.one.v", "run.timed_out", "health.incomplete"])
        #expect(judgement.findings.map(\.subject) == [nil, "check two", "check three"])
        let parts = judgement.facts["parts"]?.fields ?? [:]
        #expect(parts["check one"]?.fields["verdict"] == .string("fail"))
        #expect(parts["check two"]?.fields["verdict"] == .string("unknown"))
    }

    @Test(
        "Without an answer nothing is known of any part",
        arguments: [
            (Outcome.finished, "", Verdict.unknown), (.finished, "@fleet health 1\n", .unknown),
            (.finished, "@fleet health 1\n@fleet fault no folder\n@fleet end 0\n", .unknown),
            (.timedOut, "", .unknown), (.launchFailed, "", .unknown), (.nodeFailed, "", .fail),
        ])
    func nothing(_ outcome: Outcome, _ text: String, _ verdict: Verdict) {
        let specification = F.specification(F.parts(F.probe("one"), F.probe("two")))
        let report = NodeReport(
            result: F.result(Array(text.utf8), outcome: outcome), node: nil,
            probe: specification.probe)
        #expect(report.verdict == verdict)
        let parts = specification.parts(of: specification.probe.review([report]))
        #expect(parts.map { $0.reports.map(\.verdict) } == [[verdict], [verdict]])
    }

    @Test("A run out of time is judged by what came before")
    func ranOut() {
        let specification = F.specification(F.parts(F.probe("one"), F.probe("two")))
        let bytes = Array("@fleet health 1\n\(F.section(1, "v=10\n"))".utf8)
        let judgement = specification.probe.judge(F.result(bytes, outcome: .timedOut), node: nil)
        #expect(judgement.findings.map(\.code) == ["check.one.v", "health.incomplete"])
    }

    @Test("Taken apart and put together, a row is the same; a part's rows are its own command's")
    func parts() {
        let specification = F.specification(F.parts(F.probe("one"), F.probe("two")))
        let rows = ["n1", "n2", "n3"].enumerated().map { place, name in
            NodeReport(
                result: F.result(
                    F.answer(F.section(1, "v=\(place * 10)\n"), F.section(2, "v=1\n")), node: name),
                node: nil, probe: specification.probe)
        }
        let once = specification.probe.review(rows)
        #expect(once == rows)
        #expect(specification.probe.review(once) == once)
        for (place, part) in specification.parts(of: once).enumerated() {
            let alone = rows.map { row in
                var result = row.result
                result.stdout = Array(
                    "v=\(place == 0 ? Int(String(row.result.node.dropFirst())).map { ($0 - 1) * 10 } ?? 0 : 1)\n"
                        .utf8)
                return NodeReport(result: result, node: nil, probe: part.specification.probe)
            }
            #expect(part.reports.map(\.judgement) == alone.map(\.judgement))
        }
    }

    @Test("GPUs are looked at where the GRES has some; a node that no check is for is told")
    func applies() {
        var part = HealthPart("gpus", F.probe("one"), need: .gpus)
        let specification = F.specification([part])
        let bytes = F.answer(F.section(1, "v=10\n"))
        let without = specification.probe.judge(F.result(bytes), node: Node(name: "n1"))
        #expect(without.findings.map(\.code) == ["health.nothing"])
        #expect(without.verdict == .warn)
        let with = specification.probe.judge(
            F.result(bytes),
            node: Node(name: "n1", gpus: [GPUCount(type: nil, total: 1, used: 0)]))
        #expect(with.verdict == .fail)
        part.need = .always
        #expect(
            F.specification([part]).probe.judge(F.result(bytes), node: Node(name: "n1")).verdict
                == .fail)
    }

    private static let nfs: HealthSpecification = {
        var settings = LustreSettings()
        settings.fstabTypes = ["nfs"]
        return F.specification([
            HealthPart("check-mount nfs", CheckMountSpecification(settings, timeout: 30))
        ])
    }()

    /// The row of a node that has such a mount, or none.
    private func row(_ node: Node, hasMount: Bool) -> NodeReport {
        let text = hasMount ? "mount_table=yes\nend=1\n" : "applies=no\nend=1\n"
        return NodeReport(
            result: F.result(F.answer(F.section(1, text)), node: node.name), node: node,
            probe: Self.nfs.probe)
    }

    /// A node of a small cluster: where it is, what it has, whether it mounts, and whether that is odd.
    struct OddNode: Sendable {
        var partitions = ["gpu"]
        var gpus = 4
        var features: [String] = []
        let mounts: Bool
        var isOdd = false
    }

    @Test(
        "A node is compared with those like it, in each of its partitions",
        arguments: [
            // In its second partition too.
            [
                OddNode(mounts: true), OddNode(mounts: true), OddNode(mounts: true),
                OddNode(partitions: ["other", "gpu"], mounts: false, isOdd: true),
            ],
            // Login nodes of the same partition are no GPU nodes.
            [
                OddNode(mounts: true), OddNode(mounts: true), OddNode(mounts: true),
                OddNode(gpus: 0, mounts: false), OddNode(gpus: 0, mounts: false),
                OddNode(gpus: 0, mounts: false),
            ],
            // A feature that tells half of them apart; one that each has for itself does not.
            [
                OddNode(features: ["new"], mounts: true), OddNode(features: ["new"], mounts: true),
                OddNode(features: ["new"], mounts: true), OddNode(features: ["new"], mounts: true),
                OddNode(features: ["old"], mounts: false),
                OddNode(features: ["old"], mounts: false),
                OddNode(features: ["old"], mounts: false),
            ],
            [
                OddNode(features: ["rack1"], mounts: true),
                OddNode(features: ["rack2"], mounts: true),
                OddNode(features: ["rack3"], mounts: true),
                OddNode(features: ["rack4"], mounts: false, isOdd: true),
            ],
            // Half is no majority, and of two either could be wrong.
            [
                OddNode(mounts: true), OddNode(mounts: true), OddNode(mounts: false),
                OddNode(mounts: false),
            ],
            [OddNode(mounts: true), OddNode(mounts: false)],
        ])
    func alike(_ nodes: [OddNode]) {
        let rows = nodes.enumerated().map { place, odd in
            row(
                Node(
                    name: "n\(place)", partitions: odd.partitions,
                    gres: odd.gpus > 0
                        ? [GRES(name: "gpu", type: "h100", count: odd.gpus, sockets: "\(place)")]
                        : [], features: odd.features), hasMount: odd.mounts)
        }
        let found = Self.nfs.probe.review(rows).map { report in
            report.judgement?.findings.contains { $0.code == "health.odd" } ?? false
        }
        #expect(found == nodes.map(\.isOdd))
    }

    @Test("A check that is for most of a partition and not for a node is told there; and once only")
    func odd() {
        let specification = Self.nfs
        let rows = (1...4).map { number in
            row(Node(name: "n\(number)", partitions: ["gpu"]), hasMount: number != 4)
        }
        #expect(rows[3].judgement?.findings.map(\.code) == ["health.nothing"])
        let once = specification.probe.review(rows)
        #expect(once[3].judgement?.findings.map(\.code) == ["health.nothing", "health.odd"])
        #expect(specification.probe.review(once) == once)
        let own = specification.parts(of: once)
        #expect(own.map(\.notFor) == [["n4"]])
        #expect(own.first?.reports.map(\.result.node) == ["n1", "n2", "n3"])
    }
}

import FanOut
import Foundation
import SlurmModel
import TestSupport
import Testing
import Verdicts

@testable import Reports
@testable import Terminal

/// `--dry-run`: what would be done, on every node once, in each format.
@Suite struct DryRunFormatTests {
    private static func target(_ node: String, _ random: inout SeededRandom) -> Target {
        let words = ["busy", "a, \"b\"", "\u{1b}[2J", "한글", "x\ny", "=cmd()"]
        let word = words.randomElement(using: &random) ?? ""
        let decision: Target.Decision =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .notRun(.init(.state, word, remedy: Bool.random(using: &random) ? word : nil))
            case 1:
                .dispatch(
                    .init(
                        .job, partition: "p", isExclusive: Bool.random(using: &random), note: word))
            default: .dispatch(.init(.direct))
            }
        return Target(node: Node(name: node), decision: decision)
    }

    private static func plan(_ seed: UInt64, head: String? = nil) -> DryRun {
        var random = SeededRandom(seed)
        return DryRun(targets: (1...12).map { target("n\($0)", &random) }, head: head)
    }

    @Test(
        "Every node has one row, and the closing line counts what the rows say",
        arguments: 1...6 as ClosedRange<UInt64>)
    func rows(_ seed: UInt64) throws {
        let plan = Self.plan(seed, head: "login")
        #expect(plan.rows.map(\.node) == ["login"] + (1...12).map { "n\($0)" })
        let sent = plan.rows.count { $0.launcher != nil }
        #expect(plan.closing.hasPrefix("13 nodes: \(sent) to run, \(13 - sent) not;"))
        let counts = plan.lines(width: nil).dropFirst().compactMap { line in
            line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
        #expect(counts.reduce(0, +) == 13)
        for width in [31, 60, 80, 120] {
            for line in plan.lines(width: width) where TerminalText.width(line) > width {
                Issue.record("\(width): \(line)")
            }
        }
    }

    @Test(
        "The document has every field of every node, null where it does not apply",
        arguments: 1...6 as ClosedRange<UInt64>)
    func json(_ seed: UInt64) throws {
        let plan = Self.plan(seed)
        let text = try JSONOutput.pretty(plan.json)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["schema"] as? String == "fleet.plan/1")
        let nodes = try #require(document["nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["node"] as? String } == plan.rows.map(\.node))
        for (fields, row) in zip(nodes, plan.rows) {
            #expect(fields.count == 6)
            #expect(fields["launcher"] as? String == row.launcher?.rawValue)
            #expect((fields["launcher"] is NSNull) == (row.launcher == nil))
            #expect(fields["exclusive"] as? Bool == row.isExclusive)
            #expect(fields["detail"] as? String == row.detail)
        }
    }

    @Test("What Slurm keeps as a node's reason steers no terminal, and is whole in a file")
    func csv() {
        let reason = "\u{1b}]0;owned\u{7}\ngone"
        let plan = DryRun(
            targets: [Target(node: Node(name: "n1"), decision: .notRun(.init(.state, reason)))],
            head: nil)
        let shown = String(decoding: plan.csv(isTerminal: true), as: UTF8.self)
        #expect(shown.hasSuffix("n1,,,false,state,\\x1b]0;owned\\x07\\ngone\r\n"))
        let file = String(decoding: plan.csv(isTerminal: false), as: UTF8.self)
        #expect(file.hasSuffix("n1,,,false,state,\"\(reason)\"\r\n"))
        let formula = DryRun(
            targets: [Target(node: Node(name: "n1"), decision: .notRun(.init(.state, "=1")))],
            head: nil)
        #expect(
            String(decoding: formula.csv(isTerminal: false), as: UTF8.self).hasSuffix(",'=1\r\n"))
    }

    @Test("A rehearsal's answers stand beside the plan of their own nodes")
    func answers() throws {
        let plan = Self.plan(2, head: "login")
        let reports = plan.rows.map { row in
            Rows.judged(
                row.node,
                row.node == "n3" ? [Finding(.warn, code: "c", message: "m", remedy: "r")] : [],
                facts: row.node == "n4" ? [:] : ["plan": .string("of \(row.node)")])
        }
        guard case .object(let document) = plan.json(with: reports),
            case .array(let nodes)? = document["nodes"]
        else {
            Issue.record("no document")
            return
        }
        #expect(nodes.count == reports.count)
        for (node, report) in zip(nodes, reports) {
            guard case .object(let fields) = node else { continue }
            let name = report.result.node
            #expect(fields["node"] == .string(name))
            #expect(fields["plan"] == (name == "n4" ? .null : .string("of \(name)")))
            #expect(fields["verdict"] == .string(name == "n3" ? "warn" : "ok"))
            #expect(fields["findings"] == .array(name == "n3" ? [.string("m -> r")] : []))
        }
    }
}

@testable import DefinedChecks
import Dispatch
@testable import FanOut
import SlurmModel
@testable import Sweeps
import TestSupport
import Testing
@testable import Verdicts

/// What one node wrote holds up no other node's row.
@Suite("Judging", .timeLimit(.minutes(20)))
struct RowJudgeTests {
    private static func definition(_ change: (inout ProbeDefinition) -> Void) -> ProbeDefinition {
        var definition = ProbeDefinition(name: "env", summary: "A test.", script: "true")
        change(&definition)
        return definition
    }

    private static func result(_ node: String, _ stdout: String) -> NodeResult {
        NodeResult(
            node: node, outcome: .finished, exit: .exited(0), launcher: .job,
            stdout: Array(stdout.utf8))
    }

    /// Takes time that doubles with every digit.
    private static let slow = DefinedProbe(
        definition { $0.rules = [ProbeRule("v", .matches, ["([0-9]+)+y"])] })
    private static let digits = "v=" + String(repeating: "1", count: 21) + "\n"

    /// The same rules; what takes them long only waits, so that no core is taken from the tests beside this one.
    private struct Waiting: Probe {
        let name = slow.name
        let payload = slow.payload
        let use = slow.use
        let end = DispatchSemaphore(value: 0)

        func judge(_ result: NodeResult, node: Node?) -> Judgement {
            if result.stdout == Array(digits.utf8) {
                // Where it is waited for, the row is not unknown, and the test ends.
                _ = end.wait(timeout: .now() + 60)
                return Judgement()
            }
            return slow.judge(result, node: node)
        }
    }

    /// A probe with an answer that it does not judge within a test: in `make fuzz` the expression itself, whose thread
    /// goes on for some ten seconds.
    private static func endless() -> (probe: any Probe, end: () -> Void) {
        if Fuzzing.rounds(1, few: 0) > 0 { return (slow, {}) }
        let waiting = Waiting()
        return (waiting, { waiting.end.signal() })
    }

    @Test("An expression that does not end is unknown, and the other rows do not wait for it")
    func expression() async throws {
        let (probe, end) = Self.endless()
        defer { end() }
        var judge = RowJudge(probe)
        judge.patience = .milliseconds(300)
        let rows = await withTaskGroup { [judge] group in
            for index in 0..<6 {
                let text = index == 0 ? Self.digits : "v=12y\n"
                group.addTask { await judge.report(Self.result("n\(index)", text), node: nil) }
            }
            return await group.reduce(into: [:]) { $0[$1.result.node] = $1 }
        }
        // Were it waited for, its verdict would be its own, and among the unit tests nothing would ever end.
        let hung = try #require(rows["n0"])
        #expect(hung.verdict == .unknown)
        #expect(hung.judgement?.findings.map(\.code) == ["run.too_much"])
        #expect(hung.judgement?.findings.first?.message.hasPrefix("too much to judge: ") == true)
        for index in 1..<6 { #expect(rows["n\(index)"]?.verdict == .fail) }
    }

    @Test(
        "Threads that are left behind are few: after that nothing is judged, and nothing is green")
    func mostLost() async throws {
        let (probe, end) = Self.endless()
        defer { end() }
        var judge = RowJudge(probe)
        judge.patience = .milliseconds(50)
        judge.mostLost = 1
        let first = await judge.report(Self.result("a", Self.digits), node: nil)
        #expect(first.verdict == .unknown)
        let second = await judge.report(Self.result("b", "v=1\n"), node: nil)
        #expect(second.verdict == .unknown)
        #expect(second.judgement?.findings.first?.message.contains("1 answers before it") == true)
    }

    @Test("A row that was not run is not judged")
    func notRun() async {
        let judge = RowJudge(Self.slow)
        let refusal = NodeResult(node: "a", refusal: .init(.state, "down", remedy: "fix"))
        #expect(await judge.report(refusal, node: nil).judgement == nil)
    }
}

@testable import FanOut
import SlurmModel
import Testing

@Suite struct NodeSentenceTests {
    private static let now = 1_700_000_000

    struct Case: Sendable, CustomTestStringConvertible {
        let state: NodeState
        let reason: NodeReason?
        let since: Int?
        let sentence: String
        var testDescription: String { sentence }

        init(
            _ base: NodeState.Base, _ flags: [NodeState.Flag] = [], reason: NodeReason? = nil,
            since: Int? = nil, _ sentence: String
        ) {
            state = NodeState(base: base, flags: flags)
            self.reason = reason
            self.since = since
            self.sentence = sentence
        }
    }

    private static let reason = NodeReason(text: "bad GPU", user: "root", time: now - 7_200)

    @Test(arguments: [
        Case(.idle, [], "idle"),
        Case(.idle, [.drain], reason: reason, "drained by root 2 h ago: bad GPU"),
        Case(
            .idle, [.drain, .notResponding], reason: reason,
            "drained by root 2 h ago (not responding): bad GPU"),
        Case(.allocated, [.drain], reason: reason, "draining by root 2 h ago (allocated): bad GPU"),
        Case(.down, reason: NodeReason(text: "Not responding"), "down: Not responding"),
        Case(.down, reason: NodeReason(text: "x", user: "slurm"), "down by slurm: x"),
        // Nobody made it idle with this reason.
        Case(.idle, reason: reason, "idle; reason set by root 2 h ago: bad GPU"),
        Case(.idle, [.poweringUp, .cloud], since: now - 180, "powering up for 3 min"),
        Case(.allocated, [.poweringUp], since: now - 50, "powering up for 50 s, allocated"),
        // A clock that is ahead is no reason for nonsense.
        Case(
            .idle, [.drain],
            reason: NodeReason(text: "x", user: "root", time: now + 900),
            "drained by root 0 s ago: x"),
    ])
    func sentence(_ given: Case) {
        let node = Node(name: "a", state: given.state, reason: given.reason)
        #expect(node.sentence(now: Self.now, since: given.since) == given.sentence)
    }
}

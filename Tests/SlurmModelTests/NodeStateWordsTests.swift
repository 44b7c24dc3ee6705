import SlurmModel
import Testing

@Suite struct NodeStateWordsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let base: NodeState.Base
        let flags: [NodeState.Flag]
        let words: String
        var testDescription: String { words }

        init(_ base: NodeState.Base, _ flags: [NodeState.Flag], _ words: String) {
            self.base = base
            self.flags = flags
            self.words = words
        }
    }

    @Test(arguments: [
        Case(.idle, [], "idle"),
        Case(.mixed, [], "partly allocated"),
        Case(.unknown, [], "state unknown"),
        Case(.down, [.notResponding], "down, not responding"),
        Case(.idle, [.notResponding], "idle, not responding"),
        // What is said of an idle node that is drained is that it is drained.
        Case(.idle, [.drain], "drained"),
        Case(.down, [.drain, .notResponding], "drained, down, not responding"),
        // While jobs are on it, it is being drained only.
        Case(.allocated, [.drain], "draining, allocated"),
        Case(.idle, [.drain, .completing], "draining, jobs completing"),
        Case(.mixed, [.fail], "failing, partly allocated"),
        Case(.idle, [.fail], "failed"),
        // Where it comes from is no state.
        Case(.idle, [.cloud, .poweredDown], "powered down"),
        Case(.allocated, [.cloud, .poweringUp], "powering up, allocated"),
        Case(.idle, [.maintenance, .reserved], "idle, in maintenance, reserved"),
        Case(
            .idle, [.invalidRegistration, .drain],
            "registered with less than is configured, drained"),
        Case(.down, [.rebootIssued], "rebooting, down"),
    ])
    func words(_ given: Case) {
        #expect(NodeState(base: given.base, flags: given.flags).words == given.words)
    }

    /// Each flag but those of a node's origin is told.
    @Test func everyFlag() {
        let silent: Set<NodeState.Flag> = [.cloud, .dynamicFuture, .dynamicNorm]
        for flag in NodeState.Flag.allCases {
            let words = NodeState(base: .idle, flags: [flag]).words
            #expect((words == "idle") == silent.contains(flag), "\(flag): \(words)")
        }
    }
}

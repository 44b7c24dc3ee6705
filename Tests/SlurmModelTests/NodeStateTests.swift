import SlurmModel
import Testing

@Suite struct NodeStateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let base: NodeState.Base
        let flags: [NodeState.Flag]
        let text: String
        var testDescription: String { text }

        init(_ base: NodeState.Base, _ flags: [NodeState.Flag], _ text: String) {
            self.base = base
            self.flags = flags
            self.text = text
        }
    }

    @Test(arguments: [
        Case(.idle, [], "idle"),
        Case(.idle, [.drain], "idle+drain"),
        // The order is the flags' own, whatever order they come in, and each stands once.
        Case(.down, [.notResponding, .drain, .drain], "down+drain+not_responding"),
        Case(
            .idle, [.cloud, .poweredDown, .powerDrain],
            "idle+powered_down+power_drain+cloud"),
        Case(.mixed, [.rebootIssued, .rebootRequested], "mixed+reboot_requested+reboot_issued"),
        Case(.unknown, [.invalidRegistration], "unknown+invalid_reg"),
    ])
    func text(_ given: Case) {
        let state = NodeState(base: given.base, flags: given.flags)
        #expect(state.text == given.text)
        #expect(state == NodeState(base: given.base, flags: given.flags.reversed()))
    }

    @Test func flags() {
        let every = NodeState(base: .allocated, flags: NodeState.Flag.allCases.shuffled())
        #expect(every.flags == NodeState.Flag.allCases)
        #expect(NodeState.Flag.allCases.allSatisfy { every.has($0) })
        let drained = NodeState(base: .idle, flags: [.drain])
        #expect(NodeState.Flag.allCases.filter { drained.has($0) } == [.drain])
    }

    /// The words stand in JSON, so a new spelling is a new schema.
    @Test func words() {
        let bases = "unknown down idle allocated error mixed future"
        #expect(NodeState.Base.allCases.map(\.rawValue).joined(separator: " ") == bases)
        let flags = """
            drain not_responding fail completing powered_down powering_down powering_up power_down \
            power_up power_drain maintenance reserved planned reboot_requested reboot_issued \
            reboot_cancel invalid_reg cloud dynamic_future dynamic_norm net external blocked resume \
            undrain
            """
        #expect(NodeState.Flag.allCases.map(\.rawValue).joined(separator: " ") == flags)
    }

    @Test func finalJobStates() {
        let going: [Job.State] = [.pending, .running, .suspended, .unknown]
        let ended: [Job.State] = [
            .completed, .cancelled, .failed, .timeout, .nodeFail, .preempted, .bootFail, .deadline,
            .outOfMemory,
        ]
        #expect(going.allSatisfy { !$0.isFinal })
        #expect(ended.allSatisfy { $0.isFinal })
    }
}

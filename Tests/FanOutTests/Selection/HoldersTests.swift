import FanOut
import SlurmModel
import Testing

@Suite struct HoldersTests {
    private func words(_ jobs: Job...) -> String? {
        Holders(jobs, clock: { "at \($0)" }).words(for: "n")
    }

    @Test func nobody() {
        #expect(words() == nil)
        #expect(words(Job(id: 1, state: .running, nodes: ["m"], end: 5)) == nil)
    }

    @Test(
        arguments: [
            (.running, true), (.suspended, true), (.pending, false), (.completed, false),
            (.cancelled, false), (.failed, false), (.nodeFail, false),
        ] as [(Job.State, Bool)])
    func states(_ state: Job.State, _ holds: Bool) {
        let text = words(Job(id: 7, state: state, user: "ann", nodes: ["m", "n"], end: 5))
        #expect(text == (holds ? "job 7 (ann) until at 5" : nil))
    }

    @Test func wording() {
        #expect(words(Job(id: 7, state: .running, nodes: ["n"], end: 5)) == "job 7 until at 5")
        #expect(
            words(Job(id: 7, state: .running, user: "ann", nodes: ["n"]))
                == "job 7 (ann), without a time limit")
    }

    /// The one that ends last says when the node is free; one without a limit never does.
    @Test func lastToEnd() {
        let early = Job(id: 1, state: .running, user: "ann", nodes: ["n"], end: 5)
        let late = Job(id: 2, state: .running, user: "bob", nodes: ["n"], end: 9)
        let endless = Job(id: 3, state: .running, user: "eve", nodes: ["n"])
        #expect(words(early, late) == "job 2 (bob) until at 9 and 1 more")
        #expect(words(late, early) == "job 2 (bob) until at 9 and 1 more")
        #expect(
            words(early, endless, late) == "job 3 (eve), without a time limit and 2 more")
    }
}

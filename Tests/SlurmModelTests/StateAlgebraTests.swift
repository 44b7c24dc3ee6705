import FoundationEssentials
import SlurmModel
import TestSupport
import Testing

/// States and ends of processes in every combination, which no table could list.
@Suite struct StateAlgebraTests {
    private static func flags(_ random: inout SeededRandom) -> [NodeState.Flag] {
        NodeState.Flag.allCases.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
    }

    @Test("Whatever flags a node has, its words say each of them, and none twice")
    func words() {
        var random = SeededRandom(31)
        let silent: Set<NodeState.Flag> = [.cloud, .dynamicFuture, .dynamicNorm]
        for _ in 0..<500 {
            for base in NodeState.Base.allCases {
                let flags = Self.flags(&random)
                let state = NodeState(base: base, flags: flags.shuffled(using: &random))
                let phrases = state.phrases
                let told = flags.filter { !silent.contains($0) }.count
                #expect(!phrases.isEmpty && Set(phrases).count == phrases.count, "\(state.text)")
                // An idle node's base is left out where a flag says more.
                #expect(phrases.count == told || phrases.count == told + 1, "\(state.text)")
                if base != .idle { #expect(phrases.count == told + 1, "\(state.text)") }
                #expect(state.words == phrases.joined(separator: ", "))
            }
        }
    }

    @Test("A node that is drained is never called idle, and one with jobs on it never drained")
    func drained() {
        var random = SeededRandom(32)
        for _ in 0..<500 {
            for base in NodeState.Base.allCases {
                let state = NodeState(base: base, flags: Self.flags(&random) + [.drain])
                #expect(!state.phrases.contains("idle"))
                #expect(state.phrases.contains("draining") == state.isOccupied)
                #expect(state.phrases.contains("drained") != state.isOccupied)
            }
        }
    }

    @Test("A state is the same state after a journal, whatever order its flags came in")
    func codable() throws {
        var random = SeededRandom(33)
        for _ in 0..<100 {
            let base = NodeState.Base.allCases.randomElement(using: &random) ?? .idle
            let state = NodeState(base: base, flags: Self.flags(&random))
            let data = try JSONEncoder().encode(state)
            #expect(try JSONDecoder().decode(NodeState.self, from: data) == state)
            // Both ways of naming it are one to one.
            let words = state.text.split(separator: "+").map(String.init)
            #expect(words.first == base.rawValue)
            #expect(words.dropFirst().compactMap { NodeState.Flag(rawValue: $0) } == state.flags)
        }
    }

    @Test("Every status of wait(2) is a code or a signal, and only a code of 0 is a good end")
    func waitStatuses() {
        for status in UInt32(0)...0xffff {
            switch SlurmModel.ExitStatus(waitStatus: status) {
            case .exited(let code):
                #expect(status & 0x7f == 0 && code == Int(status >> 8))
                #expect((code == 0) == (status & 0xff7f == 0))
            case .signalled(let signal):
                #expect((1...127).contains(signal) && signal == Int(status & 0x7f))
            }
        }
    }

    @Test("A shell's code and the kernel's status mean the same end, for every code and signal")
    func shellStatuses() {
        typealias Status = SlurmModel.ExitStatus
        for signal in 1...64 {
            #expect(Status(shellStatus: 128 + signal) == Status(waitStatus: UInt32(signal)))
        }
        for code in 0...128 {
            #expect(Status(shellStatus: code) == Status(waitStatus: UInt32(code) << 8))
        }
        for number in [Int.min, Int.max, 1 << 32, 257] {
            #expect(Status(shellStatus: number) == .exited(number))
        }
    }

    @Test("Ends of processes survive a journal")
    func endsOfProcesses() throws {
        for status in [SlurmModel.ExitStatus.exited(0), .exited(255), .exited(-1), .signalled(64)] {
            let data = try JSONEncoder().encode([status])
            #expect(try JSONDecoder().decode([SlurmModel.ExitStatus].self, from: data) == [status])
        }
    }

    @Test("A job that will run no more holds no node, and one that waits holds none yet")
    func jobs() {
        let states: [Job.State] = [
            .pending, .running, .suspended, .completed, .cancelled, .failed, .timeout, .nodeFail,
            .preempted, .bootFail, .deadline, .outOfMemory, .unknown,
        ]
        for state in states {
            let job = Job(id: 1, state: state)
            #expect(!(state.isFinal && job.holdsNodes), "\(state)")
            #expect(job.holdsNodes == (state == .running || state == .suspended))
        }
    }
}

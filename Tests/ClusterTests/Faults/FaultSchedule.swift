/// A random sequence of faults against one run, which can be made again from its seed.
struct FaultSchedule: Sendable {
    /// One fault, and when it happens after the run's beginning, in milliseconds.
    struct Fault: Sendable {
        var after: Int
        var kind: Kind
        var node: Int
        /// How long it lasts, in milliseconds.
        var lasts: Int
    }

    /// What can be done to a node or a job.
    enum Kind: CaseIterable, Sendable {
        case freezeSlurmd, killSlurmd, drain, setDown, cancelJob, killWrapper, requeueJob,
            plantRecord
    }

    let seed: UInt64
    let faults: [Fault]

    init(seed: UInt64, nodes: Int) {
        var random = SplitMix(state: seed)
        self.seed = seed
        faults = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            Fault(
                after: Int.random(in: 0...2_500, using: &random),
                kind: Kind.allCases.randomElement(using: &random) ?? .drain,
                node: Int.random(in: 1...nodes, using: &random),
                lasts: Int.random(in: 200...2_500, using: &random))
        }.sorted { $0.after < $1.after }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }
}

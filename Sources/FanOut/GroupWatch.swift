import SlurmModel
import Synchronization

/// What is known of a group that is under way.
struct GroupWatch: Sendable {
    let group: StepGroup
    let step: Step
    let line: GroupLine
    /// The time that the machine's durations count from.
    let began: ContinuousClock.Instant
    var machine: GroupMachine
    var stream: GroupStream
    /// How many bytes of the output were read.
    var offset = 0
    /// Whether it still counts among the groups that start.
    var isStarting = true

    init(group: StepGroup, step: Step, nonce: String) {
        self.group = group
        self.step = step
        line = GroupLine()
        began = .now
        machine = GroupMachine(nodes: step.group)
        stream = GroupStream(nonce: nonce, nodes: step.group)
    }

    var now: Duration { .now - began }

    /// How many bytes all nodes together may send: in base 64 and with a label before each line.
    private var mostBytes: Int { group.targets.count * (StepGroup.mostBytes * 3 / 2) + (1 << 20) }

    /// Whether more came than all nodes together may send.
    var isFlooded: Bool { offset > mostBytes }

    /// The targets of these names.
    func targets(_ names: [String]) -> [DispatchedTarget] {
        let names = Set(names)
        return group.targets.filter { names.contains($0.node.name) }
    }

    func target(_ name: String) -> DispatchedTarget? {
        group.targets.first { $0.node.name == name }
    }
}

/// Between a group's `srun` and what reads its output: how it ended, and whether it is still needed.
final class GroupLine: Sendable {
    private let state = Mutex<(end: StepEnd?, isSpent: Bool)>((nil, false))

    /// How the `srun` ended; nil while it runs.
    var end: StepEnd? {
        get { state.withLock { $0.end } }
        set { state.withLock { $0.end = newValue } }
    }

    /// Whether nobody waits for the `srun` any more.
    var isSpent: Bool { state.withLock { $0.isSpent } }

    /// Says that nobody waits for the `srun` any more.
    func spend() { state.withLock { $0.isSpent = true } }
}

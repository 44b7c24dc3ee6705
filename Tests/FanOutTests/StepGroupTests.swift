@testable import FanOut
import SlurmModel
import Testing

/// Which nodes share a `srun`.
@Suite struct StepGroupTests {
    private static func target(
        _ name: String, _ way: Target.Dispatch, base: NodeState.Base = .idle, gpus: Int = 0
    ) -> DispatchedTarget {
        var node = Node(name: name, state: NodeState(base: base))
        if gpus > 0 { node.gpus = [GPUCount(type: "a10g", total: gpus, used: 0)] }
        return DispatchedTarget(node: node, dispatch: way)
    }

    private static func sizes(
        _ targets: [DispatchedTarget], size: Int, gpuRequest: RunPlan.GPURequest = .none
    ) throws -> [Int] {
        let plan = RunPlan(
            id: RunID("r1"), nonce: "", directory: "/r",
            payload: Payload(arguments: [], timeout: 5), environment: [], gpuRequest: gpuRequest)
        return StepGroup.units(of: targets, size: size, plan: plan).map { unit in
            switch unit {
            case .group(let group): group.targets.count
            case .alone: 1
            }
        }
    }

    @Test(
        "Groups are of equal size, and nobody is lost",
        arguments: [
            (64, 32, [32, 32]), (33, 32, [16, 17]), (31, 32, [31]), (1, 32, [1]),
            (3, 1, [1, 1, 1]),
            (5, 2, [1, 2, 2]), (0, 32, []),
        ] as [(Int, Int, [Int])])
    func sizes(_ count: Int, _ size: Int, _ expected: [Int]) throws {
        let targets = (0..<count).map { Self.target("n\($0)", .init(.direct)) }
        #expect(try Self.sizes(targets, size: size).sorted() == expected)
    }

    @Test("Partition, whole node, memory and GPUs that are asked for must be equal")
    func ways() throws {
        let targets = [
            Self.target("a", .init(.srun, partition: "p")),
            Self.target("b", .init(.srun, partition: "q")),
            Self.target("c", .init(.srun, partition: "p")),
            Self.target("d", .init(.srun, partition: "q", isExclusive: true)),
            Self.target("e", .init(.srun, partition: "p"), gpus: 4),
            Self.target("f", .init(.srun, partition: "p"), gpus: 4),
            Self.target("g", .init(.srun, partition: "p"), gpus: 8),
        ]
        #expect(try Self.sizes(targets, size: 32) == [5, 1, 1])
        #expect(try Self.sizes(targets, size: 32, gpuRequest: .free) == [2, 1, 1, 2, 1])
        // Without an allocation nothing is asked for.
        let direct = targets.map { DispatchedTarget(node: $0.node, dispatch: .init(.direct)) }
        #expect(try Self.sizes(direct, size: 32, gpuRequest: .free) == [7])
    }

    @Test("An allocation waits for all of its nodes: only free ones are put together")
    func busy() throws {
        let busy = ["a", "b"].map { Self.target($0, .init(.srun), base: .mixed) }
        #expect(try Self.sizes(busy, size: 32) == [1, 1])
        let woken = ["a", "b"].map { Self.target($0, .init(.srun, note: "woken")) }
        #expect(try Self.sizes(woken, size: 32) == [1, 1])
        let direct = ["a", "b"].map { Self.target($0, .init(.direct, note: "full"), base: .mixed) }
        #expect(try Self.sizes(direct, size: 32) == [2])
    }

    @Test("Groups come first, and one that may not start yet keeps no node alone waiting")
    func queue() {
        let group = StepGroup(targets: ["a", "b"].map { Self.target($0, .init(.direct)) })
        let (c, d) = (Self.target("c", .init(.direct)), Self.target("d", .init(.direct)))
        var queue = StepQueue([.alone(c, attempt: 1), .group(group), .group(group)])
        #expect(queue.next(withGroups: true) == .group(group))
        queue.add([.alone(d, attempt: 2)])
        #expect(queue.next(withGroups: false) == .alone(c, attempt: 1))
        #expect(queue.next(withGroups: false) == .alone(d, attempt: 2))
        #expect(queue.next(withGroups: false) == nil)
        #expect(!queue.isEmpty)
        #expect(queue.next(withGroups: true) == .group(group))
        #expect(queue.isEmpty && queue.next(withGroups: true) == nil)
    }
}

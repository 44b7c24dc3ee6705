@testable package import FanOut
import Foundation
import SlurmModel
import Synchronization

/// A run directory in a folder of its own, and an engine over it.
package final class TestRun: Sendable {
    private let folder: TemporaryFolder
    package let directory: RunDirectory
    package let plan: RunPlan
    package let control = FanOutControl()
    private let seen = Mutex<[FanOutEvent]>([])

    package init(
        _ payload: Payload = Payload(arguments: ["true"], timeout: 20), id: String = "r1"
    ) throws {
        folder = try TemporaryFolder()
        directory = try RunDirectory.create(
            base: folder.path, id: RunID(id), nonce: "secret")
        plan = RunPlan(
            id: RunID(id), nonce: "secret", directory: directory.path, payload: payload,
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp"])
    }

    /// Everything that was told.
    package var events: [FanOutEvent] { seen.withLock { $0 } }

    /// The rows, by node.
    package var rows: [String: [NodeResult]] {
        var rows: [String: [NodeResult]] = [:]
        for case .result(let row) in events { rows[row.node, default: []].append(row) }
        return rows
    }

    /// The names in the records folder.
    package func records() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path + "/records").sorted()
    }

    /// Runs an engine to its end.
    package func run(
        _ targets: [Target], limits: FanOutLimits = FanOutLimits(),
        scheduler: FakeScheduler = FakeScheduler(), follow: Bool = false,
        steps: @escaping @Sendable (Step) async -> StepEnd = { _ in StepEnd(status: nil) },
        onEvent: @escaping @Sendable (FanOutEvent) -> Void = { _ in }
    ) async {
        let engine = FanOut(
            scheduler: scheduler, store: directory, steps: FakeSteps(body: steps), plan: plan,
            limits: limits, control: control, followsOutput: follow)
        await engine.run(targets) { event in
            self.seen.withLock { $0.append(event) }
            onEvent(event)
        }
    }

    /// Targets of these names, all reached in one way.
    package static func targets(_ names: [String], _ dispatch: Target.Dispatch) -> [Target] {
        names.map { Target(node: Node(name: $0), decision: .dispatch(dispatch)) }
    }
}

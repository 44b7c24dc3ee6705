@testable import FleetCore

/// A srun that does what a test says.
struct FakeSteps: StepLauncher {
    let body: @Sendable (Step) async -> StepEnd

    func run(_ step: Step) async -> StepEnd {
        await body(step)
    }
}

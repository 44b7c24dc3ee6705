@testable package import FanOut

/// A srun that does what a test says.
package struct FakeSteps: StepLauncher {
    private let body: @Sendable (Step) async -> StepEnd

    /// Does for every step what the closure does.
    package init(body: @escaping @Sendable (Step) async -> StepEnd) {
        self.body = body
    }

    package func run(_ step: Step) async -> StepEnd {
        await body(step)
    }
}

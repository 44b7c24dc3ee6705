/// What the fan-out needs to start `srun`.
package protocol StepLauncher: Sendable {
    /// Runs a step to its end; when the task is cancelled, the step is told to end and gets some seconds to do so.
    func run(_ step: Step) async -> StepEnd
}

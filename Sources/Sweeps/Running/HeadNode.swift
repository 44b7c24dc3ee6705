import FanOut
import FoundationEssentials
import Platform
import Subprocess
import SystemPackage

/// The machine that fleet runs on, as a target: with the same wrapper and record, but without a job.
struct HeadNode: Sendable {
    /// Its name.
    let name: String

    /// The machine's own name, up to the first dot.
    init() {
        let kernel = try? String(
            contentsOf: URL(filePath: "/proc/sys/kernel/hostname"), encoding: .utf8)
        let name = (kernel ?? "").prefix { $0 != "." && !$0.isWhitespace }
        self.name = name.isEmpty ? "head" : String(name)
    }

    /// Runs the plan's payload here, and gives up when it does not return.
    ///
    /// - Parameters:
    ///   - plan: What to run.
    ///   - store: Where its record goes.
    ///   - control: When it asks to stop, the payload is told to end.
    /// - Returns: The head node's row.
    func run(plan: RunPlan, store: RunDirectory, control: FanOutControl) async -> NodeResult {
        let (results, continuation) = AsyncStream.makeStream(of: NodeResult.self)
        let work = Task.detached { continuation.yield(await perform(plan: plan, store: store)) }
        // A process that not even KILL ends must not hold up fleet: the row is given out all the same.
        let watch = Task.detached {
            let deadline = ContinuousClock.now + .seconds(plan.payload.timeout + 30)
            while !control.isCancelled, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
            let wasCancelled = control.isCancelled
            work.cancel()
            try await Task.sleep(for: .seconds(10))
            continuation.yield(
                failure(
                    wasCancelled ? .cancelled : .timedOut,
                    "the payload on this machine did not end when it was told to"))
        }
        defer { watch.cancel() }
        for await result in results { return result }
        return failure(.garbled, "no result")
    }

    private func perform(plan: RunPlan, store: RunDirectory) async -> NodeResult {
        var platform = PlatformOptions()
        // On TERM the wrapper passes the signal on to the payload and still writes its record.
        platform.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(Payload.killGrace + 3))
        ]
        let script: FileDescriptor
        do {
            try DescriptorBudget.checkStart()
            // A file and not a pipe, because Subprocess ends fleet when the child exits before it has read
            // everything.
            script = try store.unnamedFile(holding: plan.script(node: name))
        } catch {
            let fault = HeadFault(error, directory: store.path)
            return failure(.launchFailed, fault.description, remedy: fault.remedy)
        }
        // fleet raised its own limit of open files; the payload gets the limit that fleet was started with.
        let limit = DescriptorBudget.inherited.map { "ulimit -S -n \($0); " } ?? ""
        do {
            let ended = try await Subprocess.run(
                // The shell reads the script from standard input, because everybody on this machine can see a
                // process's arguments.
                .path("/bin/sh"),
                arguments: ["-c", "\(limit)script=$(cat) && eval \"$script\"", "fleet"],
                environment: .custom(Environment.Key.variables(plan.environment)),
                platformOptions: platform,
                input: .fileDescriptor(script, closeAfterSpawningProcess: true),
                output: .discarded, error: .discarded)
            return result(of: ended.terminationStatus, plan: plan, store: store)
        } catch {
            return failure(.launchFailed, "cannot start /bin/sh on this machine: \(error)")
        }
    }

    private func result(
        of status: TerminationStatus, plan: RunPlan, store: RunDirectory
    ) -> NodeResult {
        if case .exited(let code) = status, let cause = WrapperFailure(rawValue: Int(code)) {
            return failure(.launchFailed, cause.reason(directory: store.path), remedy: cause.remedy)
        }
        do throws(RecordProblem) {
            let record = try store.record(for: plan.key(node: name))
            if record.ended {
                var row = failure(.cancelled, "interrupted while it ran on this machine")
                row.take(record)
                return row
            }
            return NodeResult(
                node: name, record: record, launcher: .local,
                late: "still running after \(plan.payload.timeout) s")
        } catch {
            return failure(.garbled, "\(error)")
        }
    }

    private func failure(
        _ outcome: Outcome, _ reason: String, remedy: String? = nil
    ) -> NodeResult {
        NodeResult(
            node: name, outcome: outcome, launcher: .local, reason: reason, remedy: remedy)
    }
}

import Platform
import SlurmModel

/// Turns the result of a `srun` process into a row, without asking anybody.
struct StepJudge: Sendable {
    let step: Step
    let limits: FanOutLimits
    /// Whether fleet was told to stop while it ran.
    let isCancelled: Bool

    /// The row of a step.
    ///
    /// - Parameters:
    ///   - end: How its process ended.
    ///   - record: Its standard output, read as a record.
    ///   - hasBegun: Whether the node had said that the payload was about to begin.
    /// - Returns: The row.
    func result(
        _ end: StepEnd, record: Result<Record, RecordProblem>, hasBegun: Bool
    ) -> NodeResult {
        switch record {
        case .success(let record): answered(record)
        case .failure(let problem):
            hasBegun || end.isAnswered ? cutOff(end, problem) : neverBegan(end)
        }
    }

    private func answered(_ record: Record) -> NodeResult {
        guard record.ended else {
            return NodeResult(
                node: step.node, record: record, launcher: step.launcher,
                late: "still running after \(limits.timeout.components.seconds) s (--timeout)")
        }
        var row = row(
            .cancelled,
            isCancelled
                ? "interrupted while it ran"
                : "its step was told to end while it ran (scancel, time limit)",
            code: isCancelled ? .interrupted : .ended)
        row.take(record)
        return row
    }

    private func cutOff(_ end: StepEnd, _ problem: RecordProblem) -> NodeResult {
        if isCancelled {
            return row(
                .cancelled, "interrupted while it ran; it did not answer in time",
                code: .interrupted)
        }
        if let fault = end.fault {
            return row(
                .garbled, "\(problem): \(fault)", code: .directory, remedy: fault.remedy)
        }
        if end.isAnswered, problem == .missing || problem == .truncated {
            return row(
                .garbled,
                "\(problem), and srun ended without an error: this machine could not keep what came (disk full?)",
                code: .directory, remedy: "look at the free space of the run directory: df")
        }
        if end.outlived {
            return row(
                .timedOut,
                "no record \(step.limit) s after srun was started; the node's own deadline did not act",
                code: .timeout, remedy: "look for processes in state D on the node")
        }
        if words(end).contains("NODE FAIL") || words(end).contains("ode failure") {
            return row(
                .nodeFailed, "Slurm says the node failed under it: \(words(end))",
                remedy: "check slurmd on the node: is it running, does it answer?")
        }
        return row(.garbled, "\(problem); srun says: \(words(end))")
    }

    private func neverBegan(_ end: StepEnd) -> NodeResult {
        if isCancelled {
            return row(.cancelled, "interrupted before it started", code: .interrupted)
        }
        if let fault = end.fault {
            return row(
                .launchFailed, fault.description, code: .directory, remedy: fault.remedy)
        }
        if end.status == nil {
            return row(
                .launchFailed, "srun could not be started: \(words(end))", code: .refused,
                remedy: "is Slurm's srun in PATH on this machine?")
        }
        // The wrapper's own exit codes; 83 and 84 also when the node has no room for the streams.
        if case .exited(let code)? = end.status, let failure = WrapperFailure(rawValue: code),
            failure == .notWritable || failure == .writeFailed
        {
            return row(
                .launchFailed, "the node has no folder where the payload's output can be kept",
                code: .directory, remedy: "free space in /tmp or /dev/shm on the node")
        }
        if Self.isBusy(end.messages) {
            return row(
                .notRun,
                "srun got no place within \(step.wait) s (--wait): \(words(end))", code: .busy,
                remedy: "raise --wait, or come back when the node is free")
        }
        if let refusal = end.refusal {
            let number = refusal.code.map { " (\($0))" } ?? ""
            // A failure that may pass by itself may be tried again.
            let passes = refusal.kind == .controller || refusal.kind == .temporary
            return row(
                .launchFailed, "Slurm refused the job: \(refusal.cause)\(number)",
                code: passes ? .controller : .refused, remedy: refusal.remedy)
        }
        let outlived = end.outlived ? "srun did not end within \(step.limit) s: " : ""
        return row(
            .launchFailed, "\(outlived)\(words(end))", code: .slurmd,
            remedy: "check slurmd on the node: is it running, does it hang?")
    }

    /// Whether srun reports that the time of `--immediate` has run out.
    private static func isBusy(_ messages: String) -> Bool {
        messages.contains("Requested nodes are busy")
            || messages.contains("Unable to allocate resources: Immediate execution impossible")
    }

    /// What srun says with `--no-allocate` each time, and is no fault.
    private static let notice = "do not allocate resources"

    /// srun's last words in one line, without its own name.
    private func words(_ end: StepEnd) -> String {
        let lines = end.messages.split(whereSeparator: \.isNewline)
            .map { $0.replacing("srun: error: ", with: "").replacing("srun: ", with: "") }
            .filter { !$0.isEmpty && $0 != Self.notice }
        return lines.isEmpty ? "srun ended without a word" : lines.suffix(3).joined(separator: "; ")
    }

    private func row(
        _ outcome: Outcome, _ reason: String, code: ReasonCode? = nil, remedy: String? = nil
    ) -> NodeResult {
        NodeResult(
            node: step.node, outcome: outcome, launcher: step.launcher, reason: reason, code: code,
            remedy: remedy)
    }
}

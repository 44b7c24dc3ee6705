import SlurmModel

/// A node that has a `srun` of its own.
extension StepFanOut {
    /// Asks a node, and gives out its row.
    ///
    /// - Parameters:
    ///   - target: The node.
    ///   - attempt: The number of its first attempt: not 1 where a group has asked it before.
    func alone(_ target: DispatchedTarget, attempt: Int) async {
        onEvent(.progress(tally.started(1)))
        onEvent(.result(await row(of: target, first: attempt)))
        onEvent(.progress(tally.ended()))
    }

    private func row(of target: DispatchedTarget, first: Int) async -> NodeResult {
        let contents: [String: String]
        switch files {
        case .success(let files): contents = files
        case .failure(let error):
            return NodeResult(
                node: target.node.name, outcome: .launchFailed, launcher: target.dispatch.launcher,
                reason: "its files cannot travel with it: \(error)", code: .files,
                remedy: "use --via job and shared storage")
        }
        var attempt = first
        while true {
            guard !engine.control.isCancelled else { return interrupted(target) }
            onEvent(
                .started(
                    node: target.node.name, launcher: target.dispatch.launcher, attempt: attempt))
            var row = await tryOnce(target, attempt: attempt, files: contents)
            row.attempts = attempt
            row.note = target.dispatch.note
            guard row.mayBeRetried, attempt - first < engine.limits.retries,
                !engine.control.isCancelled
            else { return row }
            attempt += 1
            try? await Task.sleep(for: engine.limits.retryDelay)
        }
    }

    private func tryOnce(
        _ target: DispatchedTarget, attempt: Int, files: [String: String]
    ) async -> NodeResult {
        let key = key(target, attempt: attempt)
        let step = step(for: target, key: key, attempt: attempt, carrier: .stream(files: files))
        tally.begin(key)
        var end = await engine.steps.run(step)
        tally.end(key)
        let hasBegun = engine.store.keepStream(for: key)
        let record = Result { () throws(RecordProblem) in try engine.store.record(for: key) }
        // Where the answer is missing or cut off, this machine may be to blame.
        if case .failure = record, end.fault == nil { end.fault = engine.store.fault() }
        let judge = StepJudge(
            step: step, limits: engine.limits, isCancelled: engine.control.isCancelled)
        return judge.result(end, record: record, hasBegun: hasBegun)
    }
}

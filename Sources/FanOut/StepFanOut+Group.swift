import SlurmModel

/// Nodes that share one `srun`.
///
/// One sick node costs its own row: whoever does not answer within the group is asked again alone, which is safe
/// because the payload only looks.
extension StepFanOut {
    /// Prepares a group.
    func begin(_ group: StepGroup) -> GroupWatch {
        let first = group.first
        let key = key(first, attempt: 1)
        let contents = (try? files.get()) ?? [:]
        var step = step(
            for: first, key: key, attempt: 1,
            carrier: .group(files: contents, most: StepGroup.mostBytes))
        step.group = group.targets.map(\.node.name)
        step.output = engine.store.groupPath(for: key)
        // Without it a later attach asks nobody, and says so.
        try? engine.store.keepGroup(step.output, nodes: step.group)
        let wait = min(StepGroup.patience, engine.plan.wait)
        step.limit -= step.launcher == .direct ? 0 : step.wait - wait
        step.wait = wait
        onEvent(.progress(tally.started(group.targets.count)))
        if !engine.control.isCancelled {
            for target in group.targets {
                onEvent(
                    .started(
                        node: target.node.name, launcher: target.dispatch.launcher, attempt: 1))
            }
        }
        return GroupWatch(group: group, step: step, nonce: engine.plan.nonce)
    }

    /// Runs a group's `srun` to its end, or until nobody waits for it any more.
    func carry(_ watch: GroupWatch) async {
        let (step, line) = (watch.step, watch.line)
        guard !engine.control.isCancelled else {
            line.end = StepEnd(status: nil)
            return
        }
        await withTaskGroup { group in
            group.addTask { line.end = await engine.steps.run(step) }
            group.addTask {
                while !Task.isCancelled, !line.isSpent {
                    try? await Task.sleep(for: .milliseconds(50))
                }
                // It usually ends by itself as soon as its last task has.
                try? await Task.sleep(for: .seconds(1))
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Reads a group's output, and gives out the rows of the nodes that answer.
    ///
    /// - Returns: Nodes that are to be asked alone now, and the group where it goes on with others; also as soon as it has
    ///   started.
    func follow(
        _ watch: GroupWatch
    ) async -> (again: [DispatchedTarget], rest: GroupWatch?) {
        var watch = watch
        while true {
            // The end is looked at first: what was written before it is read after it.
            let end = watch.line.end
            var again = read(&watch)
            again += end.map { close(&watch, $0) } ?? silent(&watch)
            if watch.machine.isDone {
                watch.line.spend()
                // srun may still hold the file open; each node has a record of its own.
                engine.store.removeGroup(watch.step.output)
                return (givenUp(again), nil)
            }
            let hasStarted = watch.isStarting && !watch.machine.isStarting(now: watch.now)
            if hasStarted { watch.isStarting = false }
            if hasStarted || !again.isEmpty { return (givenUp(again), watch) }
            // A detached task: the pause must last its full time even when the run was cancelled.
            let pause = Duration.milliseconds(watch.now < .seconds(5) ? 5 : 20)
            await Task.detached { try? await Task.sleep(for: pause) }.value
        }
    }

    private func givenUp(_ targets: [DispatchedTarget]) -> [DispatchedTarget] {
        if !targets.isEmpty { onEvent(.progress(tally.givenUp(targets.count))) }
        return targets
    }

    /// Reads what has come; returns the nodes whose answer cannot be taken here.
    private func read(_ watch: inout GroupWatch) -> [DispatchedTarget] {
        var again: [String] = []
        while !watch.isFlooded {
            let bytes = engine.store.groupOutput(watch.step.output, from: watch.offset)
            guard !bytes.isEmpty else { break }
            watch.offset += bytes.count
            for event in watch.stream.take(bytes) {
                switch event {
                case .begun(let node): watch.machine.begun(node, now: watch.now)
                case .large(let node):
                    if watch.machine.sent(node, now: watch.now) { again.append(node) }
                case .answered(let node, let bytes):
                    guard watch.machine.sent(node, now: watch.now) else { break }
                    if !answered(node, bytes, watch) { again.append(node) }
                }
            }
        }
        if watch.isFlooded {
            // Something else writes to the tasks' output: each node is asked with a file of its own.
            again += watch.machine.open
            watch.machine.giveUp(watch.machine.open)
        }
        return watch.targets(again)
    }

    /// Gives out the row of a node; false when its answer is not whole, or could not be kept.
    private func answered(_ node: String, _ bytes: [UInt8], _ watch: GroupWatch) -> Bool {
        guard let target = watch.target(node) else { return true }
        let key = key(target, attempt: 1)
        do {
            // Read before it is kept: what is kept under this name is believed by every other fleet.
            _ = try Record(bytes: bytes, key: key)
            try engine.store.keep(bytes, for: key)
            let record = try engine.store.record(for: key)
            give(
                target, StepEnd(status: .exited(0)), record: .success(record), hasBegun: true,
                watch)
            return true
        } catch {
            return false
        }
    }

    /// What is to be done about nodes of which nothing is heard.
    private func silent(_ watch: inout GroupWatch) -> [DispatchedTarget] {
        guard !engine.control.isCancelled else { return [] }
        let silent = watch.machine.silent(now: watch.now)
        guard !silent.isEmpty else { return [] }
        guard watch.step.launcher == .direct else {
            // The group's allocation may hold what the node needs to be asked alone, so it ends first.
            if !watch.machine.works { watch.line.spend() }
            return []
        }
        watch.machine.giveUp(silent)
        return watch.targets(silent)
    }

    /// Settles the nodes that are open when the group has ended; returns those to be asked alone.
    private func close(_ watch: inout GroupWatch, _ end: StepEnd) -> [DispatchedTarget] {
        let begun = watch.machine
        let (again, over) = watch.machine.ended(
            outlived: end.outlived, isCancelled: engine.control.isCancelled)
        for target in watch.targets(over) {
            give(
                target, end, record: .failure(.missing),
                hasBegun: begun.hasBegun(target.node.name), watch)
        }
        return watch.targets(again)
    }

    private func give(
        _ target: DispatchedTarget, _ end: StepEnd, record: Result<Record, RecordProblem>,
        hasBegun: Bool, _ watch: GroupWatch
    ) {
        var step = watch.step
        step.node = target.node.name
        let judge = StepJudge(
            step: step, limits: engine.limits, isCancelled: engine.control.isCancelled)
        var row = judge.result(end, record: record, hasBegun: hasBegun)
        row.note = target.dispatch.note
        onEvent(.result(row))
        onEvent(.progress(tally.ended()))
    }
}

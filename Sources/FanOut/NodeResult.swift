package import SlurmModel

/// How one target ended: every target of a run has exactly one of these.
package struct NodeResult: Codable, Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// How it ended.
    package var outcome: Outcome
    /// How the payload ended; nil where no record says so.
    package var exit: ExitStatus?
    /// How long the payload ran, in seconds, by the node's own clock; nil where it is not known.
    package var duration: Double?
    /// The launcher that ran the payload; nil when nothing was sent.
    package var launcher: Launcher?
    /// The Slurm job; nil where none was submitted.
    package var jobID: UInt32?
    /// Why it ended with this outcome; nil when the outcome says everything.
    package var reason: String?
    /// The kind of that reason, for programs; nil where it has none.
    package var code: ReasonCode?
    /// What to do about it; nil where nothing is to be done.
    package var remedy: String?
    /// Why another launcher was used than for other targets; nil when the launcher is the usual one.
    package var note: String?
    /// How many times fleet tried to launch the payload; 0 when nothing was sent.
    package var attempts = 1
    /// What the payload wrote to its standard output, byte for byte.
    package var stdout: [UInt8]
    /// What the payload wrote to its standard error, byte for byte.
    package var stderr: [UInt8]
    /// Where the full output is, when ``stdout`` and ``stderr`` are only its beginning.
    package var cut: CutOutput?

    /// The result of a payload that left a record, and was not told to end.
    ///
    /// - Parameters:
    ///   - node: The node's name.
    ///   - record: Its record.
    ///   - launcher: The launcher that ran the payload.
    ///   - jobID: The Slurm job; nil where none was submitted.
    ///   - late: The reason where the payload ran out of time.
    package init(
        node: String, record: Record, launcher: Launcher, jobID: UInt32? = nil, late: String
    ) {
        guard !record.setupFailed else {
            let cause = String(decoding: record.stderr.prefix(400), as: UTF8.self)
                .split(whereSeparator: \.isNewline).joined(separator: "; ")
            self.init(
                node: node, outcome: .launchFailed, launcher: launcher, jobID: jobID,
                reason: "its files could not be put in place: \(cause)", code: .files,
                remedy: "check space, rights and paths on the node", stderr: record.stderr)
            return
        }
        self.init(
            node: node, outcome: record.timedOut ? .timedOut : .finished,
            exit: record.timedOut ? nil : record.exit, duration: record.duration,
            launcher: launcher, jobID: jobID, reason: record.timedOut ? late : nil,
            code: record.timedOut ? .timeout : nil)
        take(record)
    }

    /// Takes what the payload wrote, and how long it ran, from its record.
    package mutating func take(_ record: Record) {
        (stdout, stderr, cut) = (record.stdout, record.stderr, record.cut)
        duration = record.duration
    }

    /// The row without what the payload wrote.
    package var slim: NodeResult {
        var result = self
        (result.stdout, result.stderr) = ([], [])
        return result
    }

    /// The file name of the record that holds its streams; nil where there is no complete record.
    package var recordName: String? {
        guard outcome == .finished || code == .files || duration != nil else { return nil }
        switch launcher {
        case .job: return jobID.map { String($0) }
        case .srun, .direct: return launcher.map { "\($0.rawValue)-\(attempts)" }
        case .local: return RecordKey.local
        case nil: return nil
        }
    }

    /// Whether another attempt could help: the launch failed for a reason that may pass.
    var mayBeRetried: Bool {
        outcome == .launchFailed && code != .refused && code != .files && code != .ended
    }

    /// The row once it is known whether the payload had begun.
    ///
    /// If the payload had begun, a row that says "not run" or "could not be launched" gets another outcome.
    func settled(by claim: ClaimResult) -> NodeResult {
        guard code != .files, outcome == .notRun || outcome == .launchFailed else { return self }
        var result = self
        if claim == .unknown, code == .controller, jobID == nil {
            result.reason = "\(reason ?? outcome.words); it may run all the same"
        }
        guard claim == .begun else { return result }
        result.outcome = outcome == .notRun ? .cancelled : .garbled
        result.reason = "it began all the same: \(reason ?? outcome.words)"
        return result
    }

    /// Makes a result.
    package init(
        node: String, outcome: Outcome, exit: ExitStatus? = nil, duration: Double? = nil,
        launcher: Launcher? = nil, jobID: UInt32? = nil, reason: String? = nil,
        code: ReasonCode? = nil, remedy: String? = nil, stdout: [UInt8] = [], stderr: [UInt8] = []
    ) {
        self.node = node
        self.outcome = outcome
        self.exit = exit
        self.duration = duration
        self.launcher = launcher
        self.jobID = jobID
        self.reason = reason
        self.code = code
        self.remedy = remedy
        self.stdout = stdout
        self.stderr = stderr
    }
}

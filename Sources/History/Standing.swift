package import Verdicts

/// Where one check of one node stands after its newest run, with what is needed to tell what changed.
///
/// A stretch is a row of runs that all found the node well (ok, warn), or all did not (unknown, fail). A run that says
/// nothing of the node (it was not run, or was ended by hand) is no part of it.
package struct Standing: Hashable, Sendable {
    /// What the newest run said.
    package var verdict: Verdict
    /// When that run ended, in seconds since 1970.
    package var time: Int
    /// Its name.
    package var run: String
    /// What it found, in one line; nil where it found nothing.
    package var message: String?
    /// What the run before said; nil where there was none.
    package var before: Verdict?
    /// When the first run of this stretch ended.
    package var since: Int
    /// How many runs this stretch has.
    package var runs = 1
    /// When the first failure of this stretch ended; nil where there is none.
    package var failedSince: Int?
    /// How many failures this stretch has.
    package var failures = 0
    /// What was found in the newest stretch in which it was not well, this one included.
    package var problem: Problem?

    /// A stretch in which the node was not well.
    package struct Problem: Hashable, Sendable {
        /// The worst verdict.
        package var worst: Verdict
        /// How many runs it had.
        package var runs: Int
        /// What the newest of its failures found, or where none failed, its newest run; nil where that had no words.
        package var message: String?

        /// Makes a problem.
        package init(worst: Verdict, runs: Int, message: String?) {
            self.worst = worst
            self.runs = runs
            self.message = message
        }
    }

    /// Begins with the first run.
    package init(verdict: Verdict, time: Int, run: String, message: String?) {
        self.verdict = verdict
        self.time = time
        self.run = run
        self.message = message
        since = time
        failedSince = verdict == .fail ? time : nil
        failures = verdict == .fail ? 1 : 0
        problem = isWell ? nil : Problem(worst: verdict, runs: 1, message: message)
    }

    /// Whether nothing is to be done.
    package var isWell: Bool { verdict < .unknown }

    /// After one more run; nil where that one ended before the newest, and so changes nothing.
    package func followed(
        by verdict: Verdict, time: Int, run: String, message: String?
    ) -> Standing? {
        guard time >= self.time else { return nil }
        var next = Standing(verdict: verdict, time: time, run: run, message: message)
        next.before = self.verdict
        if next.isWell { next.problem = problem }
        guard next.isWell == isWell else { return next }
        next.since = since
        next.runs = runs + 1
        next.failedSince = failedSince ?? next.failedSince
        next.failures += failures
        if !next.isWell, let problem {
            next.problem = Problem(
                worst: max(problem.worst, verdict), runs: next.runs,
                message: verdict == .fail || failures == 0 ? message : problem.message)
        }
        return next
    }

    /// What there is to say of it; nil where it is well and was.
    ///
    /// - Parameters:
    ///   - node: The node's name.
    ///   - check: The check's name.
    ///   - begin: What counts as new, in seconds since 1970; nil for what the newest run changed.
    /// - Returns: The change.
    package func change(node: String, check: String, since begin: Int?) -> HistoryChange? {
        var change = HistoryChange(
            node: node, check: check, kind: .fixed, verdict: verdict, before: before, since: since,
            time: time, runs: runs, run: run, message: message)
        switch verdict {
        case .ok, .warn:
            guard let problem, begin.map({ since >= $0 }) ?? (runs == 1) else { return nil }
            change.before = problem.worst
            change.runs = problem.runs
            change.message = problem.message
        case .unknown:
            change.kind = .unknown
            guard failures > 0, let failed = problem?.message else { return change }
            change.message = (message.map { "\($0); " } ?? "") + "failed before: \(failed)"
        case .fail:
            let first = failedSince ?? time
            let isNew = begin.map { first >= $0 } ?? (failures == 1)
            change.kind = isNew ? .new : .failing
            change.since = first
        }
        return change
    }
}

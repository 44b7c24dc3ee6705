package import Verdicts

/// Where one check of one node stands after its newest run, with what is needed to tell what changed.
///
/// A stretch is a row of runs that all found the node well (ok, warn), or all did not (unknown, fail). A run that says
/// nothing of the node (it was not run, or was ended by hand) is no part of it, nor is one that did not look at all
/// that this check looks at, or could not look for what is wrong.
package struct Standing: Hashable, Sendable {
    /// What the newest run said.
    package var verdict: Verdict
    /// When that run ended, in seconds since 1970.
    package var time: Int
    /// Its name.
    package var run: String
    /// Who began it; nil where that was not kept.
    package var user: String?
    /// What it found, in one line; nil where it found nothing.
    package var message: String?
    /// What it found, worst first.
    package var findings: [HistoryFinding] = []
    /// The codes that it could not look for.
    package var unseen: [String] = []
    /// What it looked at on the node beyond the scope's own subjects.
    package var verified: [String] = []
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
    /// When the first run ended that did not say ok, since the last that did; nil while it is ok, and in rows of fleets
    /// that did not keep it.
    package var oddSince: Int?
    /// What was found in the newest stretch in which it was not well, this one included.
    package var problem: Problem?
    /// What the last runs said, a letter each, newest last: `o`, `w`, `u` or `f`; at most ``mostRecent``.
    package var recent: String

    /// So many runs are looked back on, to tell a check that comes and goes.
    package static let mostRecent = 8

    /// A stretch in which the node was not well.
    package struct Problem: Hashable, Sendable {
        /// The worst verdict.
        package var worst: Verdict
        /// How many runs it had.
        package var runs: Int
        /// What the newest of its failures found, or where none failed, its newest run; nil where that had no words.
        package var message: String?
        /// The codes of all that failed or stayed unknown in it: only who looked for them can say that it is well again.
        package var codes: [String]

        /// Makes a problem.
        package init(worst: Verdict, runs: Int, message: String?, codes: [String] = []) {
            self.worst = worst
            self.runs = runs
            self.message = message
            self.codes = codes
        }
    }

    /// One run's say.
    package struct Look: Hashable, Sendable {
        /// What it said of the check.
        package var result: CheckResult
        /// When the run ended, in seconds since 1970.
        package var time: Int
        /// The run's name.
        package var run: String
        /// Who began it; nil where that was not kept.
        package var user: String?

        /// Makes a look.
        package init(_ result: CheckResult, time: Int, run: String, user: String? = nil) {
            self.result = result
            self.time = time
            self.run = run
            self.user = user
        }
    }

    /// Begins with the first run.
    package init(_ look: Look, message: String? = nil) {
        let findings = look.result.findings.map(HistoryFinding.init)
        self.init(
            verdict: look.result.verdict, time: look.time, run: look.run,
            message: message ?? findings.first?.text)
        user = look.user
        self.findings = findings
        unseen = look.result.unseen
        verified = look.result.verified
        problem?.codes = Self.codes(of: findings)
    }

    /// Begins with a run of which only the verdict is known.
    package init(verdict: Verdict, time: Int, run: String, message: String?) {
        self.verdict = verdict
        self.time = time
        self.run = run
        self.message = message
        since = time
        failedSince = verdict == .fail ? time : nil
        failures = verdict == .fail ? 1 : 0
        oddSince = verdict == .ok ? nil : time
        recent = Self.letter(verdict)
        problem = isWell ? nil : Problem(worst: verdict, runs: 1, message: message)
    }

    /// Whether nothing is to be done.
    package var isWell: Bool { verdict < .unknown }

    /// After one more run of the same scope, or of a wider one.
    ///
    /// - Parameters:
    ///   - look: What that run says of this scope.
    ///   - message: What it says in one line; nil takes its worst finding.
    /// - Returns: The standing; nil where nothing changes: that run ended before the newest, or found nothing and could
    ///   not look for what is wrong.
    package func followed(by look: Look, message: String? = nil) -> Standing? {
        if !isWell, look.result.verdict < .unknown, let problem,
            !look.result.lookedFor(problem.codes)
        {
            return nil
        }
        return followed(by: Standing(look, message: message))
    }

    /// After one more run of which only the verdict is known; nil where that one ended before the newest.
    package func followed(
        by verdict: Verdict, time: Int, run: String, message: String?
    ) -> Standing? {
        followed(by: Standing(verdict: verdict, time: time, run: run, message: message))
    }

    private func followed(by newest: Standing) -> Standing? {
        guard newest.time >= time else { return nil }
        var next = newest
        next.before = verdict
        if next.verdict != .ok { next.oddSince = oddSince ?? next.oddSince }
        next.recent = String((recent + newest.recent).suffix(Self.mostRecent))
        if next.isWell { next.problem = problem }
        guard next.isWell == isWell else { return next }
        next.since = since
        next.runs = runs + 1
        next.failedSince = failedSince ?? next.failedSince
        next.failures += failures
        if !next.isWell, let problem {
            next.problem = Problem(
                worst: max(problem.worst, next.verdict), runs: next.runs,
                message: next.verdict == .fail || failures == 0 ? next.message : problem.message,
                codes: problem.codes
                    + (next.problem?.codes ?? []).filter { !problem.codes.contains($0) })
        }
        return next
    }

    /// Since when it is as it is: of one that is not well, its first failure, and where none failed, its first run; of
    /// a warning, the first run after the last that said ok.
    package var begin: Int {
        guard verdict == .warn else { return failedSince ?? since }
        return oddSince ?? since
    }

    private static func codes(of findings: [HistoryFinding]) -> [String] {
        var seen: Set<String> = []
        return findings.filter { $0.severity >= .unknown }.map(\.code).filter {
            seen.insert($0).inserted
        }
    }

    private static func letter(_ verdict: Verdict) -> String { String(verdict.rawValue.prefix(1)) }

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
            time: time, runs: runs, run: run, message: message, user: user)
        switch verdict {
        case .ok, .warn:
            guard let problem, begin.map({ since >= $0 }) ?? (runs == 1) else { return nil }
            change.before = problem.worst
            change.runs = problem.runs
            change.message = problem.message
        case .unknown:
            change.kind = .unknown
            change.since = self.begin
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

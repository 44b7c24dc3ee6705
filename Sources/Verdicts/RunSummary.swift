/// How many targets of a run have each verdict.
package struct RunSummary: Codable, Hashable, Sendable {
    /// Targets whose verdict is ok.
    package var ok = 0
    /// Targets whose verdict is warn.
    package var warn = 0
    /// Targets about which nothing is known.
    package var unknown = 0
    /// Targets that failed.
    package var fail = 0
    /// Targets that were not run.
    package var notRun = 0

    /// Counts.
    package init(_ reports: some Sequence<NodeReport>) {
        for report in reports {
            switch report.verdict {
            case .ok: ok += 1
            case .warn: warn += 1
            case .unknown: unknown += 1
            case .fail: fail += 1
            case nil: notRun += 1
            }
        }
    }

    /// All targets.
    package var total: Int { ok + warn + unknown + fail + notRun }

    /// The exit code of a run that was not interrupted.
    ///
    /// - Parameters:
    ///   - strict: Whether a warning counts as a failure.
    ///   - ignoreNotRun: Whether targets that were not run are left out.
    /// - Returns: 0, 1 or 2.
    package func exitCode(strict: Bool = false, ignoreNotRun: Bool = false) -> Int32 {
        if fail > 0 || (strict && warn > 0) { return 1 }
        if unknown > 0 || (notRun > 0 && !ignoreNotRun) { return 2 }
        return 0
    }
}

import FleetCore

/// The line of talk that closes a run.
package enum RunClosing {
    /// How many targets came to which verdict, and the run's name.
    package static func line(for report: RunReport) -> String {
        let summary = report.summary
        let counts = [
            (summary.ok, "ok"), (summary.warn, "warn"), (summary.unknown, "unknown"),
            (summary.fail, "failed"), (summary.notRun, "not run"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let total = report.reports.count
        let verdicts = parts.isEmpty ? "" : ": \(parts)"
        return "\(total) \(total == 1 ? "node" : "nodes")\(verdicts) (run \(report.id))"
    }
}

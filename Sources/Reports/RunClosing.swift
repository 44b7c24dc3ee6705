import FanOut
import Terminal
import Verdicts

/// The summary line at the end of a run.
package enum RunClosing {
    /// How many targets have each verdict, and the run's name.
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

    /// The refusal that Slurm gave for every node, repeated in one line with the next step; nil when Slurm accepted a
    /// job.
    package static func commonRefusal(in report: RunReport) -> String? {
        let sent = report.reports.filter { $0.result.outcome != .notRun }
        guard sent.count > 1, let first = sent.first?.result, first.code == .refused,
            sent.allSatisfy({ $0.result.code == .refused && $0.result.reason == first.reason })
        else { return nil }
        let remedy = first.remedy.map { "\n\(TerminalText.visible($0))" } ?? ""
        let reason = TerminalText.visible(first.reason ?? "Slurm refused it")
        return "fleet: no job was taken: \(reason)\(remedy)"
    }
}

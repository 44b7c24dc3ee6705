import FanOut
package import Runs
package import Verdicts

/// A finished run: what was asked, and one report per target.
package struct RunReport: Hashable, Sendable {
    /// The run's name.
    package var id: String
    /// The probe's name.
    package var probe: String
    /// The launcher that was used.
    package var launcher: String
    /// When it began, in seconds since 1970.
    package var started: Int
    /// When it was over, in seconds since 1970.
    package var ended: Int
    /// The targets, in the order they were selected.
    package var reports: [NodeReport]
    /// What its filters left out, in words; nil where nothing was.
    package var leftOut: String?

    /// Makes a report.
    package init(
        id: String, probe: String, launcher: String, started: Int, ended: Int,
        reports: [NodeReport]
    ) {
        self.id = id
        self.probe = probe
        self.launcher = launcher
        self.started = started
        self.ended = ended
        self.reports = reports
    }

    /// Makes the report of a stored run.
    package init(manifest: RunManifest, ended: Int, reports: [NodeReport]) {
        let launchers = Set(reports.compactMap { $0.result.launcher?.rawValue })
        self.init(
            id: manifest.id, probe: manifest.specification.probe.name,
            launcher: launchers.isEmpty ? "none" : launchers.sorted().joined(separator: ","),
            started: manifest.started, ended: ended, reports: reports)
        let specification = manifest.specification
        leftOut = specification.scope.flatMap {
            LeftOut($0, rules: type(of: specification).rules).words
        }
    }

    /// How many targets have each verdict.
    package var summary: RunSummary { RunSummary(reports) }
}

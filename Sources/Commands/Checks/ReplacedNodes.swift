import Verdicts
import FanOut
import Reports
import Configuration
import Acting
import LustreCheck
import Platform
import Sweeps
import Terminal

/// What mount-lustre says on a head node of ParallelCluster's: what it did goes with the instance.
struct ReplacedNodes {
    let session: Session
    let end: RunEnd

    /// Says that a new instance needs it again, and what makes it last.
    ///
    /// - Parameter settings: Which mounts were meant.
    func say(_ settings: LustreSettings) {
        guard Clustermgtd.read(session.configuration.clustermgtd) != nil,
            let report = end.report,
            report.reports.contains(where: { Clustermgtd.manages($0.result.node) })
        else { return }
        for line in Self.lines(settings) {
            session.console.say(TerminalText.visible(line))
        }
    }

    /// The lines: a script that is mounted at every start of an instance, and where the cluster's configuration names it.
    static func lines(_ settings: LustreSettings) -> [String] {
        let point = settings.points.first ?? settings.mountPoint
        let source = settings.source ?? "SOURCE@tcp:/FSNAME"
        let options = settings.options ?? LustreSettings.usualOptions
        let command = ShellQuote.readable(["mount", "-t", "lustre", "-o", options, source, point])
        return [
            "fleet: ParallelCluster replaces instances: a new one needs this again. To make it last, in the queue's configuration:",
            "  CustomActions: {OnNodeConfigured: {Script: 's3://BUCKET/mount-lustre.sh'}}",
            "and in that script (the image must have the client's module and tools):",
            "  mkdir -p \(ShellQuote.readable([point])) && modprobe lustre && \(command)",
        ]
    }
}

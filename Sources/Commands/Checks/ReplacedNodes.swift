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
        for line in Self.lines(Self.entries(report.reports, settings)) {
            session.console.say(TerminalText.visible(line))
        }
    }

    /// What is mounted on the nodes now; where that was not told, what was asked for.
    private static func entries(
        _ reports: [NodeReport], _ settings: LustreSettings
    ) -> [RepairEntry] {
        let options = settings.options ?? LustreSettings.usualOptions
        let mounted = reports.lazy.map { report in
            (report.judgement?.facts["mounts"]?.elements ?? []).compactMap { mount in
                let fields = mount.fields
                guard let source = fields["source"]?.text, let point = fields["path"]?.text else {
                    return RepairEntry?.none
                }
                return RepairEntry(source: source, mountPoint: point, options: options)
            }
        }
        if let entries = mounted.first(where: { !$0.isEmpty }) { return entries }
        return [
            RepairEntry(
                source: settings.source ?? "SOURCE@tcp:/FSNAME",
                mountPoint: settings.points.first ?? settings.mountPoint, options: options)
        ]
    }

    /// The lines: a script that mounts at every start of an instance, and where the cluster's configuration names it.
    static func lines(_ entries: [RepairEntry]) -> [String] {
        let mounts = entries.map { entry in
            ShellQuote.readable(["mkdir", "-p", entry.mountPoint]) + " && "
                + ShellQuote.readable([
                    "mount", "-t", "lustre", "-o", entry.options, entry.source, entry.mountPoint,
                ])
        }
        return [
            "fleet: ParallelCluster replaces instances: a new one needs this again. To make it last, in the queue's configuration:",
            "  CustomActions: {OnNodeConfigured: {Script: 's3://BUCKET/mount-lustre.sh'}}",
            "and in that script, where the image has the client's module and tools:",
            "  modprobe lustre",
        ] + mounts.map { "  " + $0 }
    }
}

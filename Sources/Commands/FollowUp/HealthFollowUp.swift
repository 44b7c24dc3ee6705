import Acting
import FanOut
import Health
import Platform
import Reports
import SlurmModel
import Terminal
import Verdicts

/// What stands below the rows of `fleet health`: what to do next, as it works for whoever reads it.
struct HealthFollowUp: Sendable {
    /// Where runs are kept, where the commands need to say so.
    var runDir: String?
    /// How commands are printed.
    var rights = CommandRights.whole
    /// Whether slurm.conf names a RebootProgram.
    var canReboot = false

    /// The lines, none where nothing is to be done.
    ///
    /// - Parameter run: The run, and the cluster it was of.
    /// - Returns: The lines.
    func lines(for run: RunOutput.TalkOfRun) -> [String] {
        let census = DrainLimit.Census(run.clusterNodes)
        let next = HealthNext(runDir: runDir) { DrainLimit.standard.needed(taking: $0, of: census) }
        let report = run.report
        return lines(
            of: next.steps(for: report)
                + [reboot(report, census), look(report), resume(report), back(report)].compactMap(
                    \.self),
            width: run.width)
    }

    /// The lines after a repair: how nodes that fleet drained, and that are well now, come back.
    func linesAfterRepair(_ run: RunOutput.TalkOfRun) -> [String] {
        lines(of: [back(run.report)].compactMap(\.self), width: run.width)
    }

    /// The lines after a check of mounts: what repairs them on these nodes.
    func linesAfterMountCheck(_ run: RunOutput.TalkOfRun) -> [String] {
        lines(of: HealthNext(runDir: runDir).repairs(for: run.report), width: run.width)
    }

    private func lines(of steps: [Step], width: Int?) -> [String] {
        var steps = steps
        let note = steps.map(\.command).contains(where: rights.concerns) ? rights.note : nil
        for place in steps.indices { steps[place].command = rights.text(steps[place].command) }
        return HealthNext.lines(of: steps, width: width) + (note.map { ["  (\($0))"] } ?? [])
    }

    private typealias Step = HealthNext.Step

    private func command(_ words: [String], _ rows: [NodeReport]) -> String {
        HealthNext.command(
            words, nodes: rows.map(\.result.node),
            runDir: words.contains("--from") ? runDir : nil)
    }

    /// The nodes whose worst finding a reboot may repair.
    private func reboot(_ report: RunReport, _ census: DrainLimit.Census) -> Step? {
        guard canReboot else { return nil }
        let sick = report.reports.filter { row in
            row.verdict == .fail && row.result.launcher != .local
                && row.judgement?.findings.first?.remedy.map(AttentionRules.isReboot) == true
        }
        guard !sick.isEmpty else { return nil }
        let limit = DrainLimit.standard.needed(taking: sick.compactMap(\.node), of: census)
        return Step(
            command(
                ["reboot", "--from", report.id] + (limit.map { ["--max", "\($0.out)"] } ?? []),
                sick),
            "a reboot is the remedy for \(Self.nodes(sick.count)); reboot\(sick.count == 1 ? " it" : " them")"
        )
    }

    /// Drained nodes were not checked, because nobody asked for it.
    private func look(_ report: RunReport) -> Step? {
        let rows = Self.unchecked(report)
        guard !rows.isEmpty else { return nil }
        return Step(
            command(["health", "--include-drained"], rows),
            rows.count == 1
                ? "1 node is drained and was not checked; check it"
                : "\(rows.count) nodes are drained and were not checked; check them"
        )
    }

    /// How the drained ones come back.
    private func resume(_ report: RunReport) -> Step? {
        resume(Self.unchecked(report)) { _ in
            "once repaired, back into service if the checks pass now"
        }
    }

    /// Those that fleet drained and that passed what was looked at; all that had failed is checked before they come back.
    private func back(_ report: RunReport) -> Step? {
        let well = report.reports.filter {
            $0.verdict == .ok && $0.node?.state.has(.drain) == true
        }
        return resume(well) { count in
            count == 1
                ? "1 node is still drained and well now; put it back into service"
                : "\(count) nodes are still drained and well now; put them back into service"
        }
    }

    /// Of some drained nodes, those that fleet drained are its own to resume.
    private func resume(_ rows: [NodeReport], _ what: (Int) -> String) -> Step? {
        let own = rows.filter { FleetReason.isFleets($0.node?.reason) }
        guard !own.isEmpty else { return nil }
        return Step(command(["resume"], own) + " --recheck", what(own.count))
    }

    private static func unchecked(_ report: RunReport) -> [NodeReport] {
        report.reports.filter { row in
            row.verdict == nil && row.result.launcher != .local
                && row.node?.state.has(.drain) == true && row.node?.state.isAsleep == false
        }
    }

    private static func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }
}

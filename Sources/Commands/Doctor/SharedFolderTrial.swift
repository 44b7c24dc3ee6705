import Acting
import ArgumentParser
import FanOut
import FoundationEssentials
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// Whether the folder for runs is the same one on this machine and on a node: one job proves it, and tells the
/// node's clock.
struct SharedFolderTrial {
    let session: Session
    /// The folder for runs.
    let base: String

    /// Seconds the job may wait for its node.
    private static let patience = 15

    /// Sends a job to an idle node.
    ///
    /// - Returns: A line for the folder, and one for the node's clock where it told it.
    func lines() async -> [DoctorLine] {
        let from = Int(Date().timeIntervalSince1970)
        do {
            let cluster = try await session.controller.cluster()
            guard let node = cluster.nodes.first(where: Self.isFree) else {
                return [
                    DoctorLine(
                        "run directory", .unknown, "\(base): not proved: no node is idle now",
                        fix: "try again, or fleet run -- true")
                ]
            }
            let report = try await send(to: node.name)
            var lines = [DoctorJudge.shared(base, report)]
            let said = report.map { String(decoding: $0.result.stdout, as: UTF8.self) }
            if let clock = said.flatMap({ Int($0.filter { !$0.isWhitespace }) }) {
                lines.append(
                    DoctorJudge.clock(
                        "node's clock", of: node.name, clock, from: from,
                        to: Int(Date().timeIntervalSince1970)))
            }
            return lines
        } catch {
            return [
                DoctorLine(
                    "run directory", error is RunDirectoryError ? .fail : .unknown,
                    "\(base): \("\(error)".split(whereSeparator: \.isNewline).joined(separator: "; "))"
                )
            ]
        }
    }

    /// Runs beside the runs that are kept, so that `last` stays what it is.
    private func send(to node: String) async throws -> NodeReport? {
        // Of its own: another doctor may be at work beside it.
        let folder = base + "/.doctor-\(UUID().uuidString)"
        let payload = Payload(arguments: ["date", "+%s"], timeout: 10)
        var output = RunOutput(table: HiddenTable())
        output.keepsStreams = true
        output.isQuiet = true
        let runner = FanOutRunner(
            session: session, specification: CommandSpecification(payload: payload), output: output,
            options: try FanOutOptions.parse([
                "--run-dir", folder, "--via", "job", "--wait", "\(Self.patience)",
            ]), jobFlags: try JobFlags.parse([]))
        let end = try await runner.end(selection: NodeSelection(names: [node]))
        // A job that may still run needs its folder.
        switch end.report?.reports.first?.result.outcome {
        case .finished, .garbled, .launchFailed, .notRun:
            try? FileManager.default.removeItem(atPath: folder)
        case .timedOut, .nodeFailed, .cancelled, nil: break
        }
        return end.report?.reports.first
    }

    private static func isFree(_ node: Node) -> Bool {
        let away: [NodeState.Flag] = [
            .powerDown, .poweredDown, .poweringDown, .poweringUp, .powerUp, .reserved,
            .maintenance, .completing,
        ]
        return node.state.base == .idle && DrainLimit.isInService(node)
            && !away.contains(where: node.state.has)
    }
}

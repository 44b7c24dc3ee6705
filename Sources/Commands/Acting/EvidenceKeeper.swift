import Acting
import ArgumentParser
import FanOut
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// Brings what nodes can tell of themselves to the head node before they are acted on.
///
/// ParallelCluster ends the instance of a drained node, and a reboot ends what only the kernel knew. So a node whose
/// evidence could not be kept is not acted on, and why is told.
struct EvidenceKeeper: NodePreparation {
    private let session: Session
    /// Where each collection gets a folder of its own, by its run's name.
    private let folder: String
    private let runDir: String?

    /// Keeps evidence in a folder.
    ///
    /// - Parameters:
    ///   - session: The cluster.
    ///   - folder: Where it goes.
    ///   - runDir: Where runs are kept; nil for the settings' place.
    init(session: Session, folder: String, runDir: String?) {
        self.session = session
        self.folder = folder
        self.runDir = runDir
    }

    /// Seconds that a node may take: nvidia-bug-report waits for minutes where a GPU does not answer.
    private static let seconds = 600

    /// What the names of the files end with.
    static let suffix = ".nvidia-bug-report.log.gz"

    /// The report goes to standard output, packed; where there is no such program, what else is known.
    static let script = """
        if command -v nvidia-bug-report.sh >/dev/null; then
            folder=$(mktemp -d) || exit 1
            trap 'rm -rf "$folder"' EXIT
            nvidia-bug-report.sh --output-file "$folder/report.log.gz" >"$folder/said" 2>&1 </dev/null
            status=$?
            # Half a report is better than none, and told as that.
            if [ -s "$folder/report.log.gz" ]; then
                cat "$folder/report.log.gz" && [ "$status" -eq 0 ] && exit 0
            fi
            tail -n 3 "$folder/said" >&2
            echo "nvidia-bug-report.sh ended with $status" >&2
            exit 1
        fi
        { uname -a; nvidia-smi -q; journalctl -b -n 5000 --no-pager; dmesg; } 2>&1 </dev/null | gzip -c
        """

    func question(_ verb: String) -> String { "keep the evidence in \(folder), then \(verb)" }

    func obstacle(_ node: Node) -> NodePlan.Refusal? { nil }

    func refusals(of nodes: [String]) async throws -> [String: NodePlan.Refusal] {
        // What cannot be written is told before minutes are spent on it.
        _ = try OutputFolder(path: folder)
        let payload = Payload(
            arguments: ["/bin/sh", "-c", Self.script, "fleet"], timeout: Self.seconds,
            wantsRoot: true)
        let options = try FanOutOptions.parse(
            ["--include-drained"] + (runDir.map { ["--run-dir", $0] } ?? []))
        var output = RunOutput(table: HiddenTable(), isQuiet: true)
        output.keepsStreams = true
        session.console.say("fleet: keeping the evidence of \(Hostlist.fold(nodes)) ...")
        let end = try await FanOutRunner(
            session: session, specification: CommandSpecification(payload: payload),
            output: output, options: options, jobFlags: try JobFlags.parse([])
        ).end(selection: NodeSelection(names: nodes))
        let reports = end.report?.reports ?? []
        let run = end.report?.id ?? "none"
        let place = try OutputFolder(path: "\(folder)/\(run)", outSuffix: Self.suffix)
        var refusals: [String: NodePlan.Refusal] = [:]
        for node in nodes {
            let report = reports.first { $0.result.node == node }
            if let report { try place.write(report) }
            refusals[node] = Self.problem(report).map { problem in
                .init(
                    .evidence, "its evidence was not kept: \(problem) (run \(run))",
                    remedy: "without --evidence it is done all the same")
            }
        }
        let kept = nodes.filter { refusals[$0] == nil }
        if !kept.isEmpty {
            session.console.say(
                TerminalText.visible(
                    "fleet: the evidence of \(Hostlist.fold(kept)) is in \(place.path)"))
        }
        return refusals
    }

    /// Why a node's answer is no evidence; nil where it is.
    static func problem(_ report: NodeReport?) -> String? {
        guard let report else { return "it gave no answer" }
        let result = report.result
        guard result.outcome == .finished, result.exit == .exited(0) else {
            let said = String(decoding: result.stderr.suffix(400), as: UTF8.self)
                .split(whereSeparator: \.isNewline).joined(separator: "; ")
            let why = result.reason ?? report.judgement?.findings.first?.message
            return [why ?? result.outcome.words, said].filter { !$0.isEmpty }
                .joined(separator: ": ")
        }
        // What gzip's files begin with.
        guard result.stdout.starts(with: [0x1f, 0x8b]) else {
            return "what came is no packed report"
        }
        return nil
    }
}

import Acting
import ArgumentParser
import Configuration
import DefinedChecks
import FanOut
import GPUCheck
import LustreCheck
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// The fresh check that a node must pass before it is resumed.
struct ResumeCheck: NodeRecheck {
    /// Its name, as in `--recheck=NAME`.
    let name: String
    private let session: Session
    private let specification: any ProbeSpecification
    private let isStrict: Bool
    private let runDir: String?

    /// The check where none is named.
    static let standard = "gpu-check"

    /// Seconds a built-in check may take on a node, as in its own command.
    private static let seconds = 60

    /// Finds a check.
    ///
    /// - Throws: A ``UsageError`` for a name that no check has, and what reading a probe's file throws.
    init(named name: String, session: Session, isStrict: Bool, runDir: String?) throws {
        self.name = name
        self.session = session
        self.isStrict = isStrict
        self.runDir = runDir
        switch name {
        case "gpu-check":
            specification = GPUCheckSpecification(
                timeout: Self.seconds, policy: session.configuration.findingPolicy)
        case "check-mount":
            specification = CheckMountSpecification(
                try CheckMountFlags.parse([]).settings(
                    mount: MountOptions.parse([]), configuration: session.configuration),
                timeout: Self.seconds, policy: session.configuration.findingPolicy)
        default:
            specification = DefinedCheckSpecification(
                try ProbeLibrary(
                    environment: session.environment, slurmFolder: session.slurm.folder,
                    configuration: session.configuration
                ).probe(name), policy: session.configuration.findingPolicy)
        }
    }

    /// Why a node cannot be checked at all; nil where it can.
    func obstacle(_ node: Node) -> NodePlan.Refusal? {
        guard specification is GPUCheckSpecification, node.gpus.isEmpty else { return nil }
        return .init(
            .check, "gpu-check is for nodes with GPUs in their GRES",
            remedy: "--recheck=NAME: check-mount, or a probe of 'fleet checks'")
    }

    /// Checks nodes now.
    ///
    /// - Parameter nodes: Their names.
    /// - Returns: Why a node is not to be resumed, by its name; the others passed.
    /// - Throws: An error when nothing could be checked at all.
    func refusals(of nodes: [String]) async throws -> [String: NodePlan.Refusal] {
        let options = try FanOutOptions.parse(
            ["--include-drained"] + (runDir.map { ["--run-dir", $0] } ?? []))
        let runner = FanOutRunner(
            session: session, specification: specification, output: RunOutput(table: HiddenTable()),
            options: options, jobFlags: try JobFlags.parse([]))
        let end = try await runner.end(selection: NodeSelection(names: nodes))
        let reports = end.report?.reports ?? []
        let rows = Dictionary(reports.map { ($0.result.node, $0) }) { first, _ in first }
        var refusals: [String: NodePlan.Refusal] = [:]
        for node in nodes {
            refusals[node] = refusal(rows[node], run: end.report?.id)
        }
        return refusals
    }

    private func refusal(_ report: NodeReport?, run: String?) -> NodePlan.Refusal? {
        let run = run.map { " (run \($0))" } ?? ""
        guard let report else { return .init(.check, "\(name) gave no answer\(run)") }
        let finding = report.judgement?.findings.first
        let why =
            finding.map { ($0.subject.map { "\($0): " } ?? "") + $0.message }
            ?? report.result.reason ?? report.result.outcome.words
        let remedy = finding?.remedy ?? report.result.remedy
        switch report.verdict {
        case .ok: return nil
        case .warn: return isStrict ? .init(.check, "\(name): warn: \(why)\(run)") : nil
        case .unknown, .fail:
            let verdict = report.verdict?.rawValue ?? ""
            return .init(.check, "\(name): \(verdict): \(why)\(run)", remedy: remedy)
        case nil: return .init(.check, "\(name) could not be made: \(why)\(run)", remedy: remedy)
        }
    }
}

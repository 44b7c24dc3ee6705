import Acting
import ArgumentParser
import Configuration
import DefinedChecks
import FanOut
import GPUCheck
import Health
import History
import LustreCheck
import Probes
import Reports
import SlurmKit
import SlurmModel
import Sweeps
import Verdicts

/// The fresh checks that a node must pass before it is resumed: a named one, or all that had failed there.
struct ResumeCheck: NodePreparation {
    /// What is checked, in words for the question.
    let name: String
    private let session: Session
    private let isStrict: Bool
    private let runDir: String?
    /// The check of every node; nil for those that had failed on each.
    private let chosen: String?
    /// The checks that were not well when they were last made, by node.
    private let failed: [String: [String]]

    /// What `--recheck` alone means: every check that had failed on the node.
    static let standard = "failed"

    /// The check of a node of which none is known to have failed: all that apply, for whatever it was drained.
    private static let usual = "health"

    /// Seconds a built-in check may take on a node, as in its own command.
    private static let seconds = 60

    /// Finds the checks.
    ///
    /// - Parameters:
    ///   - choice: The check's name, as in the history; or ``standard``.
    ///   - session: The cluster.
    ///   - isStrict: Whether a warning does not pass.
    ///   - runDir: Where runs are kept.
    /// - Throws: A ``UsageError`` for a name that no check has, what reading a probe's file throws, a ``HistoryError``.
    init(_ choice: String, session: Session, isStrict: Bool, runDir: String?) throws {
        self.session = session
        self.isStrict = isStrict
        self.runDir = runDir
        guard choice == Self.standard else {
            chosen = choice
            name = choice
            failed = [:]
            // A name that no check has is told before anything is asked.
            _ = try specification(choice)
            return
        }
        chosen = nil
        name = "every check that had failed (none known: health)"
        let store = session.history.all(patience: HistoryAccess.writePatience)
        let known = try store?.lastVerdicts(cluster: session.slurm.clusterName) ?? [:]
        failed = known.mapValues { $0.filter { $0.verdict >= .unknown }.map(\.check) }
    }

    func question(_ verb: String) -> String { "check with \(name), then \(verb) what passes," }

    /// The checks of a node, by name.
    private func checks(of node: String) -> [String] {
        if let chosen { return [chosen] }
        let names = failed[node] ?? []
        return names.isEmpty ? [Self.usual] : names
    }

    /// What a check of the history asks.
    private func specification(_ name: String) throws -> any ProbeSpecification {
        let words = name.split(separator: " ").map(String.init)
        let end = words.firstIndex { $0 == "--only" || $0 == "--skip" } ?? words.count
        let configuration = session.configuration
        let rest = words[..<end].dropFirst()
        let policy = try ResultFlags.parse(Array(words[end...])).policy(
            configuration: configuration, codes: FindingCatalogue.standard.all.map(\.code))
        switch words.first {
        case "health" where rest.isEmpty:
            return try HealthChecks(
                site: session.site, slurmFolder: session.slurm.folder, seconds: nil
            ).specification(HealthFlags.parse([]), nodes: [])
        case "gpu-check" where rest.isEmpty:
            return GPUCheckSpecification(timeout: Self.seconds, policy: policy)
        case "gpu-diag":
            let level = try rest.first.map(Self.level) ?? 1
            return GPUDiagSpecification(
                level: level, timeout: DiagProbe.seconds(level: level), policy: policy)
        case "check-mount":
            let isNamed = rest.first.map { !$0.hasPrefix("--") } ?? false
            let mount = try MountOptions.parse(
                rest.first.flatMap { isNamed ? ["--mount-point", $0] : nil } ?? [])
            return CheckMountSpecification(
                try CheckMountFlags.parse(Array(isNamed ? rest.dropFirst() : rest)).settings(
                    mount: mount, configuration: configuration),
                timeout: Self.seconds, policy: policy)
        default:
            let probe = words.first == "check" && !rest.isEmpty ? Array(rest) : Array(words[..<end])
            return DefinedCheckSpecification(
                try ProbeLibrary(
                    environment: session.environment, slurmFolder: session.slurm.folder,
                    configuration: configuration
                ).probe(probe.joined(separator: " ")), policy: configuration.findingPolicy)
        }
    }

    private static func level(_ word: String) throws -> Int {
        guard let level = Int(word), DiagProbe.levels.contains(level) else {
            throw ValidationError("'\(word)' is no level of gpu-diag.")
        }
        return level
    }

    /// Why a node cannot be checked at all; nil where it can.
    func obstacle(_ node: Node) -> NodePlan.Refusal? {
        guard node.gpus.isEmpty, checks(of: node.name).contains(where: Self.needsGPUs) else {
            return nil
        }
        return .init(
            .check, "gpu-check is for nodes with GPUs in their GRES",
            remedy: "--recheck=NAME: check-mount, or a probe of 'fleet checks'")
    }

    private static func needsGPUs(_ check: String) -> Bool {
        check.hasPrefix("gpu-check") || check.hasPrefix("gpu-diag")
    }

    /// Checks nodes now.
    ///
    /// - Parameter nodes: Their names.
    /// - Returns: Why a node is not to be resumed, by its name; the others passed all their checks.
    /// - Throws: An error when nothing could be checked at all.
    func refusals(of nodes: [String]) async throws -> [String: NodePlan.Refusal] {
        var byCheck: [(check: String, nodes: [String])] = []
        for node in nodes {
            for check in checks(of: node) {
                if let place = byCheck.firstIndex(where: { $0.check == check }) {
                    byCheck[place].nodes.append(node)
                } else {
                    byCheck.append((check, [node]))
                }
            }
        }
        var refusals: [String: NodePlan.Refusal] = [:]
        for (check, nodes) in byCheck {
            let more: [String: NodePlan.Refusal]
            do {
                more = try await self.refusals(of: nodes, check: check)
            } catch  where chosen == nil {
                // One that cannot be made any more is not passed.
                let refusal = NodePlan.Refusal(
                    .check, "\(check) had failed, and could not be made: \(error)",
                    remedy:
                        "--recheck=NAME takes another; 'fleet history forget --check NAME' takes it back"
                )
                more = Dictionary(nodes.map { ($0, refusal) }) { first, _ in first }
            }
            // Each check that does not pass is told.
            refusals.merge(more) { first, next in
                .init(
                    first.code, "\(first.reason); \(next.reason)",
                    remedy: first.remedy ?? next.remedy)
            }
        }
        return refusals
    }

    private func refusals(
        of nodes: [String], check: String
    ) async throws -> [String: NodePlan.Refusal] {
        let options = try FanOutOptions.parse(
            ["--include-drained"] + (runDir.map { ["--run-dir", $0] } ?? []))
        let runner = FanOutRunner(
            session: session, specification: try specification(check),
            // What came of it is told of the resumption.
            output: RunOutput(table: HiddenTable(), isQuiet: true), options: options,
            jobFlags: try JobFlags.parse([]))
        let end = try await runner.end(selection: NodeSelection(names: nodes))
        let reports = end.report?.reports ?? []
        let rows = Dictionary(reports.map { ($0.result.node, $0) }) { first, _ in first }
        var refusals: [String: NodePlan.Refusal] = [:]
        for node in nodes {
            refusals[node] = refusal(rows[node], check: check, run: end.report?.id)
        }
        return refusals
    }

    private func refusal(_ report: NodeReport?, check: String, run: String?) -> NodePlan.Refusal? {
        let run = run.map { " (run \($0))" } ?? ""
        guard let report else { return .init(.check, "\(check) gave no answer\(run)") }
        let finding = report.judgement?.findings.first
        let why =
            finding.map { ($0.subject.map { "\($0): " } ?? "") + $0.message }
            ?? report.result.reason ?? report.result.outcome.words
        let remedy = finding?.remedy ?? report.result.remedy
        switch report.verdict {
        case .ok: return nil
        case .warn: return isStrict ? .init(.check, "\(check): warn: \(why)\(run)") : nil
        case .unknown, .fail:
            let verdict = report.verdict?.rawValue ?? ""
            return .init(.check, "\(check): \(verdict): \(why)\(run)", remedy: remedy)
        case nil: return .init(.check, "\(check) could not be made: \(why)\(run)", remedy: remedy)
        }
    }
}

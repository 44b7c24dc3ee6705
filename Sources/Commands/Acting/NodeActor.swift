import Acting
import FoundationEssentials
import History
import SlurmKit
import SlurmModel
import Subprocess
import Sweeps
import SystemPackage
import Terminal

/// Does to one node after the other what was planned, each as it is now.
struct NodeActor {
    let controller: SlurmController
    let verb: NodeAction.Verb
    /// Seconds after which slurmctld resumes a drained node; nil for never.
    let resumeAfter: Int?
    let environment: [String: String]

    /// Acts on one node, if it is still as it was when that was decided.
    ///
    /// slurmctld knows no "only if": between this look and the change lies one request.
    ///
    /// - Parameters:
    ///   - plan: What was decided.
    ///   - stop: Why nothing more is to be done; nil to go on.
    /// - Returns: What came of it, not yet confirmed.
    func act(_ plan: NodePlan, stop: String?) async -> NodeOutcome {
        if let refusal = plan.refusal { return NodeOutcome(kept: plan, refusal) }
        guard let action = plan.action, stop == nil else {
            return NodeOutcome(kept: plan, .init(.stopped, stop ?? ""))
        }
        var plan = plan
        do throws(SlurmError) {
            guard let now = try await controller.node(named: plan.node.name) else {
                return NodeOutcome(
                    kept: plan, .init(.changed, "slurmctld knows no such node any more"))
            }
            let before = plan.node
            plan.node.state = now.state
            plan.node.reason = now.reason
            if let change = NodeCondition.change(from: before, to: now) {
                return NodeOutcome(
                    kept: plan, .init(.changed, change, remedy: "look at it, and try again"))
            }
            try await perform(action, on: plan.node.name)
            return NodeOutcome(plan: plan, end: .done, detail: action.note)
        } catch {
            return NodeOutcome(
                plan: plan, end: .failed, detail: error.cause + Self.number(error),
                remedy: error.remedy, error: error)
        }
    }

    /// Looks whether slurmctld did what it took, and what became of a request whose answer was lost.
    ///
    /// - Parameters:
    ///   - outcomes: What came of some nodes.
    ///   - cluster: The cluster as it is now.
    /// - Returns: The same outcomes, each as it is seen.
    func confirmed(_ outcomes: [NodeOutcome], in cluster: Cluster) -> [NodeOutcome] {
        let nodes = Dictionary(cluster.nodes.map { ($0.name, $0) }) { first, _ in first }
        return outcomes.map { outcome in
            guard outcome.wantsLook, let node = nodes[outcome.plan.node.name],
                let isDone = ActingPlanner.isDone(
                    verb, reason: outcome.end == .failed ? outcome.plan.action?.reason : nil, node)
            else { return outcome }
            var outcome = outcome
            switch (outcome.end, isDone) {
            case (.failed, true):
                outcome.end = .done
                outcome.detail = "slurmctld's answer was lost, and it did it"
                outcome.remedy = nil
            case (.done, false):
                outcome.end = .failed
                outcome.detail = "slurmctld took it, and the node is \(node.state.text) now"
                outcome.remedy = "scontrol show node \(node.name)"
            default: break
            }
            return outcome
        }
    }

    private static func number(_ error: SlurmError) -> String {
        error.code.map { " (\($0))" } ?? ""
    }

    private func perform(_ action: NodePlan.Action, on node: String) async throws(SlurmError) {
        switch verb {
        case .drain:
            try await controller.drain(
                node: node, reason: action.reason ?? FleetReason.prefix, resumeAfter: resumeAfter)
        case .resume: try await controller.resume(node: node)
        case .reboot: try await reboot(node, reason: action.reason ?? FleetReason.prefix)
        }
    }

    /// libslurm's own call for it is not public: scontrol has it.
    private func reboot(_ node: String, reason: String) async throws(SlurmError) {
        let attempt = "reboot node \(node)"
        guard let program = SlurmProgram.find("scontrol", environment: environment) else {
            throw SlurmError(
                kind: .configuration, attempt: attempt, cause: "there is no scontrol",
                remedy: "Put Slurm's bin folder into PATH.")
        }
        let ended: (status: TerminationStatus, text: String)
        do {
            let result = try await Subprocess.run(
                .path(FilePath(program)),
                arguments: ["reboot", "ASAP", "nextstate=RESUME", "reason=\(reason)", node],
                output: .string(limit: 65_536), error: .string(limit: 65_536))
            ended = (result.terminationStatus, result.standardError)
        } catch {
            throw SlurmError(
                kind: .other, attempt: attempt, cause: "cannot start \(program): \(error)")
        }
        guard !ended.status.isSuccess else { return }
        // scontrol says "scontrol_reboot_nodes: error: ...: Slurm's own text".
        let line = ended.text.split(separator: "\n").last.map(String.init) ?? "\(ended.status)"
        let said = line.split(separator: ": ").last ?? ""
        throw SlurmError(text: said, attempt: attempt)
            ?? SlurmError(kind: .other, attempt: attempt, cause: TerminalText.visible(line))
    }
}

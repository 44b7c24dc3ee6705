import FleetCore
import FoundationEssentials
import Subprocess
import SystemPackage

/// The machine fleet runs on, as a target: the same wrapper and record, without a job.
struct HeadNode: Sendable {
    /// Its name.
    let name: String

    /// The machine's own name, up to the first dot.
    init() {
        let kernel = try? String(
            contentsOf: URL(filePath: "/proc/sys/kernel/hostname"), encoding: .utf8)
        let name = (kernel ?? "").prefix { $0 != "." && !$0.isWhitespace }
        self.name = name.isEmpty ? "head" : String(name)
    }

    /// Runs the plan's payload here.
    func run(plan: RunPlan, store: RunDirectory) async -> NodeResult {
        do {
            let ended = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", plan.script(node: name)],
                environment: .custom(environment(of: plan)),
                input: .none, output: .discarded, error: .discarded)
            return result(of: ended.terminationStatus, plan: plan, store: store)
        } catch {
            return failure(.launchFailed, "cannot start /bin/sh on this machine: \(error)")
        }
    }

    private func environment(of plan: RunPlan) -> [Environment.Key: String] {
        var variables: [Environment.Key: String] = [:]
        for variable in plan.environment {
            guard let equals = variable.firstIndex(of: "=") else { continue }
            variables[Environment.Key(stringLiteral: String(variable[..<equals]))] =
                String(variable[variable.index(after: equals)...])
        }
        return variables
    }

    private func result(
        of status: TerminationStatus, plan: RunPlan, store: RunDirectory
    ) -> NodeResult {
        if case .exited(let code) = status, let cause = WrapperFailure(rawValue: Int(code)) {
            return failure(.launchFailed, cause.reason(directory: store.path), remedy: cause.remedy)
        }
        do throws(RecordProblem) {
            let record = try store.record(for: plan.key(node: name))
            return NodeResult(
                node: name, outcome: record.timedOut ? .timedOut : .finished,
                exit: record.timedOut ? nil : record.exit, duration: record.duration,
                launcher: Self.launcher,
                reason: record.timedOut ? "still running after \(plan.payload.timeout) s" : nil,
                stdout: record.stdout, stderr: record.stderr)
        } catch {
            return failure(.garbled, "\(error)")
        }
    }

    /// The launcher's name in rows.
    static let launcher = "local"

    private func failure(
        _ outcome: Outcome, _ reason: String, remedy: String? = nil
    ) -> NodeResult {
        NodeResult(
            node: name, outcome: outcome, launcher: Self.launcher, reason: reason, remedy: remedy)
    }
}

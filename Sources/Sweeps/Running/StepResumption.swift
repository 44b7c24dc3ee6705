import FanOut
import FoundationEssentials
import Glibc
import Runs
import SlurmModel

/// The `srun` targets of a run whose fleet process has ended: their processes may still be running.
struct StepResumption: Sendable {
    let run: StoredRun
    let manifest: RunManifest
    let targets: [Target]
    /// The number of the last attempt with a started `srun`, by node.
    let started: [String: Int]
    /// When the journal was last written before, in seconds since 1970: none of them was started later, and in waves all
    /// of them may have been started long after the run.
    let lastWritten: Int

    /// How many seconds a `srun` may take to end after it was told to: its payload's grace period, and the time to
    /// return.
    private static let farewell = Payload.killGrace + 10

    /// Waits for the records that are still missing.
    func rows(
        limits: FanOutLimits, control: FanOutControl, _ emit: @Sendable (FanOutEvent) -> Void
    ) async {
        var due =
            max(manifest.started, lastWritten) + manifest.plan.wait
            + Int(limits.recordDue.components.seconds) + 30
        var waiting: [Target] = []
        for target in targets {
            if started[target.node.name] == nil {
                emit(.result(neverSent(target)))
            } else {
                waiting.append(target)
            }
        }
        var wasTold = false
        var groups = GroupResumption(run: run, manifest: manifest)
        while !waiting.isEmpty {
            groups.keepRecords(of: launchers(of: waiting))
            waiting.removeAll { target in
                guard let row = row(of: target, wasTold: wasTold) else { return false }
                emit(.result(row))
                return true
            }
            let now = Int(Date().timeIntervalSince1970)
            if control.isCancelled, !wasTold {
                wasTold = true
                emit(.cancelling(nodes: waiting.map(\.node.name)))
                tellToEnd()
                due = min(due, now + Self.farewell)
            }
            guard now < due else { break }
            try? await Task.sleep(for: .milliseconds(300))
        }
        for target in waiting { emit(.result(abandoned(target, wasTold: wasTold))) }
    }

    private func launchers(of targets: [Target]) -> [String: Launcher] {
        var launchers: [String: Launcher] = [:]
        for target in targets {
            guard case .dispatch(let way) = target.decision else { continue }
            launchers[target.node.name] = way.launcher
        }
        return launchers
    }

    private func row(of target: Target, wasTold: Bool) -> NodeResult? {
        guard case .dispatch(let way) = target.decision, let attempt = started[target.node.name]
        else { return nil }
        let key = manifest.plan.key(
            node: target.node.name, job: "\(way.launcher.rawValue)-\(attempt)")
        guard let record = run.directory.streamedRecord(for: key) else { return nil }
        var row = NodeResult(
            node: target.node.name, record: record, launcher: way.launcher,
            late: "still running after \(manifest.plan.payload.timeout) s (--timeout)")
        if record.ended {
            row.outcome = .cancelled
            row.exit = nil
            row.code = wasTold ? .interrupted : .ended
            row.reason =
                wasTold ? "interrupted while it ran" : "its step was told to end while it ran"
        }
        row.attempts = attempt
        row.note = way.note
        return row
    }

    private func neverSent(_ target: Target) -> NodeResult {
        NodeResult(
            node: target.node.name,
            refusal: .init(
                .abandoned, "fleet ended before srun was started for it",
                remedy: "run it there: --failed-from \(manifest.id)"))
    }

    private func abandoned(_ target: Target, wasTold: Bool) -> NodeResult {
        NodeResult(
            node: target.node.name, outcome: .garbled,
            reason: wasTold
                ? "srun was told to end and brought no answer back: the command may still run, until its own limit"
                : "fleet ended while srun carried it there, and no answer came back",
            code: .abandoned, remedy: "look at the node before it is run again")
    }

    /// Tells the run's `srun` processes on this machine to end their steps; they are recognised by the run's name.
    private func tellToEnd() {
        let mark = Array("--job-name=\(manifest.plan.jobName)".utf8)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in names.compactMap({ pid_t($0) }) {
            guard let line = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")),
                line.split(separator: 0).contains(where: { Array($0) == mark })
            else { continue }
            // srun passes USR1 on to its step; without an allocation it would not pass TERM on.
            kill(pid, SIGUSR1)
        }
    }
}

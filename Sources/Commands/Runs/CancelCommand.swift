import ArgumentParser
import FanOut
import FoundationEssentials
import Glibc
import Platform
import Reports
import Runs
import SlurmKit
import SlurmModel
import Sweeps
import Terminal
import Verdicts

/// `fleet cancel`: ends a run's jobs, from any terminal.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", _superCommandName: "fleet",
        abstract: "End a run that is going on, and its jobs.",
        usage: "fleet cancel [<options>] [<run>]")

    @OptionGroup var kept: KeptRunOptions

    /// How long the other fleet may take to end its jobs, in seconds: two looks at slurmctld and Slurm's KillWait.
    private static let patience = 60

    mutating func run() async throws {
        let session = try Session()
        let run = try kept.find(session.site)
        let manifest = try run.manifest()
        try RunOwner.checkAll(manifest, cluster: session.slurm.clusterName)
        if run.summary() != nil {
            try await endLeftovers(of: manifest, session)
            return
        }
        do {
            try run.directory.write([], to: "cancel")
        } catch {
            throw RunStoreError(
                .file, attempt: "ask for the end of run \(run.id)", cause: FileProblem.words(error))
        }
        if let lock = try RunLock.take(run), run.summary() == nil {
            // Nobody watches it: this process does what that fleet would have done.
            let driver = RunDriver.resuming(
                session: session, run: run, manifest: manifest,
                output: RunOutput(table: RunTables.table(for: manifest.specification)), lock: lock)
            driver.control.cancel()
            _ = try await driver.goOn(try run.targets(), entries: try run.entries())
            return
        }
        try await awaitEnd(of: run, manifest, session.console)
    }

    /// Waits for the fleet that watches the run: it has seen the file by now.
    private func awaitEnd(
        of run: StoredRun, _ manifest: RunManifest, _ console: Console
    ) async throws {
        for _ in 0..<(Self.patience * 4) {
            if let summary = run.summary() {
                console.say(
                    "fleet: run \(run.id) was ended; 'fleet show \(run.id)' has its \(summary.counts.total) rows"
                )
                return
            }
            try await Task.sleep(for: .milliseconds(250))
        }
        throw RunStoreError(
            .file, attempt: "end run \(run.id)",
            cause: "the fleet that watches it did not end it within \(Self.patience) s",
            remedy: "Its jobs: scancel --name=\(manifest.plan.jobName)")
    }

    /// Ends what a run that is over has left with Slurm: jobs whose end slurmctld never confirmed.
    private func endLeftovers(of manifest: RunManifest, _ session: Session) async throws {
        let jobs = try await session.controller.jobs(of: geteuid())
            .filter { $0.name == manifest.plan.jobName && !$0.state.isFinal }
        for job in jobs { try await session.controller.cancel(job: job.id) }
        session.console.say(
            jobs.isEmpty
                ? "fleet: run \(manifest.id) is over already, and none of its jobs is left"
                : "fleet: run \(manifest.id) is over already; \(jobs.count) of its jobs were still with Slurm, and were ended"
        )
    }
}

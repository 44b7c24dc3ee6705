import ArgumentParser
import FleetCore
import FoundationEssentials

/// `fleet cancel`: ends a run's jobs, from any terminal.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a run that is going on: its jobs, and the fleet that watches it.",
        usage: "fleet cancel [<options>] [<run>]")

    @OptionGroup var kept: KeptRunOptions

    /// How long the other fleet may take to end its jobs, in seconds: two looks at slurmctld and Slurm's KillWait.
    private static let patience = 60

    mutating func run() async throws {
        let session = try Session()
        let run = try kept.find(session.site)
        let manifest = try run.manifest()
        if run.summary() != nil {
            session.console.say("fleet: run \(run.id) is over already")
            return
        }
        do {
            try run.directory.write([], to: "cancel")
        } catch {
            throw RunStoreError(
                .file, attempt: "ask for the end of run \(run.id)", cause: FileProblem.words(error))
        }
        let output = RunOutput(table: RunTables.table(for: manifest.specification))
        if let lock = try RunLock.take(run) {
            // Nobody watches it: this process does what that fleet would have done.
            let driver = RunDriver.resuming(
                session: session, run: run, manifest: manifest, output: output, lock: lock)
            driver.control.cancel()
            _ = try await driver.goOn(try run.targets(), entries: try run.entries())
            return
        }
        for _ in 0..<(Self.patience * 4) {
            if let summary = run.summary() {
                session.console.say(
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
}

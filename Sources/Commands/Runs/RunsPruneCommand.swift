import ArgumentParser
import Configuration
import FanOut
import FoundationEssentials
import Platform
import Runs
import Sweeps
import Terminal

/// `fleet runs prune`: removes old runs, never one that goes on.
struct RunsPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", _superCommandName: "fleet runs",
        abstract: "Remove runs that began long ago; one that goes on is never removed.")

    @Option(
        name: .long,
        help: ArgumentHelp("Remove runs that began before: 12h, 30d, 8w.", valueName: "time"))
    var olderThan: LongTime

    @Flag(name: .long, help: "Show what would be removed, and remove nothing.")
    var dryRun = false

    @Option(
        name: .long,
        help: ArgumentHelp("Where runs are kept (default: ~/.fleet/runs).", valueName: "folder"),
        completion: .directory)
    var runDir: String?

    mutating func run() async throws {
        let site = try Site.withoutSlurm()
        let catalog = try site.catalog(runDir)
        let now = Int(Date().timeIntervalSince1970)
        let limit = now - olderThan.seconds
        var removed = 0
        let listing = try catalog.listing()
        if let words = listing.words(catalog) { site.console.say(words) }
        for run in listing.runs {
            guard let manifest = try? run.manifest(), manifest.started < limit else { continue }
            guard Self.isOver(run, manifest, now: now) else {
                site.console.say("fleet: \(run.id): its jobs may still run: kept")
                continue
            }
            guard let lock = try RunLock.take(run) else {
                site.console.say("fleet: \(run.id) is going on: kept")
                continue
            }
            try withExtendedLifetime(lock) {
                try site.console.print(run.id)
                if !dryRun { try remove(run) }
            }
            removed += 1
        }
        let verb = dryRun ? "would be removed" : "removed"
        site.console.say("\(removed) \(removed == 1 ? "run" : "runs") \(verb)")
    }

    /// Whether none of the run's jobs can run any more: it ended well, or the time that Slurm gives them has passed.
    static func isOver(_ run: StoredRun, _ manifest: RunManifest, now: Int) -> Bool {
        if let summary = run.summary(), !summary.wasInterrupted { return true }
        // In waves the last jobs and steps may have been started long after the run.
        let latest = manifest.plan.deadline(
            now: max(manifest.started, run.lastWritten), slack: 120 + manifest.nodeCount / 50)
        return now > latest
    }

    private func remove(_ run: StoredRun) throws(RunStoreError) {
        do {
            try run.directory.remove()
        } catch {
            throw RunStoreError(
                .file, attempt: "remove \(run.directory.path)", cause: FileProblem.words(error))
        }
    }
}

/// How long the head node waits for each part of a run; when a limit ends a row, the row names that limit.
package struct FanOutLimits: Hashable, Sendable {
    /// How long a job may wait for its node to be free.
    package var wait: Duration = .seconds(30)
    /// How long a payload may run.
    package var timeout: Duration = .seconds(60)
    /// How long slurmd may take from the job's start to the payload's: above Slurm's own 20 s
    /// (MessageTimeout and BatchStartTimeout), so that Slurm's verdict comes first.
    package var start: Duration = .seconds(30)
    /// How long a record may stay invisible after its job ended (NFS caches attributes).
    package var record: Duration = .seconds(10)
    /// How long a busy slurmctld may refuse a submission.
    package var submission: Duration = .seconds(30)
    /// How long Slurm may take to confirm that a job was ended.
    package var withdrawal: Duration = .seconds(10)

    /// How many more times fleet tries a target when its payload certainly never began.
    package var retries = 0
    /// How long fleet waits before it tries again.
    package var retryDelay: Duration = .seconds(2)
    /// How many `srun` processes run at once.
    package var window = 64
    /// How many nodes one `srun` may ask together; 1 for none: only what just looks may be asked of many at once.
    package var group = 1
    /// How many groups may be starting at once.
    ///
    /// The head node and slurmctld do most of the work while tasks start, and more at once make all of them slower: one for
    /// each core was the fastest for 1,000 nodes (`make bench`).
    package var startingGroups = 2

    /// Makes limits with the defaults above.
    package init() {}

    /// How long after its start a payload must have left a record.
    package var recordDue: Duration {
        timeout + .seconds(Payload.killGrace) + .seconds(15)
    }
}

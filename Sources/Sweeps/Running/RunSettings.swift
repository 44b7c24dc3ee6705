import Configuration
import FanOut
import FoundationEssentials
import Platform
import SlurmModel
import Terminal
import Verdicts

/// The settings of a run, from flags and configuration together.
struct RunSettings {
    let options: FanOutOptions
    let job: JobOptions
    let plan: PlanOptions
    /// Seconds a job may wait for its node.
    let wait: Int
    /// How many `srun` processes run at once.
    let window: Int
    /// How many nodes a group has at most.
    let group: Int

    /// Seconds a job may wait when nodes are powered up first: ParallelCluster's default for booting one is 30 min.
    private static let powerUpWait = 1_800

    /// Puts flags over the configuration.
    init(
        options: FanOutOptions, jobFlags: JobFlags, selection: NodeSelection, use: NodeUse,
        isBrief: Bool = false, configuration: FleetConfiguration
    ) throws(UsageError) {
        self.options = options
        wait =
            options.wait?.count
            ?? (options.powerUp ? Self.powerUpWait : configuration.wait.count)
        window = DescriptorBudget.window(options.fanout ?? configuration.fanout)
        group = options.group ?? configuration.group
        var job = JobOptions()
        job.account = jobFlags.account ?? configuration.account
        job.qos = jobFlags.qos ?? configuration.qos
        guard selection.reservations.count < 2 else {
            throw UsageError("A job runs in one reservation: give --reservation once.")
        }
        job.reservation = selection.reservations.first ?? configuration.reservation
        job.gres = jobFlags.jobGres ?? configuration.gres
        job.memoryMiB = jobFlags.jobMemory?.count ?? configuration.memoryMiB
        job.namePrefix = jobFlags.jobName ?? configuration.jobName
        job.isExclusive = jobFlags.exclusive || configuration.exclusive
        self.job = job
        var plan = PlanOptions()
        plan.via = options.via ?? configuration.via
        plan.onBusy = options.onBusy ?? configuration.onBusy
        plan.use = use
        plan.isBrief = isBrief
        plan.wantsJobs = jobFlags.areGiven
        plan.includeDrained = options.includeDrained
        plan.powerUp = options.powerUp
        plan.namesReservation = job.reservation != nil
        plan.isExclusive = job.isExclusive
        plan.partitions =
            selection.partitions.isEmpty
            ? configuration.partition.map { [$0] } ?? [] : selection.partitions
        self.plan = plan
    }

    /// The limits of each target.
    func limits(of probe: any Probe) -> FanOutLimits {
        var limits = FanOutLimits()
        limits.wait = .seconds(wait)
        limits.timeout = .seconds(probe.payload.timeout)
        limits.retries = options.retry
        limits.window = window
        limits.group = probe.isBrief ? group : 1
        // On a head node with more cores more of them start side by side.
        limits.startingGroups = max(
            limits.startingGroups, ProcessInfo.processInfo.activeProcessorCount)
        return limits
    }
}

package import FanOut
package import Verdicts

/// The values as the types that commands work with; forms were checked when they were read.
extension FleetConfiguration {
    /// Where runs are kept; nil where nothing is set.
    package var runDirectory: String? { self[.runDirectory]?.text }
    /// The mount point of Lustre; nil where nothing is set.
    package var mountPoint: String? { self[.mountPoint]?.text }
    /// The file system types that count as Lustre; nil where nothing is set.
    package var fileSystemTypes: [String]? { self[.fileSystemTypes]?.words }
    /// The folders that are expected below each mount point.
    package var expectedFolders: [String] { value(of: .expectedFolders).words }

    /// The client's packages by distribution, as they are written; none where nothing is set.
    package var packages: [String] { self[.packages]?.words ?? [] }

    /// A further folder with probes for `fleet check`; nil where nothing is set.
    package var probesDirectory: String? { self[.probesDirectory]?.text }
    /// What findings count for.
    package var findingPolicy: FindingPolicy {
        var policy = FindingPolicy()
        policy.levels = checks.compactMapValues(\.level)
        policy.limits = checks.compactMapValues(\.limit)
        return policy
    }

    /// How payloads reach the nodes.
    package var via: LauncherChoice {
        value(of: .via).text.flatMap(LauncherChoice.init) ?? .auto
    }
    /// How many srun processes run at the same time.
    package var fanout: Int { value(of: .fanout).text.flatMap { Int($0) } ?? 1 }
    /// How many nodes one srun asks where what is run only looks.
    package var group: Int { value(of: .group).text.flatMap { Int($0) } ?? 1 }
    /// How long a job may wait for its node to be free.
    package var wait: Seconds {
        value(of: .wait).text.flatMap(Seconds.init(argument:)) ?? Seconds(30)
    }
    /// What happens to busy nodes; nil where the command decides.
    package var onBusy: BusyPolicy? { value(of: .onBusy).text.flatMap(BusyPolicy.init) }

    /// The account that jobs are charged to.
    package var account: String? { value(of: .account).text }
    /// The QOS of the jobs.
    package var qos: String? { value(of: .qos).text }
    /// The reservation jobs run in.
    package var reservation: String? { value(of: .reservation).text }
    /// The partition of the jobs; nil takes the node's own.
    package var partition: String? { value(of: .partition).text }
    /// Whether a job takes its node for itself.
    package var exclusive: Bool { value(of: .exclusive).text == "true" }
    /// The GRES each job asks for.
    package var gres: String? { value(of: .gres).text }
    /// The memory each job asks for, in MiB.
    package var memoryMiB: Int? {
        value(of: .memory).text.flatMap(Mebibytes.init(argument:))?.count
    }
    /// What the names of the jobs begin with.
    package var jobName: String { value(of: .jobName).text ?? "fleet" }

    /// The file of the history; nil where nothing is set.
    package var historyFile: String? { self[.historyFile]?.text }
    /// How long the history keeps a run.
    package var historyKeep: LongTime {
        value(of: .historyKeep).text.flatMap(LongTime.init(argument:)) ?? LongTime(days: 90)
    }
    /// The configuration of ParallelCluster's clustermgtd, which need not be there.
    package var clustermgtd: String { value(of: .clustermgtd).text ?? "" }
    /// The history that root writes and everybody reads; nil where there is none.
    package var siteHistory: String? {
        value(of: .historySite).text.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    /// Whether there is a history.
    package var recordsHistory: Bool { value(of: .historyRecord).text != "false" }
}

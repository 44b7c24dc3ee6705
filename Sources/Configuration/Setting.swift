import FanOut
import SlurmModel

/// Everything that can be set once: the one table of keys, variables, forms and defaults.
package enum Setting: String, CaseIterable, Hashable, Sendable {
    case runDirectory = "run_directory"
    case mountPoint = "mount.point"
    case fileSystemTypes = "mount.filesystem_types"
    case packages = "mount.packages"
    case expectedFolders = "mount.expect"
    case probesDirectory = "probes_directory"
    case via = "fan_out.via"
    case fanout = "fan_out.fanout"
    case group = "fan_out.group"
    case wait = "fan_out.wait"
    case onBusy = "fan_out.on_busy"
    case account = "jobs.account"
    case qos = "jobs.qos"
    case reservation = "jobs.reservation"
    case partition = "jobs.partition"
    case exclusive = "jobs.exclusive"
    case gres = "jobs.gres"
    case memory = "jobs.memory"
    case jobName = "jobs.name"
    case historyFile = "history.file"
    case historyKeep = "history.keep"
    case historyRecord = "history.record"
    case historySite = "history.site"
    case clustermgtd = "parallelcluster.clustermgtd"

    /// The key's place in a file, such as `mount.point`.
    package var key: String { rawValue }

    /// One row of the table.
    package struct Row {
        /// The variable that sets it.
        package let variable: String
        /// What values may look like.
        package let kind: SettingKind
        /// The value where nothing sets it; none where the command decides or there is nothing to say.
        let standard: [String]
        /// What it is for, in one sentence.
        package let meaning: String

        init(_ variable: String, _ kind: SettingKind, _ standard: String?, _ meaning: String) {
            self.variable = variable
            self.kind = kind
            self.standard = standard.map { [$0] } ?? []
            self.meaning = meaning
        }
    }

    /// The setting's row of the table.
    package var row: Row {
        switch self {
        case .runDirectory:
            Row(
                "FLEET_RUN_DIR", .path(["/", "~/"]), "~/.fleet/runs",
                "Where runs are kept; {user} is the user's name, a leading ~ the home.")
        case .mountPoint:
            Row("FLEET_MOUNT_POINT", .path(["/"]), "/lustre", "Where Lustre is mounted.")
        case .fileSystemTypes:
            Row(
                "FLEET_FILESYSTEM_TYPES", .list, "lustre",
                "The file system types that count as Lustre.")
        case .packages:
            Row(
                "FLEET_PACKAGES", .list, nil,
                "Packages of the Lustre client by distribution: ubuntu=MODULE/TOOLS.")
        case .expectedFolders:
            Row(
                "FLEET_MOUNT_EXPECT", .list, nil,
                "The folders that check-mount expects below each mount point.")
        case .probesDirectory:
            Row(
                "FLEET_PROBES_DIRECTORY", .path(["/"]), nil,
                "A further folder with probes for fleet check.")
        case .via:
            Row(
                "FLEET_VIA", .choice(LauncherChoice.allCases.map(\.rawValue)), "auto",
                "How payloads reach the nodes.")
        case .fanout:
            Row(
                "FLEET_FANOUT", .number(1...4_096), "64",
                "How many srun processes run at the same time.")
        case .group:
            Row(
                "FLEET_GROUP", .number(1...4_096), "32",
                "How many nodes one srun asks where what is run only looks; 1: each alone.")
        case .wait:
            Row("FLEET_WAIT", .time, "30s", "How long a job may wait for its node to be free.")
        case .onBusy:
            Row(
                "FLEET_ON_BUSY", .choice(BusyPolicy.allCases.map(\.rawValue)), nil,
                "What happens to busy nodes; unset, the command decides.")
        case .account: Row("FLEET_ACCOUNT", .word, nil, "The account that jobs are charged to.")
        case .qos: Row("FLEET_QOS", .word, nil, "The QOS of the jobs.")
        case .reservation: Row("FLEET_RESERVATION", .word, nil, "The reservation jobs run in.")
        case .partition:
            Row("FLEET_PARTITION", .word, nil, "The partition of the jobs; unset, the node's own.")
        case .exclusive:
            Row("FLEET_EXCLUSIVE", .flag, "false", "Whether a job takes its node for itself.")
        case .gres: Row("FLEET_GRES", .gres, nil, "The GRES each job asks for.")
        case .memory: Row("FLEET_MEMORY", .memory, nil, "The memory each job asks for.")
        case .jobName:
            Row("FLEET_JOB_NAME", .jobName, "fleet", "What the names of the jobs begin with.")
        case .historyFile:
            Row(
                "FLEET_HISTORY_FILE", .path(["/", "~/"]), nil,
                "The history of the runs; unset, history.sqlite where the runs are kept.")
        case .historyKeep:
            Row("FLEET_HISTORY_KEEP", .age, "90d", "How long the history keeps a run.")
        case .historyRecord:
            Row(
                "FLEET_HISTORY_RECORD", .flag, "true",
                "Whether there is a history of runs and actions.")
        case .clustermgtd:
            Row(
                "FLEET_CLUSTERMGTD", .path(["/"]),
                "/etc/parallelcluster/slurm_plugin/parallelcluster_clustermgtd.conf",
                "ParallelCluster's configuration of what becomes of drained nodes.")
        case .historySite:
            Row(
                "FLEET_HISTORY_SITE", .path(["/", "none"]), "/var/lib/fleet/history.sqlite",
                "The history of root's runs, which everybody reads; none: root's is private too.")
        }
    }
}

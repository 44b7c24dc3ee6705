import SlurmModel

/// The meaning of Slurm's error numbers.
///
/// Most numbers mean the same in every release that has them. A few were given anew, or say what an older release said with
/// another number: those have the release from which on they mean it.
struct SlurmErrorMeaning {
    /// The numbers with the same meaning for a caller.
    let codes: [Int32]
    /// The kind of failure.
    let kind: SlurmError.Kind
    /// The next step.
    let remedy: String
    /// The first release in which they mean it, such as `26.05`; nil where every release has them so.
    let since: String?

    private init(
        _ codes: [Int32], _ kind: SlurmError.Kind, _ remedy: String, since: String? = nil
    ) {
        self.codes = codes
        self.kind = kind
        self.remedy = remedy
        self.since = since
    }

    /// The meaning of a number; nil for a number that is not listed here.
    static func of(_ code: Int32) -> SlurmErrorMeaning? {
        byCode[code]
    }

    /// Every meaning in the release that fleet is built for, by number.
    static let byCode = table(for: ReleaseMismatch.major(SlurmLibrary.version))

    /// Every meaning in a release such as `24.11`, by number; what a release gave anew comes before what the number meant.
    static func table(for release: String) -> [Int32: SlurmErrorMeaning] {
        let all =
            renewed + reaching + trust + busy + limits + requests + nodes + reservations + jobs
        // Both have two digits on each side of the dot.
        return Dictionary(
            all.filter { $0.since.map { $0 <= release } ?? true }
                .flatMap { meaning in meaning.codes.map { ($0, meaning) } }
        ) { first, _ in first }
    }

    private static let renewed = [
        // MaxJobCount, for which earlier releases have 11; 2007 was an error inside slurmctld.
        SlurmErrorMeaning(
            [2_007], .temporary,
            "slurmctld holds its MaxJobCount of jobs: ended ones count for MinJobAge.",
            since: "26.05"),
        // What a connection met, for which earlier releases have 5000 to 5005.
        SlurmErrorMeaning(
            Array(1_019...1_023), .controller, slurmctldReachable, since: "26.05"),
        SlurmErrorMeaning(
            [1_805], .temporary, "slurmctld is busy: try again in a moment.", since: "24.05"),
        SlurmErrorMeaning(
            [2_180], .refused,
            "The node's present state does not allow it: 'scontrol show node' tells the state.",
            since: "25.11"),
        SlurmErrorMeaning(
            [6_001], .controller,
            "The credential was too old when it arrived: do the clocks of all machines agree?",
            since: "24.11"),
    ]

    private static let slurmctldReachable =
        "Is slurmctld running, and reachable from here? Try 'scontrol ping' on this machine."

    private static let reaching = [
        SlurmErrorMeaning(
            Array(1_001...1_004) + Array(1_800...1_803) + Array(5_000...5_005), .controller,
            slurmctldReachable),
        SlurmErrorMeaning(
            [1_005, 1_006, 1_008], .controller,
            "slurmctld is of another Slurm release than fleet, which is built for \(SlurmLibrary.version): 'fleet doctor' tells."
        ),
        // "Unspecified error", "Unexpected message": what 22.05 makes of answers of a slurmctld of 24.11.
        SlurmErrorMeaning(
            [-1, 1_000], .controller,
            "Look into slurmctld's log; 'fleet doctor' compares the releases of fleet and slurmctld."
        ),
        SlurmErrorMeaning(
            [2_027], .controller,
            "Only a backup controller on standby answers: 'scontrol ping' tells which one is up."),
    ]

    private static let trust = [
        SlurmErrorMeaning(
            [1_007, 4_007, 6_000, 6_001], .controller,
            "Check munge ('munge -n | unmunge') and that the clocks of all machines agree."),
        SlurmErrorMeaning(
            [2_002], .permission, "Ask an administrator, or run fleet as root or SlurmUser."),
        // Changing nodes needs root or SlurmUser, and a partition with DisableRootJobs refuses jobs of root.
        SlurmErrorMeaning(
            [2_010], .permission,
            "For jobs: slurmctld must know your user, and a partition with DisableRootJobs refuses root. "
                + "For changes: run fleet as root or SlurmUser."),
    ]

    private static let busy = [
        SlurmErrorMeaning(
            [11], .temporary,
            "slurmctld is busy, or holds its MaxJobCount of jobs: ended ones count for MinJobAge."),
        SlurmErrorMeaning(
            [1_804, 4_034], .temporary, "slurmctld is busy: try again in a moment."),
        SlurmErrorMeaning(
            [2_016], .temporary, "Other jobs hold the node: 'squeue -w NODE' lists them."),
        SlurmErrorMeaning(
            [2_059], .temporary,
            "The ports of MpiParams on the node are taken: try again when other steps end."),
        SlurmErrorMeaning(
            [2_061], .temporary,
            "The job's PrologSlurmctld is still at work: try again in a moment."),
    ]

    private static let limits = [
        SlurmErrorMeaning(
            [2_050], .limit,
            "A limit of your account or QOS was reached, and may be free again when your jobs end: "
                + "'sacctmgr show assoc' and 'sacctmgr show qos' tell."),
        // MaxStepCount also counts steps that have ended, so waiting does not help.
        SlurmErrorMeaning(
            [2_076], .refused,
            "The job around fleet has used its MaxStepCount of steps: run fleet outside of it."),
        SlurmErrorMeaning(
            [2_051], .refused,
            "Ask for less time (--timeout); 'scontrol show partition' tells MaxTime."),
        SlurmErrorMeaning(
            [2_081], .refused,
            "'scontrol show config' tells MaxArraySize; fleet's own jobs are no arrays."),
    ]

    private static let requests = [
        SlurmErrorMeaning([2_000], .refused, "'sinfo -s' lists the partitions."),
        SlurmErrorMeaning(
            [2_015], .refused, "'scontrol show partition' tells what the partition allows."),
        SlurmErrorMeaning(
            [2_101], .refused,
            "The partition is down: choose another, or 'scontrol update partition=NAME state=up'."
        ),
        SlurmErrorMeaning(
            [2_045], .refused,
            "Name an account you may charge: 'sacctmgr show assoc user=$USER' lists them."),
        SlurmErrorMeaning(
            [2_066], .refused,
            "Name a QOS you may use: 'sacctmgr show assoc user=$USER format=account,qos' lists them."
        ),
        SlurmErrorMeaning(
            [2_072], .refused, "Compare with the GRES in 'scontrol show node'."),
        SlurmErrorMeaning(
            [2_063], .refused,
            "The job names no working folder: this is fleet's mistake, please report it."),
        SlurmErrorMeaning(
            [2_127], .refused,
            "The job brings no environment: this is fleet's mistake, please report it."),
    ]

    private static let nodes = [
        SlurmErrorMeaning([2_018], .input, "'sinfo -N' lists the nodes."),
        SlurmErrorMeaning(
            [2_014], .refused,
            "The node cannot give what was asked for; 'scontrol show node' tells what it has."),
        SlurmErrorMeaning(
            [2_068], .refused,
            "The node is down, drained or reserved: 'scontrol show node' tells which, and why."),
        SlurmErrorMeaning(
            [2_028], .refused,
            "The node's present state does not allow it: 'scontrol show node' tells the state; one that "
                + "registered with too little (INVAL) must register anew first."),
        SlurmErrorMeaning(
            [4_022], .refused,
            "The node's prolog failed, and Slurm drains such a node: its slurmd log tells why."),
    ]

    private static let reservations = [
        SlurmErrorMeaning(
            [2_052], .refused, "'scontrol show reservation' tells who may use the nodes."),
        SlurmErrorMeaning([2_053], .refused, "'scontrol show reservation' lists those there are."),
        SlurmErrorMeaning(
            [2_056], .refused,
            "It has not begun, or is over: 'scontrol show reservation' tells its times."),
    ]

    private static let jobs = [
        SlurmErrorMeaning(
            [2_017], .other,
            "slurmctld has forgotten the job, MinJobAge after its end: 'sacct -j JOB' tells how it ended."
        ),
        SlurmErrorMeaning(
            [2_021], .other, "It has already ended, or is ending: nothing is left to do."),
        SlurmErrorMeaning(
            [1_900], .other, "Nothing has changed since the last look: what is at hand is current."
        ),
    ]
}

import SlurmModel
internal import CSlurm

extension SlurmError {
    /// Makes an error of libslurm's number, with Slurm's own text and the next step.
    ///
    /// - Parameters:
    ///   - code: libslurm's errno.
    ///   - attempt: What was tried and on what.
    init(code: Int32, attempt: String) {
        let text = unsafe slurm_strerror(code).map { unsafe String(cString: $0) }
        let (kind, remedy) = Self.meaning(of: code)
        self.init(
            kind: kind, attempt: attempt, cause: text ?? "unknown error", code: code, remedy: remedy
        )
    }

    /// What fleet knows of Slurm's numbers; they are the same in every release that has them.
    private static func meaning(of code: Int32) -> (Kind, String?) {
        switch code {
        case 11:
            (
                .temporary,
                "slurmctld is busy, or holds its MaxJobCount of jobs: ended ones count for MinJobAge."
            )
        case 1804, 4034:
            (.temporary, "slurmctld is busy: try again in a moment.")
        case 1001...1003, 1800, 5000...5005:
            (
                .controller,
                "Is slurmctld running, and reachable from here? Try 'scontrol ping' on this machine."
            )
        case 1005:
            (
                .controller,
                "fleet was built for Slurm \(SlurmLibrary.version): build it against this cluster's Slurm."
            )
        case 1007, 6000, 6001, 4007:
            (
                .controller,
                "Check munge ('munge -n | unmunge') and that the clocks of all machines agree."
            )
        case 2000: (.refused, "'sinfo -s' lists the partitions.")
        case 2002, 2010: (.permission, "Ask an administrator, or run fleet as root or SlurmUser.")
        case 2014:
            (
                .refused,
                "The node cannot give what was asked for; 'scontrol show node' tells what it has."
            )
        case 2015, 2101: (.refused, "'scontrol show partition' tells what the partition allows.")
        case 2018: (.input, "'sinfo -N' lists the nodes.")
        case 2045: (.refused, "Name an account you may charge.")
        case 2050, 2066:
            (.refused, "A limit of your account or QOS was reached; 'sacctmgr show assoc' tells.")
        case 2051: (.refused, "Ask for less time: --timeout.")
        case 2052, 2053, 2056:
            (.refused, "'scontrol show reservation' tells who may use the nodes.")
        case 2068: (.refused, "The node is down, drained or reserved.")
        case 2072: (.refused, "Compare with the GRES in 'scontrol show node'.")
        default: (.other, nil)
        }
    }
}

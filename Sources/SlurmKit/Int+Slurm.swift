internal import CSlurm
import SlurmModel

extension Int {
    /// Copies a number; nil where Slurm has none, or no limit.
    init?(slurm value: UInt32) {
        guard value != cslurm_no_val, value != cslurm_infinite else { return nil }
        self = Int(value)
    }

    /// Copies a number; nil where Slurm has none, or no limit.
    init?(slurm value: UInt16) {
        guard value != cslurm_no_val16, value != cslurm_infinite16 else { return nil }
        self = Int(value)
    }
}

extension SlurmLimit {
    /// Copies a number; nil where Slurm has none.
    init?(slurm value: UInt32) {
        guard value != cslurm_no_val else { return nil }
        self = value == cslurm_infinite ? .unlimited : .value(Int(value))
    }

    /// Copies a number; nil where Slurm has none.
    init?(slurm value: UInt16) {
        guard value != cslurm_no_val16 else { return nil }
        self = value == cslurm_infinite16 ? .unlimited : .value(Int(value))
    }
}

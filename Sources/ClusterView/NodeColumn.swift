import SlurmModel

/// A column of the node view, by the name that `--columns` and `--sort` take.
package enum NodeColumn: String, CaseIterable, Hashable, Sendable {
    case node, hostname, address, port, state, slurm = "slurm_state", base, flags, partitions
    case cpus, cpusAllocated = "cpus_allocated", cpusTotal = "cpus_total", load
    case sockets, cores, threads
    case memory, memoryAllocated = "memory_allocated", memoryTotal = "memory_total"
    case memoryFree = "memory_free"
    case gpus, gpusUsed = "gpus_used", gpusTotal = "gpus_total", gpusFree = "gpus_free"
    case gpusInUse = "gpus_in_use", gres, gresUsed = "gres_used", tres, tresUsed = "tres_used"
    case jobs, users, reservation, owner
    case reason, reasonUser = "reason_user", reasonTime = "reason_time"
    case attention, verdict, verdictTime = "verdict_time"
    case features, featuresAvailable = "features_available", weight, comment, extra, topology
    case boot, slurmdStart = "slurmd_start", lastBusy = "last_busy", resumeAfter = "resume_after"
    case power, version, architecture, os, instance, instanceType = "instance_type"

    /// What the node view shows unless told otherwise.
    package static let standard: [NodeColumn] = [
        .node, .state, .cpus, .load, .memory, .gpus, .reason,
    ]

    /// What CSV has unless told otherwise: a figure a column.
    package static let plain: [NodeColumn] = [
        .node, .base, .flags, .slurm, .partitions, .cpusAllocated, .cpusTotal, .load,
        .memoryAllocated, .memoryTotal, .memoryFree, .gpusUsed, .gpusTotal, .gpus, .reservation,
        .reason, .reasonUser, .reasonTime, .features, .boot, .version,
    ]

    /// Whether it needs the jobs.
    package var needsJobs: Bool { self == .jobs || self == .users }

    /// Its heading.
    var title: String {
        switch self {
        case .memory: "MEMORY GiB"
        case .memoryAllocated: "ALLOCATED GiB"
        case .memoryTotal: "TOTAL GiB"
        case .memoryFree: "FREE GiB"
        case .slurm: "SLURM"
        case .gpusInUse: "GPUS IN USE"
        case .resumeAfter: "RESUMES"
        case .slurmdStart: "SLURMD STARTED"
        case .boot: "BOOTED"
        case .lastBusy: "LAST BUSY"
        default: rawValue.uppercased().split(separator: "_").joined(separator: " ")
        }
    }

    /// Whether its cells stand to the right.
    var isNumeric: Bool {
        switch self {
        case .cpus, .cpusAllocated, .cpusTotal, .load, .sockets, .cores, .threads, .memory,
            .memoryAllocated, .memoryTotal, .memoryFree, .gpusUsed, .gpusTotal, .gpusFree, .weight,
            .port, .boot, .slurmdStart, .lastBusy, .resumeAfter, .reasonTime, .verdictTime:
            true
        default: false
        }
    }

    /// Whether its cells change by themselves.
    var isRestless: Bool {
        switch self {
        case .load, .memoryFree, .boot, .slurmdStart, .lastBusy, .resumeAfter, .reasonTime,
            .verdictTime:
            true
        default: false
        }
    }
}

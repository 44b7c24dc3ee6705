/// The limits that are fleet's or NVIDIA's and not the GPU's own; a site may set its own.
package struct GPULimits: Codable, Hashable, Sendable {
    /// Hours that an event in the kernel log counts, since the node booted at most.
    package var eventHours = 24
    /// MiB in use on a GPU that Slurm says is free: a context takes 300, a driver without clients below 15.
    package var leakedMiB = 64
    /// Rows replaced for uncorrectable errors: 512 is the most NVIDIA allows for, and DCGM's limit.
    package var remappedRows = 512
    /// Retired pages that NVIDIA replaces a GPU for.
    package var retiredPages = 60
    /// Pages retired for double bit errors; above this DCGM watches the GPU.
    package var retiredDoubleBit = 15
    /// Seconds after boot that joining the fabric may take.
    package var fabricSeconds = 900

    /// Makes the default limits.
    package init() {}
}

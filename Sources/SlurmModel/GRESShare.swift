/// How much of one GPU its shards or MPS percents give out: `3/5` in `shard:8(-/5,5/5,3/5,0/5)`.
package struct GRESShare: Codable, Hashable, Sendable {
    /// The shares allocated to jobs; nil where a job has the whole GPU, so that none can be given out (`-`).
    package var used: Int?
    /// The shares of this GPU.
    package var total: Int

    /// Makes a share.
    package init(used: Int?, total: Int) {
        self.used = used
        self.total = total
    }
}

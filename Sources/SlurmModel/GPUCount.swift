/// How many GPUs of one type a node has, and how many of them are allocated to jobs.
package struct GPUCount: Codable, Hashable, Sendable {
    /// The GRES type, such as `h100`; nil where Slurm's configuration gives none.
    package var type: String?
    /// The GPUs configured.
    package var total: Int
    /// The GPUs allocated to jobs.
    package var used: Int
    /// The numbers of those allocated to jobs, in rising order; nil where Slurm does not give them.
    package var usedIndexes: [Int]?

    /// More than any node has, and small enough that sums over a cluster cannot overflow.
    private static let most = Int(Int32.max)

    /// Makes a count.
    package init(type: String?, total: Int, used: Int, usedIndexes: [Int]? = nil) {
        self.type = type
        self.total = total
        self.used = used
        self.usedIndexes = usedIndexes
    }

    /// Whether these are parts of split GPUs (MIG): their type is, or ends in, a profile such as `1g.10gb`.
    package var isMIG: Bool {
        guard let type else { return false }
        return type.contains(/(^|[^A-Za-z0-9])[0-9]+g\.[0-9]+gb/)
    }

    /// Counts by type from a node's `gres` and `gres_used`, in the order of `gres`.
    ///
    /// A type that only `gres_used` names (a GPU that left the configuration while a job held it) is kept,
    /// with a total of 0.
    package static func counts(gres: String?, used: String?) -> [GPUCount] {
        var counts: [GPUCount] = []
        func add(_ entries: [GRES], to field: WritableKeyPath<GPUCount, Int>) {
            for entry in entries where entry.name == "gpu" {
                let index =
                    counts.firstIndex { $0.type == entry.type } ?? counts.endIndex
                if index == counts.endIndex {
                    counts.append(GPUCount(type: entry.type, total: 0, used: 0))
                }
                let sum = counts[index][keyPath: field] + min(entry.count, Self.most)
                counts[index][keyPath: field] = min(sum, Self.most)
                if field == \.used, let indexes = entry.indexes {
                    let known = counts[index].usedIndexes ?? []
                    counts[index].usedIndexes = (known + indexes).sorted()
                }
            }
        }
        add(GRES.parse(gres ?? ""), to: \.total)
        add(GRES.parse(used ?? ""), to: \.used)
        return counts
    }
}

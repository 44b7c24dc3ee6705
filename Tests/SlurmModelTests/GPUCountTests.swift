import SlurmModel
import TestSupport
import Testing

@Suite struct GPUCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let gres: String?
        let used: String?
        let counts: [GPUCount]
        var testDescription: String { "\(gres ?? "nil") used \(used ?? "nil")" }

        init(_ gres: String?, _ used: String?, _ counts: GPUCount...) {
            self.gres = gres
            self.used = used
            self.counts = counts
        }
    }

    @Test(arguments: [
        Case(nil, nil),
        Case("", ""),
        Case("shard:8,mps:400", "shard:1"),
        Case("gpu:4", "gpu:0", GPUCount(type: nil, total: 4, used: 0)),
        Case(
            "gpu:h100:4(S:0-1)", "gpu:h100:3(IDX:0-2)",
            GPUCount(type: "h100", total: 4, used: 3, usedIndexes: [0, 1, 2])),
        // Untyped GPUs read differently in the two fields, and are the same.
        Case(
            "gpu:4(S:0-1)", "gpu:(null):2(IDX:0-1)",
            GPUCount(type: nil, total: 4, used: 2, usedIndexes: [0, 1])),
        Case(
            "gpu:a100:2,gpu:t4:1", "gpu:t4:1(IDX:2),gpu:a100:0(IDX:N/A)",
            GPUCount(type: "a100", total: 2, used: 0, usedIndexes: []),
            GPUCount(type: "t4", total: 1, used: 1, usedIndexes: [2])),
        // One type in two groups of sockets.
        Case(
            "gpu:a100:2(S:0),gpu:a100:2(S:1)", "gpu:a100:1(IDX:0),gpu:a100:2(IDX:2-3)",
            GPUCount(type: "a100", total: 4, used: 3, usedIndexes: [0, 2, 3])),
        // A GPU that left the configuration while a job held it.
        Case(nil, "gpu:a100:1(IDX:0)", GPUCount(type: "a100", total: 0, used: 1, usedIndexes: [0])),
        Case("gpu:2", nil, GPUCount(type: nil, total: 2, used: 0)),
    ])
    func counts(_ given: Case) {
        #expect(GPUCount.counts(gres: given.gres, used: given.used) == given.counts)
    }

    /// Counts that cannot be are kept small enough to be added up over every node of a cluster.
    @Test func absurdCounts() {
        let most = "gpu:\(Int.max),gpu:\(Int.max)"
        let counts = GPUCount.counts(gres: most, used: most)
        #expect(counts.count == 1)
        let sum = (0..<100_000).reduce(0) { sum, _ in sum + (counts.first?.total ?? 0) }
        #expect(sum > 0)
    }

    @Test(
        .enabled(if: SharedData.has("vectors/gres_vectors.tsv"), SharedData.whyNot))
    func vectors() throws {
        var walked = 0
        for row in try SharedData.rows("vectors/gres_vectors.tsv") {
            guard ["gres", "gres_used", "gres_drain"].contains(row[0]) else { continue }
            walked += 1
            let counts = GPUCount.counts(gres: row[1], used: nil)
            #expect(counts.reduce(0) { $0 + $1.total } == Int(row[2]), "\(row)")
            let byType = counts.map { "\($0.type ?? "(untyped)")=\($0.total)" }
            #expect(byType == row[3].split(separator: " ").map(String.init), "\(row)")
            // gres_used has the same grammar.
            let used = GPUCount.counts(gres: nil, used: row[1])
            #expect(used.map(\.used) == counts.map(\.total), "\(row)")
        }
        #expect(walked == 29)
    }

    @Test(arguments: [
        ("1g.10gb", true), ("nvidia_h100_80gb_hbm3_2g.20gb", true), ("a100_3g.39gb", true),
        ("h100", false), ("nvidia_h100_80gb_hbm3", false), ("a10g", false), ("x1g.10gb", false),
        (nil, false),
    ])
    func mig(_ type: String?, _ isMIG: Bool) {
        #expect(GPUCount(type: type, total: 1, used: 0).isMIG == isMIG)
    }

    @Test func indexes() {
        let counts = GPUCount.counts(
            gres: "gpu:h100:4,gpu:a100:2", used: "gpu:h100:2(IDX:0,3),gpu:a100:0(IDX:N/A)")
        #expect(counts.map(\.usedIndexes) == [[0, 3], []])
        // Where Slurm does not say which, nobody knows.
        #expect(GPUCount.counts(gres: "gpu:4", used: "gpu:2").map(\.usedIndexes) == [nil])
    }
}

import SlurmModel
import TestSupport
import Testing

/// GRES as every release of Slurm prints it, taken apart and put together: no GPU is lost, and none is made up.
@Suite struct GRESReleaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let sum: Int
        let testDescription: String

        init(_ text: String, _ sum: Int) {
            self.text = text
            self.sum = sum
            testDescription = text
        }
    }

    @Test(
        "The GPUs of a text are as many as Slurm means",
        arguments: [
            Case("gpu:8", 8), Case("gpu:h100:8", 8), Case("gpu:h100:8(S:0-1)", 8),
            Case("gpu:h100:8(S:0-1),nic:mlx5:4(S:0)", 8), Case("gres/gpu:8", 0),
            Case("gpu:(null):8(S:0)", 8), Case("gpu:(null):8(IDX:0-7)", 8),
            Case("gpu:nvidia_h100_80gb_hbm3:8(S:0-1)", 8), Case("gpu:a100:4,gpu:a100:4", 8),
            Case("gpu:1g.10gb:7,gpu:2g.20gb:3,gpu:h100:6", 16), Case("gpu:h100:0(IDX:N/A)", 0),
            Case("craynetwork:4,gpu:2", 2), Case("gpu:no_consume:4", 4), Case("gpuX:4", 0),
            Case("GPU:4", 0), Case("shard:gpu:4", 0), Case("gpu", 1), Case("gpu:h100", 1),
        ])
    func sums(_ given: Case) {
        let counts = GPUCount.counts(gres: given.text, used: given.text)
        #expect(counts.reduce(0) { $0 + $1.total } == given.sum)
        #expect(counts.reduce(0) { $0 + $1.used } == given.sum)
    }

    @Test(
        "A suffix multiplies by powers of 1024, in either case, and P is one too",
        arguments: zip(["", "K", "M", "G", "T", "P"], 0...5))
    func suffixes(_ suffix: String, _ power: Int) {
        let factor = (0..<power).reduce(1) { factor, _ in factor * 1_024 }
        for text in [suffix, suffix.lowercased()] {
            #expect(GRES.parse("bandwidth:lustre:3\(text)").map(\.count) == [3 * factor])
            #expect(GRES.parse("bandwidth:lustre:3\(text)").map(\.type) == ["lustre"])
            // One more than an Int has is no count, and must not wrap around to a small one.
            let most = Int.max / factor
            #expect(GRES.parse("tmp:\(most)\(text)").map(\.count) == [most * factor])
            if power > 0 { #expect(GRES.parse("tmp:\(most + 1)\(text)").isEmpty) }
        }
    }

    /// An entry as text and as what it says.
    private static func entry(_ random: inout SeededRandom) -> (text: String, gres: GRES) {
        let name = ["gpu", "shard", "mps", "nic"].randomElement(using: &random) ?? "gpu"
        let type = ["h100", "1g.10gb", "a-b+c", nil].randomElement(using: &random) ?? nil
        var gres = GRES(name: name, type: type, count: Int.random(in: 0...16, using: &random))
        var notes: [String] = []
        if Bool.random(using: &random) {
            gres.sockets = ["0", "0-1", "0,2", "0-1,4-5"].randomElement(using: &random)
            notes.append("S:\(gres.sockets ?? "")")
        }
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            gres.indexes = []
            notes.append("IDX:N/A")
        case 1:
            let first = Int.random(in: 0...5, using: &random)
            gres.indexes = [first] + (first + 2...first + 4)
            notes.append("IDX:\(first),\(first + 2)-\(first + 4)")
        default: break
        }
        let note = notes.isEmpty ? "" : "(\(notes.joined(separator: ",")))"
        let middle =
            (type.map { ":\($0)" } ?? ["", ":(null)"].randomElement(using: &random) ?? "")
            + (Bool.random(using: &random) ? "" : ":no_consume")
        return ("\(name)\(middle):\(gres.count)\(note)", gres)
    }

    @Test("Entries say the same alone and beside any others, in any order")
    func composed() {
        var random = SeededRandom(21)
        for _ in 0..<300 {
            let entries = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Self.entry(&random)
            }
            let text = entries.map(\.text).joined(separator: ",")
            #expect(GRES.parse(text) == entries.map(\.gres), "\(text)")
            // What fits nothing between them costs none of them.
            let gaps = ["", "(null)", "N/A", ":", "x:-1", "4"]
            let parts = entries.flatMap { [gaps.randomElement(using: &random) ?? "", $0.text] }
            #expect(
                GRES.parse(parts.joined(separator: ",")) == entries.map(\.gres), "\(parts)")
        }
    }

    @Test("GPUs that are used are those of the same type, whatever order the two texts have")
    func types() {
        var random = SeededRandom(22)
        let types = ["h100", "a100", "1g.10gb", "2g.20gb", "t4"]
        for _ in 0..<100 {
            let totals = types.map { ($0, Int.random(in: 1...8, using: &random)) }
            let used = totals.map { ($0.0, Int.random(in: 0...$0.1, using: &random)) }
            let gres = totals.shuffled(using: &random).map { "gpu:\($0.0):\($0.1)(S:0-1)" }
            let gresUsed = used.shuffled(using: &random).map { type, count in
                "gpu:\(type):\(count)(IDX:\(count == 0 ? "N/A" : "0-\(count - 1)"))"
            }
            let counts = GPUCount.counts(
                gres: gres.joined(separator: ","), used: gresUsed.joined(separator: ","))
            #expect(counts.map { "gpu:\($0.type ?? ""):\($0.total)(S:0-1)" } == gres)
            for (type, count) in used {
                let found = counts.first { $0.type == type }
                #expect(found?.used == count && found?.usedIndexes == Array(0..<count))
            }
        }
    }

    @Test("Parts of a note that cannot be read make the devices unknown, never fewer")
    func unreadableNotes() {
        for note in [
            "IDX:0,x", "IDX:0-", "IDX:3-1", "IDX:0,,9-1", "IDX:0-65536", "IDX:-1", "IDX:0x1",
        ] {
            #expect(GRES.parse("gpu:2(\(note))").map(\.indexes) == [nil], "\(note)")
        }
        #expect(GRES.parse("gpu:2(IDX:0-65535)").first?.indexes?.count == 65_536)
        // What a later release may add says nothing of devices and hides none.
        let later = GRES.parse("gpu:h100:2(S:0,NEW:7,IDX:0-1)")
        #expect(
            later == [GRES(name: "gpu", type: "h100", count: 2, indexes: [0, 1], sockets: "0")])
    }

    @Test(
        "A text of any letters, marks and signs is read without a trap, and never as less than nothing"
    )
    func hostile() {
        var random = SeededRandom(23)
        let pieces = [
            "gpu", ":", ",", "(", ")", "IDX", "S", "/", "-", "1", "99999999999999999999", "\u{301}",
            "\u{0}", "४", "(null)", "N/A", "no_consume", "K", "👩‍💻", " ", "\n", "+",
        ]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            for gres in GRES.parse(text) {
                #expect(gres.count >= 0 && !gres.name.isEmpty, "\(text)")
                #expect(gres.indexes?.allSatisfy { $0 >= 0 } ?? true)
            }
            let counts = GPUCount.counts(gres: text, used: text)
            #expect(Set(counts.map(\.type)).count == counts.count, "\(text)")
        }
    }
}

@testable import SlurmModel
import Testing

@Suite struct GRESTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let entries: [GRES]
        var testDescription: String { text }

        init(_ text: String, _ entries: GRES...) {
            self.text = text
            self.entries = entries
        }
    }

    @Test(arguments: [
        Case(""),
        Case("(null)"),
        Case("N/A"),
        Case("gpu:4", GRES(name: "gpu", type: nil, count: 4)),
        Case("gpu:h100:8(S:0-1)", GRES(name: "gpu", type: "h100", count: 8, sockets: "0-1")),
        Case("gpu:(null):4(IDX:0-3)", GRES(name: "gpu", count: 4, indexes: [0, 1, 2, 3])),
        Case("gpu:(null):0(IDX:N/A)", GRES(name: "gpu", count: 0, indexes: [])),
        Case("gres:gpu:2", GRES(name: "gpu", type: nil, count: 2)),
        Case("gpu:1g.10gb:7(S:0)", GRES(name: "gpu", type: "1g.10gb", count: 7, sockets: "0")),
        // Commas and colons inside parentheses belong to the entry.
        Case(
            "gpu:1(IDX:0),shard:8(-/5,5/5,3/5,0/5)",
            GRES(name: "gpu", type: nil, count: 1, indexes: [0]),
            GRES(
                name: "shard", type: nil, count: 8,
                shares: [
                    GRESShare(used: nil, total: 5), GRESShare(used: 5, total: 5),
                    GRESShare(used: 3, total: 5), GRESShare(used: 0, total: 5),
                ])),
        Case(
            "gpu:t4:3(S:0,2,IDX:0,2-3)",
            GRES(name: "gpu", type: "t4", count: 3, indexes: [0, 2, 3], sockets: "0,2")),
        Case(
            "mps:400(50/100,0/100)",
            GRES(
                name: "mps", count: 400,
                shares: [GRESShare(used: 50, total: 100), GRESShare(used: 0, total: 100)])),
        // A range that no node can have, and words that are no numbers, say nothing of devices.
        Case("gpu:2(IDX:0-4000000000)", GRES(name: "gpu", count: 2)),
        Case("gpu:2(IDX:x,3-1,-,1)", GRES(name: "gpu", count: 2)),
        Case(
            "bandwidth:lustre:no_consume:4G",
            GRES(name: "bandwidth", type: "lustre", count: 4 << 30)),
        Case("tmp:2K", GRES(name: "tmp", type: nil, count: 2048)),
        Case("tmp:3M", GRES(name: "tmp", type: nil, count: 3 << 20)),
        Case("tmp:1T", GRES(name: "tmp", type: nil, count: 1 << 40)),
        Case("tmp:2k", GRES(name: "tmp", type: nil, count: 2048)),
        // Without a count it is 1, as in slurm.conf; a node that never registered shows that text.
        Case("gpu", GRES(name: "gpu", type: nil, count: 1)),
        Case("gres:gpu", GRES(name: "gpu", type: nil, count: 1)),
        Case("gpu:tesla", GRES(name: "gpu", type: "tesla", count: 1)),
        Case("gpu:1g.10gb", GRES(name: "gpu", type: "1g.10gb", count: 1)),
        Case("gpu:tesla:no_consume", GRES(name: "gpu", type: "tesla", count: 1)),
        // Letters that are two in upper case are no suffix.
        Case("gpu:gro\u{df}", GRES(name: "gpu", type: "gro\u{df}", count: 1)),
        Case("gpu:4\u{fb01}", GRES(name: "gpu", type: "4\u{fb01}", count: 1)),
        // A type may look like a number; the count is always the last field.
        Case("gpu:1080:2", GRES(name: "gpu", type: "1080", count: 2)),
    ])
    func entries(_ given: Case) {
        #expect(GRES.parse(given.text) == given.entries)
    }

    /// What fits no grammar is left out, and never brings the process down.
    @Test(arguments: [
        ",", ",,,", ":", "::::", "gpu:", "gpu::", "gpu:h100:", "gpu:-1", "gpu:h100:-4",
        "gpu:1.5", "(", ")", "((((", "gpu:h100:(S:0-1)",
        "gpu:99999999999999999999", "gpu:9223372036854775807T", "gpu:\u{0}", "gpu:४", "gres:",
        "gres", "no_consume:4", "(null)", "N/A", "4",
    ])
    func garbage(_ text: String) {
        #expect(GRES.parse(text) == [])
    }

    /// A stray parenthesis costs its own entry at most.
    @Test func strayParenthesis() {
        #expect(
            GRES.parse("gpu:a)b:1,gpu:h100:2").last == GRES(name: "gpu", type: "h100", count: 2))
        #expect(GRES.parse("gpu:h100:2,gpu:(").first == GRES(name: "gpu", type: "h100", count: 2))
    }

    @Test func largestCount() {
        #expect(GRES.parse("gpu:\(Int.max)").map(\.count) == [Int.max])
    }

    @Test func cutAnywhere() {
        let text = "gpu:nvidia_h100_80gb_hbm3:8(S:0-1),gpu:(null):4(IDX:0-3),shard:8(-/5,5/5)"
        for length in 0...text.count {
            #expect(GRES.parse(String(text.prefix(length))).count <= 3)
        }
    }
}

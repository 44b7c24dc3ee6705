import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

@Suite struct NodeStateSlurmTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let bits: UInt32
        let text: String
        var testDescription: String { text }

        init(_ bits: UInt32, _ text: String) {
            self.bits = bits
            self.text = text
        }
    }

    @Test(arguments: [
        Case(0x0, "unknown"), Case(0x1, "down"), Case(0x2, "idle"), Case(0x3, "allocated"),
        Case(0x4, "error"), Case(0x5, "mixed"), Case(0x6, "future"),
        // Bases that no release has.
        Case(0x7, "unknown"), Case(0xf, "unknown"),
        Case(0x202, "idle+drain"), Case(0xa02, "idle+drain+not_responding"),
        Case(0x1082, "idle+powered_down+cloud"),
        // Bits that no release has.
        Case(0xe000_0002, "idle"),
    ])
    func bits(_ given: Case) {
        #expect(NodeState(slurm: given.bits).text == given.text)
    }

    /// Flags that this release's complete strings show as `?`, though its header names them.
    private static let unprinted: [String: Set<NodeState.Flag>] = [
        "22.05": [.undrain, .rebootCancel, .powerDrain],
        "26.05": [.undrain, .rebootCancel, .powerDrain],
    ]
    /// The words of complete strings that fleet spells otherwise.
    private static let words: [String: NodeState.Flag] = ["PERFCTRS": .net]
    private static let release = String(SlurmLibrary.version.prefix(5))

    @Test(
        .enabled(if: SharedData.has("vectors/node_state_vectors.tsv"), SharedData.whyNot),
        .enabled(if: unprinted[release] != nil, "there are vectors of 22.05 and 26.05 alone"))
    func vectors() throws {
        let column = Self.release == "22.05" ? 3 : 6
        let unprinted = Self.unprinted[Self.release] ?? []
        var walked = 0
        for row in try SharedData.rows("vectors/node_state_vectors.tsv") {
            let bits = try #require(UInt32(row[0].dropFirst(2), radix: 16))
            let state = NodeState(slurm: bits)
            let words = row[column].split(separator: "+").map(String.init)
            #expect(state.base.rawValue == words.first?.lowercased(), "\(row)")
            let expected = words.dropFirst().filter { $0 != "?" }.map { word in
                Self.words[word] ?? NodeState.Flag(rawValue: word.lowercased())
            }
            #expect(!expected.contains(nil), "\(row)")
            let shown = state.flags.filter { !unprinted.contains($0) }
            #expect(Set(shown) == Set(expected.compactMap(\.self)), "\(row)")
            // Slurm's own three strings are libslurm's own.
            let first = column - 2
            #expect(state.names?.long == row[first], "\(row)")
            #expect(state.names?.compact == row[first + 1], "\(row)")
            #expect(state.names?.complete == row[column], "\(row)")
            #expect(!state.words.isEmpty, "\(row)")
            walked += 1
        }
        #expect(walked == 2107)
    }
}

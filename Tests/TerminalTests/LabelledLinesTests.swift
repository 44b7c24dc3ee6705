import Terminal
import TestSupport
import Testing

/// Output of many nodes at once: no line is torn, lost or put under another node's name.
@Suite struct LabelledLinesTests {
    private struct Piece {
        let node: String
        let stream: PayloadStream
        let bytes: [UInt8]
    }

    /// What nodes write, cut into pieces and mixed, the order within a stream kept.
    private static func mixed(_ texts: [String: String], _ random: inout SeededRandom) -> [Piece] {
        var rests: [(node: String, stream: PayloadStream, rest: ArraySlice<UInt8>)] = []
        for (node, text) in texts.sorted(by: { $0.key < $1.key }) {
            rests.append((node, .stdout, Array(text.utf8)[...]))
            rests.append((node, .stderr, Array(text.uppercased().utf8)[...]))
        }
        var pieces: [Piece] = []
        while !rests.isEmpty {
            let place = Int.random(in: 0..<rests.count, using: &random)
            let size = Int.random(in: 0...4, using: &random)
            let bytes = Array(rests[place].rest.prefix(size))
            pieces.append(
                Piece(node: rests[place].node, stream: rests[place].stream, bytes: bytes))
            rests[place].rest = rests[place].rest.dropFirst(size)
            if rests[place].rest.isEmpty { rests.remove(at: place) }
        }
        return pieces
    }

    private static let texts = [
        "a": "one\ntwo\nthree", "b": "\n\n", "c": "한글\nx\n", "d": "", "e": "no newline",
    ]

    @Test("However pieces come and mix, each stream's lines are there in order", arguments: 0..<30)
    func mixed(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var lines = LabelledLines(isTerminal: false)
        var bytes: [UInt8] = []
        for piece in Self.mixed(Self.texts, &random) {
            bytes += lines.add(node: piece.node, stream: piece.stream, bytes: piece.bytes)
        }
        for node in Self.texts.keys.shuffled(using: &random) { bytes += lines.end(node: node) }
        let shown = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast()
        for (node, text) in Self.texts {
            let own = shown.filter { $0.hasPrefix("\(node): ") }.map { String($0.dropFirst(3)) }
            for whole in [text, text.uppercased()] {
                let expected = Array(whole.utf8).lines.map { line in
                    String(decoding: line, as: UTF8.self).filter { $0 != "\n" }
                }
                // Both streams' lines, each stream's in its own order.
                var rest = own[...]
                for line in expected {
                    guard let place = rest.firstIndex(of: line) else {
                        Issue.record("\(node): \(line) is not in \(own)")
                        break
                    }
                    rest = rest[(place + 1)...]
                }
            }
        }
        let count = Self.texts.values.reduce(0) { $0 + 2 * Array($1.utf8).lines.count }
        #expect(shown.count == count)
    }

    @Test("What a stream has left is told once, at its own end")
    func ends() {
        var lines = LabelledLines(isTerminal: false)
        #expect(lines.add(node: "n", stream: .stdout, bytes: Array("out".utf8)).isEmpty)
        #expect(lines.add(node: "n", stream: .stderr, bytes: Array("err".utf8)).isEmpty)
        #expect(lines.end(node: "n", stream: .stderr) == Array("n: err\n".utf8))
        #expect(lines.end(node: "other").isEmpty)
        #expect(lines.end(node: "n") == Array("n: out\n".utf8))
        #expect(lines.end(node: "n").isEmpty)
        #expect(lines.add(node: "n", stream: .stdout, bytes: []).isEmpty)
        #expect(lines.end(node: "n", stream: .stdout).isEmpty)
    }

    @Test(
        "On a terminal neither a line nor a name steers, also where a sequence comes in two pieces")
    func terminal() {
        var lines = LabelledLines(isTerminal: true)
        #expect(lines.add(node: "\u{1b}n", stream: .stdout, bytes: Array("a\u{1b}".utf8)).isEmpty)
        let shown = lines.add(node: "\u{1b}n", stream: .stdout, bytes: Array("[2Jb\r\nc\td\n".utf8))
        #expect(
            String(decoding: shown, as: UTF8.self)
                == "\\x1bn: a\\x1b[2Jb\n\\x1bn: c       d\n")
        // Half a character at the end of a piece is no broken one.
        let letter = Array("한".utf8)
        #expect(lines.add(node: "n", stream: .stdout, bytes: Array(letter.prefix(2))).isEmpty)
        #expect(
            lines.add(node: "n", stream: .stdout, bytes: letter.suffix(1) + [10])
                == Array("n: 한\n".utf8))
    }

    @Test("Without labels the last line gets no newline that the node did not write")
    func whole() {
        var lines = LabelledLines(isTerminal: false, hasLabels: false)
        #expect(
            lines.add(node: "n", stream: .stdout, bytes: Array("a\nb".utf8)) == Array("a\n".utf8))
        #expect(lines.end(node: "n") == Array("b".utf8))
    }

    @Test("The head node and a node of its name keep their lines apart, and each has its own label")
    func namesake() {
        var lines = LabelledLines(isTerminal: false)
        func add(_ text: String, _ isNamesake: Bool) -> String {
            String(
                decoding: lines.add(
                    node: "n", stream: .stdout, bytes: Array(text.utf8), isNamesake: isNamesake),
                as: UTF8.self)
        }
        #expect(
            add("of the ", false) == ""
                && add("of the head\nhalf", true) == "n (head): of the head\n")
        #expect(add("node\nrest", false) == "n: of the node\n")
        #expect(lines.end(node: "n") == Array("n: rest\n".utf8))
        #expect(
            lines.end(node: "n", stream: .stdout, isNamesake: true)
                == Array("n (head): half\n".utf8))
    }
}

@testable import Terminal
import Testing

@Suite struct LabelledLinesTests {
    private func label(_ payload: [UInt8], pieces: Int) -> [UInt8] {
        var lines = LabelledLines(isTerminal: false)
        var result: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            result += lines.add(node: "n-1", stream: .stdout, bytes: Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        return result + lines.end(node: "n-1")
    }

    @Test(.timeLimit(.minutes(20)), arguments: Fixtures.payloads, [1_021, 65_536])
    func everyByte(_ given: OutputPayload, pieces: Int) {
        let payload = given.bytes
        var expected: [UInt8] = []
        for line in payload.lines { expected += Array("n-1: ".utf8) + line }
        if payload.endsInMidLine { expected.append(.newline) }
        let isSame = label(payload, pieces: pieces) == expected
        #expect(isSame)
    }

    @Test(
        "Of one node every byte comes as it was, whatever the pieces", arguments: Fixtures.payloads,
        [1, 65_536])
    func unlabelled(_ given: OutputPayload, pieces: Int) {
        let payload = given.bytes.prefix(100_000)
        var lines = LabelledLines(isTerminal: false, hasLabels: false)
        var result: [UInt8] = []
        var rest = payload
        while !rest.isEmpty {
            result += lines.add(node: "n-1", stream: .stdout, bytes: Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        #expect(result + lines.end(node: "n-1") == Array(payload))
    }

    @Test(arguments: [1, 2, 3, 7])
    func smallPieces(_ pieces: Int) {
        let text = Array("one\n\ntwo\nthree".utf8)
        #expect(
            label(text, pieces: pieces) == Array("n-1: one\nn-1: \nn-1: two\nn-1: three\n".utf8))
        let isSame =
            label(Fixtures.binary, pieces: pieces) == label(Fixtures.binary, pieces: 1_000)
        #expect(isSame)
    }

    @Test func interleaved() {
        var lines = LabelledLines(isTerminal: false)
        func add(_ node: String, _ stream: PayloadStream, _ text: String) -> String {
            String(
                decoding: lines.add(node: node, stream: stream, bytes: Array(text.utf8)),
                as: UTF8.self)
        }
        #expect(add("a", .stdout, "hel").isEmpty)
        #expect(add("b", .stdout, "B1\nB2") == "b: B1\n")
        #expect(add("a", .stderr, "oops\n") == "a: oops\n")
        #expect(add("a", .stdout, "lo\nx").elementsEqual("a: hello\n"))
        #expect(add("a", .stderr, "y").isEmpty && add("a", .stdout, "").isEmpty)
        #expect(lines.end(node: "a") == Array("a: x\na: y\n".utf8))
        #expect(lines.end(node: "a").isEmpty && lines.end(node: "nobody").isEmpty)
        #expect(lines.end(node: "b", stream: .stderr).isEmpty)
        #expect(lines.end(node: "b", stream: .stdout) == Array("b: B2\n".utf8))
    }

    @Test func terminal() {
        var lines = LabelledLines(isTerminal: true)
        let shown = lines.add(
            node: "n", stream: .stdout, bytes: Array("\u{1b}[2Ja\tb\r\n".utf8) + [0xff])
        #expect(String(decoding: shown, as: UTF8.self) == "n: \\x1b[2Ja        b\n")
        #expect(String(decoding: lines.end(node: "n"), as: UTF8.self) == "n: \u{fffd}\n")
    }

    @Test(
        arguments: [
            ("", ""), ("\t", "        "), ("a\tb\tc", "a       b       c"),
            ("12345678\tx", "12345678        x"), ("한글\tx", "한글    x"), ("a\r\n", "a"),
            ("a\rb", "a\\rb"), ("\n", ""),
        ] as [(String, String)])
    func terminalLines(_ line: String, _ shown: String) {
        #expect(TerminalText.line(Array(line.utf8)[...]) == shown)
    }
}

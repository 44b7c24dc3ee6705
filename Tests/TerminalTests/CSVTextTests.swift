import Terminal
import TestSupport
import Testing

/// Rows for spreadsheets: what a reader of RFC 4180 gets is what was written, and nothing of it is calculated.
@Suite struct CSVTextTests {
    private struct Refusal: Error {}

    /// Reads one row by the grammar, and takes nothing else: a quote inside a plain field, or text behind a quoted one.
    private func read(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
        guard bytes.suffix(2) == [13, 10] else { throw Refusal() }
        var rest = bytes.dropLast(2)
        var fields: [[UInt8]] = []
        while true {
            var field: [UInt8] = []
            if rest.first == quote {
                rest = rest.dropFirst()
                while true {
                    guard let byte = rest.popFirst() else { throw Refusal() }
                    if byte == quote {
                        guard rest.first == quote else { break }
                        rest = rest.dropFirst()
                    }
                    field.append(byte)
                }
            } else {
                field = Array(rest.prefix { $0 != comma })
                rest = rest.dropFirst(field.count)
                if field.contains(where: { [quote, 10, 13].contains($0) }) { throw Refusal() }
            }
            fields.append(field)
            guard let next = rest.popFirst() else { return fields }
            guard next == comma else { throw Refusal() }
        }
    }

    private static let pieces: [[UInt8]] = [
        [0x22], [0x22, 0x22], [0x2c], [0x0a], [0x0d], [0x0d, 0x0a], [0x20], [0x09], [0x00], [0xff],
        Array("=1".utf8), Array("-1".utf8), Array("+".utf8), Array("@".utf8), Array("'".utf8),
        Array("abc".utf8), Array("한글".utf8), Array(";".utf8),
    ]

    @Test("Fields of any bytes come back, but for the apostrophe of a formula", arguments: 0..<60)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let fields = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            (0..<Int.random(in: 0...5, using: &random))
                .flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
        }
        let read = try read(CSVText.record(fields))
        #expect(read.count == fields.count)
        for (read, field) in zip(read, fields) {
            let isFormula = field.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
            #expect(read == (isFormula ? Array("'".utf8) : []) + field)
        }
    }

    @Test(
        "Only a field that needs it is quoted, and each byte that needs it counts",
        arguments: [
            (["a", "b"], "a,b"), ([""], ""), (["", ""], ","), (["a b"], "a b"), ([" a"], "\" a\""),
            (["a "], "\"a \""), (["a,b"], "\"a,b\""), (["a\"b"], "\"a\"\"b\""),
            (["\""], "\"\"\"\""), (["a\nb"], "\"a\nb\""), (["a\rb"], "\"a\rb\""),
            (["=a,b"], "\"'=a,b\""), (["-5"], "'-5"), (["5-3"], "5-3"), (["'=1"], "'=1"),
            (["한글", "é"], "한글,é"), ([" =1"], "\" =1\""),
        ])
    func written(_ fields: [String], _ row: String) {
        let bytes = CSVText.record(fields.map { Array($0.utf8) })
        #expect(bytes == Array("\(row)\r\n".utf8))
    }

    @Test("A field of nothing but quotes, as large as an answer may be, is written in one pass")
    func quotes() {
        let row = CSVText.record([[UInt8](repeating: 0x22, count: 200_000)])
        let isWhole = row.count == 400_004 && row.dropLast(2).allSatisfy { $0 == 0x22 }
        #expect(isWhole)
    }

    @Test(
        "Lines of any output, with and without a last newline, are its bytes",
        arguments: ["", "\n", "a", "a\n", "a\nb", "\n\n", "a\r\nb\r\n", "\na\n\nb"])
    func lines(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(Array(bytes.lines.joined()) == bytes)
        #expect(bytes.lines.dropLast().allSatisfy { $0.last == .newline })
        #expect(!bytes.lines.contains { $0.isEmpty })
        #expect(bytes.endsInMidLine == (!text.isEmpty && text.utf8.last != 10))
    }
}

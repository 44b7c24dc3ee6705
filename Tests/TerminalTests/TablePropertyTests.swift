import Terminal
import TestSupport
import Testing

/// Tables of any cells at any width: no row is lost, and no line is wider than the terminal where every word fits.
@Suite struct TablePropertyTests {
    private static let words = [
        "ok", "fail", "-", "", "gpu-1", "한글", "日本", "🚀", "e\u{301}", "12.5", "drained", "by",
        "\u{1b}[2J", "a\tb", "\u{202e}evil", "x\ny", "\u{0}", "Xid 79", "→", "\u{200b}",
    ]

    private static func cell(_ random: inout SeededRandom, most: Int) -> String {
        (0..<Int.random(in: 0...most, using: &random))
            .map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
    }

    /// A table whose rows each have a mark of their own in the first column and in the last one.
    private static func table(_ random: inout SeededRandom, columns: Int) -> (Table, Int) {
        let titles = (0..<columns).map { "C\($0)" }
        var table = Table(
            titles.map { Table.Column($0, numeric: Bool.random(using: &random)) }.dropLast()
                + [Table.Column("DETAIL")])
        let rows = Int.random(in: 0...6, using: &random)
        for row in 0..<rows {
            let cells = (1..<max(1, columns - 1)).map { _ in cell(&random, most: 1) }
            table.add(["r\(row)r"] + cells + ["d\(row)d " + cell(&random, most: 14)])
            if Bool.random(using: &random) { table.addNote("n\(row)n " + cell(&random, most: 9)) }
        }
        return (table, rows)
    }

    @Test("Every row and its detail is there at every width", arguments: 2...7)
    func noRowIsLost(_ columns: Int) {
        var random = SeededRandom(UInt64(columns))
        for _ in 0..<4 {
            let (table, rows) = Self.table(&random, columns: columns)
            for width in [20, 24, 41, 59, 60, 61, 80, 100, 132, 200] {
                let lines = table.lines(width: width)
                for row in 0..<rows {
                    for mark in ["r\(row)r", "d\(row)d"] {
                        #expect(lines.count { $0.contains(mark) } == 1, "\(width) \(mark)")
                    }
                }
                #expect(!lines.contains { $0.hasSuffix(" ") })
            }
        }
    }

    @Test("No line is wider than a terminal of 31 columns or more", arguments: 2...7)
    func width(_ columns: Int) {
        var random = SeededRandom(UInt64(columns) + 100)
        for _ in 0..<4 {
            let (table, _) = Self.table(&random, columns: columns)
            for width in [31, 40, 59, 60, 72, 80, 120, 200] {
                for line in table.lines(width: width) where TerminalText.width(line) > width {
                    Issue.record("\(width): \(line)")
                }
            }
        }
    }

    @Test("No cell steers the terminal, and none makes a line more", arguments: [nil, 30, 70, 160])
    func hostile(_ width: Int?) {
        var random = SeededRandom(77)
        for columns in 2...6 {
            let (table, rows) = Self.table(&random, columns: columns)
            let lines = table.lines(width: width)
            for scalar in lines.joined().unicodeScalars {
                #expect(scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value))
                #expect(scalar != "\u{202e}" && scalar != "\u{200b}")
            }
            #expect(lines.count >= (width == nil ? rows + 1 : rows))
        }
    }

    @Test("Without a terminal a row is one line, each column where its heading is")
    func aligned() {
        var table = Table([
            Table.Column("NODE"), Table.Column("N", numeric: true), Table.Column("WHY"),
        ])
        for (name, number) in [("한글-1", "7"), ("e\u{301}", "1234"), ("🚀🚀🚀", "x"), ("gpu-100", "")] {
            table.add([name, number, "why"])
        }
        let places = table.lines(width: nil).map { line in
            line.firstRange(of: line.hasPrefix("NODE") ? "WHY" : "why").map {
                TerminalText.width(String(line[..<$0.lowerBound]))
            }
        }
        #expect(Set(places) == [15])
    }

    @Test("Colour takes no column: without its sequences a styled table is the plain one")
    func styles() {
        var table = Table([
            Table.Column("NODE"), Table.Column("VERDICT"), Table.Column("DETAIL"),
        ])
        table.add(
            ["gpu-1", "fail", String(repeating: "lost ", count: 30)],
            styles: [1: .bad, 2: .faint, 9: .good])
        table.addNote(String(repeating: "note ", count: 30), style: .warning)
        for width in [nil, 24, 60, 80, 200] {
            let styled = table.lines(width: width, styled: true)
            #expect(styled.contains { $0.contains("\u{1b}[31mfail\u{1b}[0m") })
            let plain = styled.map { $0.replacing(/\u{1b}\[[0-9]+m/, with: "") }
            // Blanks before a sequence are not at the line's end.
            #expect(
                plain.map { $0.replacing(#/ +$/#, with: "") } == table.lines(width: width))
        }
    }

    // MARK: - Changes

    private func screen(_ rows: [(key: String?, cells: [String])]) -> Table {
        var table = Table([
            Table.Column("NODE"), Table.Column("STATE"), Table.Column("AGE", restless: true),
        ])
        for row in rows { table.add(row.cells, key: row.key) }
        return table
    }

    @Test("A cell that changed is marked, an age is not, and a new row is marked whole")
    func changes() {
        let before = screen([("a", ["a", "idle", "1 s"]), ("b", ["b", "down", "9 s"])])
        let now = screen([
            ("b", ["b", "down", "11 s"]), ("a", ["a", "alloc", "2 s"]),
            ("c", ["c", "idle", "1 s"]),
            (nil, ["other", "x", "y"]),
        ])
        let lines = now.marking(changesSince: before).bodyLines(width: nil, styled: true)
        func mark(_ text: String) -> String { "\u{1b}[7m\(text)\u{1b}[0m" }
        #expect(lines[0] == "b      down   11 s")
        #expect(lines[1] == "a      \(mark("alloc"))  2 s")
        #expect(lines[2] == "\(mark("c"))      \(mark("idle"))   \(mark("1 s"))")
        #expect(lines[3] == "other  x      y")
        let same = now.marking(changesSince: now).bodyLines(width: nil, styled: true)
        #expect(!same.joined().contains("\u{1b}"))
    }
}

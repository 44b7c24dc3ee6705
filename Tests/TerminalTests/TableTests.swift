import Terminal
import Testing

@Suite struct TableTests {
    private static let columns = [
        Table.Column("NODE"), Table.Column("CPUS", numeric: true), Table.Column("DETAIL"),
    ]

    private func table(_ rows: [String]...) -> Table {
        var table = Table(Self.columns)
        rows.forEach { table.add($0) }
        return table
    }

    @Test func alignment() {
        let lines = table(["gpu-1", "8", "fine"], ["한글", "128", ""], ["x", "", "end"])
            .lines(width: nil)
        #expect(
            lines == [
                "NODE   CPUS  DETAIL",
                "gpu-1     8  fine",
                "한글    128",
                "x            end",
            ])
    }

    @Test func empty() {
        #expect(table().lines(width: nil) == ["NODE  CPUS  DETAIL"])
        #expect(table().bodyLines(width: nil) == [])
        #expect(Table([]).lines(width: 80) == [])
        #expect(table([]).bodyLines(width: nil) == [""])
        #expect(table(["a", "1", "b", "extra"]).bodyLines(width: nil) == ["a        1  b"])
    }

    @Test func minimum() {
        var table = Table([Table.Column("N", minimum: 6), Table.Column("M")])
        table.add(["a", "b"])
        #expect(table.lines(width: nil) == ["N       M", "a       b"])
    }

    @Test func wrapping() {
        let text = "the quick brown fox jumps over the lazy dog, twice"
        let table = table(["gpu-1", "8", text])
        #expect(
            table.lines(width: 40) == [
                "NODE   CPUS  DETAIL",
                "gpu-1     8  the quick brown fox jumps",
                "             over the lazy dog, twice",
            ])
        #expect(table.bodyLines(width: nil) == ["gpu-1     8  " + text])
    }

    /// Where the other columns leave too little room, a cell that does not fit goes below its row.
    @Test func below() {
        let lines = table(
            ["gpu-1", "8", "short"], ["a-long-node-name", "8", "this does not fit at all"],
            ["", "", "and neither does its second finding"]
        ).lines(width: 36)
        #expect(
            lines == [
                "NODE              CPUS  DETAIL",
                "gpu-1                8  short",
                "a-long-node-name     8",
                "    this does not fit at all",
                "    and neither does its second",
                "    finding",
            ])
    }

    @Test func nothingIsCut() {
        let text = String(repeating: "word ", count: 100) + String(repeating: "x", count: 300)
        for width in [1, 19, 20, 32, 33, 40, 80, 200] {
            let lines = table(["gpu-1", "8", text]).bodyLines(width: width)
            let letters = lines.joined().filter { $0 == "w" || $0 == "x" }.count
            #expect(letters == 400)
            if width >= 20 { #expect(lines.allSatisfy { TerminalText.width($0) <= width }) }
        }
    }

    /// A cell of a node must not break the table, whatever it holds.
    @Test func hostileCells() {
        let lines = table(["gpu-1\u{1b}[2J", "8", "one\ntwo\u{202e}"]).lines(width: nil)
        #expect(lines.count == 2)
        #expect(lines.last == "gpu-1\\x1b[2J     8  one\\ntwo\\u{202e}")
    }

    private static let names = [
        "compute-gpu-st-distributed-ml-1", "compute-gpu-st-distributed-ml-12",
    ]

    private func wide() -> Table {
        var table = Table([
            Table.Column("NODE"), Table.Column("COUNT", numeric: true), Table.Column("VERDICT"),
            Table.Column("DETAIL"),
        ])
        for name in Self.names {
            table.add([name, "1", "not run", "drained by root 3 h ago: fan replacement"])
        }
        table.addNote("what is said below a row, which may be long as well, at any width")
        return table
    }

    @Test("On a narrow terminal a row is a block with one fact per line")
    func blocks() {
        #expect(
            Array(wide().lines(width: 50).prefix(6)) == [
                "NODE     compute-gpu-st-distributed-ml-1", "COUNT    1", "VERDICT  not run",
                "DETAIL   drained by root 3 h ago: fan replacement", "",
                "NODE     compute-gpu-st-distributed-ml-12",
            ])
        #expect(wide().lines(width: 80).first?.hasPrefix("NODE  ") == true)
        #expect(wide().lines(width: 50) == wide().bodyLines(width: 50))
    }

    @Test("No name is split and no line is wider than the terminal", arguments: Array(41...120))
    func widths(_ width: Int) {
        let lines = wide().lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
        for name in Self.names { #expect(lines.contains { $0.contains(name) }) }
    }
}

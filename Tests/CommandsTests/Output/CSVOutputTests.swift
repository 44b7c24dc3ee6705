@testable import FanOut
@testable import Reports
import SlurmModel
@testable import Terminal
import Testing
@testable import Verdicts

@Suite struct CSVOutputTests {
    private let csv = ReportCSV(isTerminal: false)

    /// A reader of RFC 4180, to see that what comes out is what went in.
    private func read(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var rows: [[[UInt8]]] = []
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let isDoubled = isQuoted && index + 1 < bytes.count && bytes[index + 1] == byte
                if isDoubled { field.append(byte) } else { isQuoted.toggle() }
                index += isDoubled ? 1 : 0
            case UInt8(ascii: ",") where !isQuoted:
                row.append(field)
                field = []
            case UInt8(ascii: "\r") where !isQuoted: break
            case .newline where !isQuoted:
                rows.append(row + [field])
                (row, field) = ([], [])
            default: field.append(byte)
            }
            index += 1
        }
        return rows
    }

    @Test func golden() throws {
        let rows = Fixtures.runReports.flatMap(csv.row)
        try Golden.check(
            String(decoding: csv.heading + rows, as: UTF8.self).replacing("\r\n", with: "\n"),
            "run-csv")
        let shown = Fixtures.runReports.flatMap(ReportCSV(isTerminal: true).row)
        let scalars = String(decoding: shown, as: UTF8.self).unicodeScalars
        #expect(scalars.allSatisfy { ["\r", "\n"].contains($0) || $0.value >= 0x20 })
    }

    @Test func heading() {
        #expect(csv.heading.suffix(2) == [0x0d, 0x0a])
        #expect(read(csv.heading).first?.count == 15)
    }

    @Test(arguments: Fixtures.payloads.filter { $0.bytes.count < 100_000 })
    func everyByte(_ given: OutputPayload) throws {
        let payload = given.bytes
        let rows = read(csv.row(Fixtures.ran("n", payload, stderr: payload.reversed())))
        let row = try #require(rows.first)
        #expect(rows.count == 1 && row.count == 15)
        // A spreadsheet's formula gets an apostrophe, and nothing else is changed.
        let isSame =
            row[10] == CSVText.defused(payload)
            && row[11] == CSVText.defused(payload.reversed())
        #expect(isSame)
    }

    @Test(
        "No cell is a formula, whoever wrote it",
        arguments: ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=1,\"2\""])
    func formulas(_ text: String) throws {
        var report = Fixtures.ran("n", Array(text.utf8), stderr: Array(text.utf8))
        report.result.reason = text
        let row = try #require(read(csv.row(report)).first)
        for cell in [row[8], row[10], row[11]] {
            #expect(cell == Array("'\(text)".utf8))
        }
        #expect(CSVText.defused(Array("1-2".utf8)) == Array("1-2".utf8))
        #expect(CSVText.defused([]) == [])
    }

    /// Too long for the reader above: one line without a quote stands there as it is.
    @Test func hugeField() {
        let line = [UInt8](repeating: 0x61, count: 10_000_000)
        let row = csv.row(Fixtures.ran("n", line + [0x0a]))
        let end = Array("\n\",,,,\r\n".utf8)
        let isSame = Array(row.suffix(line.count + end.count)) == line + end
        #expect(isSame)
    }

    @Test func fields() {
        let rows = Fixtures.runReports.flatMap { read(csv.row($0)) }
            .map { $0.prefix(10).map { String(decoding: $0, as: UTF8.self) } }
        #expect(rows.count == Fixtures.runReports.count)
        #expect(
            rows.first == [
                "gpu-1", "finished", "0", "", "1.46", "job", "4711", "ok", "", "",
            ])
        #expect(rows[3][1] == "not_run" && rows[3][2...7].allSatisfy(\.isEmpty))
        #expect(rows[7][2].isEmpty && rows[7][3] == "9")
        let remedies = Fixtures.runReports.flatMap { read(csv.row($0)) }
            .compactMap { $0.last.map { String(decoding: $0, as: UTF8.self) } }
        #expect(remedies[0].isEmpty)
        #expect(remedies[1] == "can it be reached? then, on the node: systemctl status slurmd")
    }
}

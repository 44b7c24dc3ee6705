/// Rows of comma-separated values by RFC 4180, for spreadsheets and data frames.
///
/// A field with a quote, a comma or a line end is quoted, and its quotes are doubled.
package enum CSVText {
    /// The fields as one row with its line end; no field can act as a formula.
    package static func record(_ fields: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { result.append(UInt8(ascii: ",")) }
            append(defused(field), to: &result)
        }
        return result + [UInt8(ascii: "\r"), .newline]
    }

    /// The field, changed if a spreadsheet would take it for a formula; see OWASP, "CSV Injection".
    ///
    /// A node may write any text.
    static func defused(_ field: [UInt8]) -> [UInt8] {
        let first = field.first.map { Unicode.Scalar($0) }
        let isFormula = first.map { ["=", "+", "-", "@", "\t", "\r"].contains($0) } ?? false
        return isFormula ? [UInt8(ascii: "'")] + field : field
    }

    private static func append(_ field: [UInt8], to result: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        // Some readers drop spaces at the ends of a field that is not quoted.
        let hasBlankEnd = [field.first, field.last].contains(UInt8(ascii: " "))
        let isPlain =
            !hasBlankEnd
            && field.allSatisfy {
                $0 != quote && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\r")
                    && $0 != .newline
            }
        if isPlain {
            result.append(contentsOf: field)
            return
        }
        result.append(quote)
        // Copies whole pieces between quotes, because fields may have 10 MB.
        var rest = field[...]
        while let place = rest.firstIndex(of: quote) {
            result.append(contentsOf: rest[...place])
            result.append(quote)
            rest = rest[(place + 1)...]
        }
        result.append(contentsOf: rest)
        result.append(quote)
    }
}

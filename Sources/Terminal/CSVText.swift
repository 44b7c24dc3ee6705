/// Rows of comma-separated values as RFC 4180 has them, for spreadsheets and data frames.
///
/// A field that holds a quote, a comma or a line end is quoted and its quotes are doubled.
package enum CSVText {
    /// Fields as one row, with its line end.
    package static func record(_ fields: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { result.append(UInt8(ascii: ",")) }
            append(field, to: &result)
        }
        return result + [UInt8(ascii: "\r"), .newline]
    }

    private static func append(_ field: [UInt8], to result: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        // Blanks at the ends are lost on some readers where they are not quoted.
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
        // Whole stretches between quotes: fields may be 10 MB.
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

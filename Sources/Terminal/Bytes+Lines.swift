extension UInt8 {
    /// The end of a line.
    package static let newline = UInt8(ascii: "\n")
}

extension [UInt8] {
    /// The lines, each with its newline; the last one may have none.
    package var lines: [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = startIndex
        while start < endIndex {
            let end = self[start...].firstIndex(of: .newline).map { $0 + 1 } ?? endIndex
            result.append(self[start..<end])
            start = end
        }
        return result
    }

    /// Whether the last line lacks a newline; false for an empty text.
    package var endsInMidLine: Bool {
        last.map { $0 != .newline } ?? false
    }
}

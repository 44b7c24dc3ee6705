extension TerminalText {
    /// One line of a payload's output, made safe for a terminal.
    ///
    /// Tabs become spaces, and a carriage return at the line's end is dropped: both are layout and not text.
    ///
    /// - Parameter bytes: The line; a newline at its end is left out.
    /// - Returns: The line without a newline.
    package static func line(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        if bytes.last == .newline { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        var result = ""
        var column = 0
        for piece in bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
            if piece.startIndex != bytes.startIndex {
                let blanks = tabStop - column % tabStop
                result += String(repeating: " ", count: blanks)
                column += blanks
            }
            let text = visible(String(decoding: piece, as: UTF8.self))
            result += text
            column += width(text)
        }
        return result
    }

    private static let tabStop = 8
}

/// The first line of a configuration that fleet wrote: it shows whether somebody has edited the file since.
package enum WrittenConfiguration {
    private static let opening = "# Written by fleet from "
    private static let middle = "; edited by hand once this does not fit: "

    /// The configuration with its first line.
    ///
    /// - Parameters:
    ///   - text: The configuration.
    ///   - template: The template's name.
    /// - Returns: The text to write.
    package static func marked(_ text: String, template: String) -> String {
        let name = String(template.map { $0.isNewline ? " " : $0 })
        return "\(opening)\(name)\(middle)\(fingerprint(text))\n" + text
    }

    /// Whether a file is unchanged since fleet wrote it.
    package static func isUntouched(_ text: String) -> Bool {
        guard text.hasPrefix(opening), let end = text.firstIndex(of: "\n"),
            let mark = text[..<end].firstRange(of: middle)
        else { return false }
        return text[mark.upperBound..<end] == fingerprint(text[text.index(after: end)...])
    }

    /// FNV-1a of 64 bits: it detects an ordinary edit, and does not protect against a deliberate forgery.
    private static func fingerprint(_ text: some StringProtocol) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

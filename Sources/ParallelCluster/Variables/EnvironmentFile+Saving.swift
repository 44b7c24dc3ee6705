internal import Platform

extension EnvironmentFile {
    /// The file's text with one variable set: its last assignment is replaced, else a line is added at the end.
    ///
    /// Other lines are left byte for byte; so is a line that assigns more than this one variable, after which a
    /// line is added, since the last assignment counts.
    ///
    /// - Parameters:
    ///   - name: The variable.
    ///   - value: Its value, any text.
    ///   - text: The file as it is; empty where there is none.
    /// - Returns: The new text.
    package static func saving(_ name: String, _ value: String, in text: String) -> String {
        let line = "export \(name)=\(ShellQuote.word(value))"
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String(String.UnicodeScalarView($0)) }
        if lines.last == "" { lines.removeLast() }
        let isWindows = lines.first?.unicodeScalars.last == "\r"
        let written = isWindows ? line + "\r" : line
        if let last = lines.lastIndex(where: { assigns($0, only: name) }),
            !lines[(last + 1)...].contains(where: { mentions($0, name) })
        {
            lines[last] = written
        } else {
            lines.append(written)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func assigns(_ line: String, only name: String) -> Bool {
        // An assignment counts even when this machine's environment lacks a variable that it uses.
        var reader = AssignmentReader(
            scalars: line.unicodeScalars.filter { $0 != "\r" }, known: [:], isStrict: false)
        guard let found = try? reader.read() else { return false }
        return found.count == 1 && found.first?.name == name
    }

    private static func mentions(_ line: String, _ name: String) -> Bool {
        line.firstRange(of: name + "=") != nil
    }
}

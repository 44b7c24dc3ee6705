import Terminal

/// Which values of `--format` a command has, where the parser's list is of all commands that reach nodes.
enum CommandFormats {
    /// The formats that a command refuses, of those that the parser lists for it.
    ///
    /// - Parameter command: The command's name.
    /// - Returns: The formats; none where the list is true.
    static func refused(by command: String) -> Set<OutputFormat> {
        switch command {
        case "run", "mount-lustre": [.prometheus, .html]
        case "gpu-check", "check-mount", "check", "attach": [.html]
        default: []
        }
    }

    /// What the parser says of a command, with the formats that it has.
    static func corrected(_ text: String, of command: String) -> String {
        let refused = refused(by: command)
        guard !refused.isEmpty else { return text }
        let all = OutputFormat.allCases
        return text.replacing(
            words(all), with: words(all.filter { !refused.contains($0) }))
    }

    private static func words(_ formats: [OutputFormat]) -> String {
        "(values: " + formats.map(\.rawValue).joined(separator: ", ") + ";"
    }
}

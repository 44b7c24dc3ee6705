import Configuration

/// The defaults of flags that settings decide: `--help` says what is in force here, and who says so.
struct SettingDefaults {
    /// Which setting is the default of which flag.
    static let settings: [String: Setting] = [
        "--run-dir": .runDirectory, "--via": .via, "--fanout": .fanout, "--group": .group,
        "--wait": .wait, "--on-busy": .onBusy, "--account": .account, "--qos": .qos,
        "--job-gres": .gres,
        "--job-memory": .memory, "--job-name": .jobName,
    ]

    private let configuration: FleetConfiguration

    /// Takes them of a configuration.
    init(_ configuration: FleetConfiguration) {
        self.configuration = configuration
    }

    /// What is said of an option, with the default that is in force.
    ///
    /// - Parameters:
    ///   - text: What the parser says.
    ///   - label: The option, such as `--run-dir <folder>`.
    /// - Returns: The same where nothing sets the option's setting.
    func text(_ text: String, of label: String) -> String {
        let names = label.split { ", /".contains($0) }.map(String.init)
        guard let setting = names.lazy.compactMap({ Self.settings[$0] }).first else { return text }
        let value = configuration.value(of: setting)
        guard let word = value.text, value.origin != .standard else { return text }
        let words = "(default: \(word), from \(value.origin))"
        if let old = text.firstMatch(of: /\(default: [^)]*\)/) {
            return text[..<old.range.lowerBound] + words + text[old.range.upperBound...]
        }
        return text.hasSuffix(".") ? "\(text.dropLast()) \(words)." : "\(text) \(words)"
    }
}

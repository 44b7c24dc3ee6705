import SlurmKit

/// Where this user's runs are kept.
enum RunDirectoryBase {
    /// The folder as an absolute path.
    ///
    /// - Parameters:
    ///   - setting: What a flag or the configuration says; nil for `~/.fleet/runs`.
    ///   - user: The calling user's number.
    ///   - home: The calling user's home.
    ///   - workingDirectory: Where a relative path begins.
    /// - Returns: The folder.
    /// - Throws: A ``ConfigurationError`` when there is no home to put it in.
    static func path(
        setting: String?, user: UInt32, home: String?, workingDirectory: String
    ) throws(ConfigurationError) -> String {
        var path = setting ?? "~/.fleet/runs"
        if path == "~" || path.hasPrefix("~/") {
            guard let home else {
                throw ConfigurationError(
                    origin: "run directory",
                    cause: "'\(path)' needs a home, and user \(user) has none: use --run-dir")
            }
            path = home + path.dropFirst()
        }
        if let range = path.firstRange(of: "{user}") {
            path.replaceSubrange(range, with: Users.name(of: user))
        }
        return path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
    }
}

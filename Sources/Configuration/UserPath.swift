import Platform

/// A path as settings have it: a leading `~` is the calling user's home, `{user}` the user's name.
package struct UserPath {
    /// The calling user's number.
    let user: UInt32
    /// The calling user's home; nil where there is none.
    let home: String?
    /// Where a relative path begins.
    let workingDirectory: String

    /// Makes a value of its parts.
    package init(user: UInt32, home: String?, workingDirectory: String) {
        self.user = user
        self.home = home
        self.workingDirectory = workingDirectory
    }

    /// A path, absolute.
    ///
    /// - Parameters:
    ///   - setting: The path as it is set.
    ///   - name: What the path is for, and what to use where there is no home, both for the error.
    /// - Returns: The path.
    /// - Throws: A ``ConfigurationError`` where it needs a home and there is none.
    func absolute(
        _ setting: String, for name: (what: String, instead: String)
    ) throws(ConfigurationError) -> String {
        var path = setting
        if path == "~" || path.hasPrefix("~/") {
            guard let home else {
                throw ConfigurationError(
                    origin: name.what,
                    cause:
                        "'\(path)' needs a home, and user \(user) has none: use \(name.instead)")
            }
            path = home + path.dropFirst()
        }
        path = path.replacing("{user}", with: Users.name(of: user))
        return path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
    }

    /// Where this user's runs are kept.
    ///
    /// - Parameter setting: What a flag or the configuration says; nil for `~/.fleet/runs`.
    /// - Returns: The folder.
    /// - Throws: A ``ConfigurationError`` where there is no home to put it in.
    package func runs(_ setting: String?) throws(ConfigurationError) -> String {
        try absolute(setting ?? "~/.fleet/runs", for: ("run directory", "--run-dir"))
    }

    /// Where the history of this user's runs is.
    ///
    /// - Parameters:
    ///   - setting: What the configuration says; nil for `history.sqlite` beside the runs.
    ///   - runs: Where the runs are kept, absolute.
    /// - Returns: The file.
    /// - Throws: A ``ConfigurationError`` where it needs a home and there is none.
    package func history(_ setting: String?, runs: String) throws(ConfigurationError) -> String {
        guard let setting else { return "\(runs)/history.sqlite" }
        return try absolute(setting, for: ("history.file", "an absolute path"))
    }
}

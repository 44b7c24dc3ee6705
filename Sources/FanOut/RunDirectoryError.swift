/// The run directory could not be made.
package struct RunDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder.
    package var path: String
    /// Why, in words.
    package var cause: String
    /// Whether a run of that name exists already.
    package var isTaken = false

    /// Makes an error.
    package init(path: String, cause: String) {
        self.path = path
        self.cause = cause
    }

    /// What failed, and what to do.
    package var description: String {
        """
        cannot make the run directory \(path): \(cause)
        Choose a writable folder on storage that the nodes share: --run-dir, FLEET_RUN_DIR, or run_directory in the configuration.
        """
    }
}

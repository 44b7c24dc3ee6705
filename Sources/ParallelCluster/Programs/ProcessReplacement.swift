import Glibc

/// Becoming another program: terminal, signals and exit code are then that program's own.
package enum ProcessReplacement {
    /// Becomes the program.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: Its environment.
    /// - Throws: A ``ClusterError``; without one it does not return.
    package static func become(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws(ClusterError) -> Never {
        // execve wants arrays of C strings, and neither System nor Subprocess replaces a process. Nothing is freed:
        // either this process ends here, or the error ends it.
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
            unsafe strdup($0)
        }
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe environment.map {
            unsafe strdup("\($0.key)=\($0.value)")
        }
        unsafe words.append(nil)
        unsafe variables.append(nil)
        _ = unsafe execve(path, words, variables)
        let code = errno
        throw ClusterError(
            .missing, path, "cannot be started: \(unsafe String(cString: strerror(code)))")
    }
}

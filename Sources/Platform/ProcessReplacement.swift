import Glibc
package import SystemPackage

/// Becoming another program: terminal, signals and exit code are then that program's own.
package enum ProcessReplacement {
    /// Becomes the program.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: Its environment.
    /// - Throws: What the system said; without an error it does not return.
    package static func become(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws(Errno) -> Never {
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
        throw Errno(rawValue: errno)
    }
}

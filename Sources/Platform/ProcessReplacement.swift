import Glibc
package import SystemPackage

/// Replaces this process by another program, which gets its terminal and signals and gives its own exit code.
package enum ProcessReplacement {
    /// Replaces this process by the program.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: Its environment.
    /// - Throws: What the system said; without an error it does not return.
    package static func become(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws(Errno) -> Never {
        // execve needs arrays of C strings, and neither System nor Subprocess can replace a process. Nothing is
        // freed, because this process ends here, either by the call or by the error.
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

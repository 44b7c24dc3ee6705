import Glibc
package import SlurmModel

/// Files of hostlists: regular ones, pipes such as `/dev/fd/63`, and standard input.
package enum HostlistFile {
    /// The most bytes that are read: more than the names of the largest cluster need, and a limit for `/dev/zero`.
    package static let maximumSize = 16 << 20

    /// The text of a file.
    ///
    /// - Throws: A ``SlurmError`` of kind `input`.
    package static func text(path: String) throws(SlurmError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        return try text(descriptor, name: path)
    }

    /// The text of standard input, up to its end.
    ///
    /// - Throws: A ``SlurmError`` of kind `input`.
    package static func standardInput() throws(SlurmError) -> String {
        // Not /dev/stdin: after sudo, the user may not be allowed to open it again.
        try text(STDIN_FILENO, name: "standard input")
    }

    private static func text(_ descriptor: Int32, name: String) throws(SlurmError) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { space in
                unsafe read(descriptor, space.baseAddress, space.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(name, unsafe String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= maximumSize else {
                throw failure(name, "it is longer than \(maximumSize >> 20) MiB")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure(name, "it is no text in UTF-8")
        }
        return text
    }

    private static func failure(_ name: String, _ cause: String) -> SlurmError {
        SlurmError(
            kind: .input, attempt: "read node names from \(name)", cause: cause,
            remedy: "A list of nodes holds hostlists, one to a line.")
    }
}

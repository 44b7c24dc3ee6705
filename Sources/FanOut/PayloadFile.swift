/// A file of the head node that travels with a payload.
package struct PayloadFile: Codable, Hashable, Sendable {
    /// Its role in the run.
    package var role: Role
    /// Its name in the run directory: plain letters, safe in a shell.
    package var name: String
    /// Its path on the head node.
    package var source: String
    /// Its path on the node; empty unless it is a copy.
    package var destination: String
    /// Its mode on the node, as in 0o755.
    package var mode: Int
    /// SHA-256 of its contents, 64 hexadecimal digits.
    package var sha256: String
    /// Its size in bytes.
    package var size: Int
    /// Whether it is fleet's own copy of its standard input, in a file without a name.
    package var isSpooled = false

    /// All fields but ``isSpooled``, which has no meaning once the file is in the run directory.
    private enum CodingKeys: String, CodingKey {
        case role, name, source, destination, mode, sha256, size
    }

    /// The role of a file.
    package enum Role: String, Codable, Hashable, Sendable {
        /// It is the program that is run.
        case program
        /// It is the payload's standard input.
        case standardInput
        /// It is copied to a path on the node before the payload begins.
        case copy
    }

    /// The program's name in the run directory.
    package static let programName = "script"
    /// The standard input's name in the run directory.
    package static let standardInputName = "stdin"

    /// Makes a description of a file.
    package init(
        role: Role, name: String, source: String, destination: String = "", mode: Int,
        sha256: String, size: Int
    ) {
        self.role = role
        self.name = name
        self.source = source
        self.destination = destination
        self.mode = mode
        self.sha256 = sha256
        self.size = size
    }

    /// The mode in octal with a leading 0, for chmod(1).
    var modeText: String { "0" + String(mode & 0o7777, radix: 8) }

    /// The last part of the source's path.
    package var baseName: String {
        isSpooled ? "stdin" : String(source.split(separator: "/").last ?? "file")
    }
}

/// The exit codes of mount.lustre, which are the kernel's error numbers, and those of mount(8).
package enum MountExit {
    /// The meaning of a code; nil for a code that says nothing definite.
    package static func meaning(_ code: Int) -> String? {
        switch code {
        case 2: "the server knows no file system of that name, or the mount point is missing"
        case 5: "the server refused, or the client is of an incompatible release"
        case 13: "the server refuses this client"
        case 16: "the mount point or the client is still in use"
        case 17: "it is mounted already, or a stale client of it is still there"
        case 19: "the kernel has no client module"
        case 22: "a bad option or name, or a server's name that does not resolve"
        case 32: "mount.lustre is missing, or mount failed"
        case 36: "the file system's name is too long: Lustre takes 8 characters"
        case 101, 113: "there is no route to the server"
        case 107, 108: "the connection to the server is down"
        case 110: "the server does not answer: timed out"
        case 111: "the server refuses connections"
        case 114: "another mount or unmount of it is under way"
        case 126...129: "the key that the server asks for is not there, or not valid"
        default: nil
        }
    }
}

/// Which Lustre mount is meant, and what counts as one.
package struct LustreSettings: Codable, Hashable, Sendable {
    /// The mount point, absolute, without a trailing slash.
    package var mountPoint: String
    /// The source, as in `10.1.30.23@tcp:/fsname`; nil takes the node's fstab.
    package var source: String?
    /// The mount options when ``source`` is given; AWS's own by default.
    package var options: String
    /// The file system types that count; other than `lustre` only where a stand-in takes its place.
    package var types: [String]
    /// Seconds a mounted file system may take to answer statfs.
    package var answerSeconds: Int
    /// Seconds mount(8) may take: a Lustre whose servers are unreachable gives up after 183 s by itself.
    package var mountSeconds: Int

    /// Makes settings.
    package init(
        mountPoint: String = "/lustre", source: String? = nil,
        options: String = "relatime,flock,_netdev", types: [String] = ["lustre"],
        answerSeconds: Int = 10, mountSeconds: Int = 200
    ) {
        self.mountPoint = mountPoint
        self.source = source
        self.options = options
        self.types = types
        self.answerSeconds = answerSeconds
        self.mountSeconds = mountSeconds
    }

    /// The variables the scripts read.
    ///
    /// - Parameter timeout: Seconds the whole payload may take: a mount that does not answer is told before that.
    /// - Returns: Each as `NAME=VALUE`.
    func environment(timeout: Int) -> [String] {
        let answerSeconds = max(1, min(answerSeconds, timeout - 3))
        return [
            "FLEET_MOUNT_POINT=\(mountPoint)", "FLEET_SOURCE=\(source ?? "")",
            "FLEET_OPTIONS=\(options)", "FLEET_FS_TYPES=\(types.joined(separator: " "))",
            "FLEET_ANSWER_SECONDS=\(answerSeconds)", "FLEET_MOUNT_SECONDS=\(mountSeconds)",
        ]
    }
}

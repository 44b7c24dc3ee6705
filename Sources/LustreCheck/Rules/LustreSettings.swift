/// Which mounts are checked, and which types of file system count as right.
package struct LustreSettings: Codable, Hashable, Sendable {
    /// The mount point when neither ``points`` nor the node's fstab names one; absolute, without a trailing slash.
    package var mountPoint: String
    /// The mount points, in the form of ``mountPoint``; empty for every Lustre line of the node's fstab.
    package var points: [String] = []
    /// The file system types whose lines of the node's fstab are meant where ``points`` is empty; nil for Lustre's.
    ///
    /// Where they are given nothing else is meant: a node without such a line has nothing to be looked at.
    package var fstabTypes: [String]?
    /// The source, as in `10.1.30.23@tcp:/fsname`; nil takes the node's fstab.
    package var source: String?
    /// The mount options given with ``source``; nil takes those of the fstab, and without a line in it
    /// ``usualOptions``.
    package var options: String?
    /// The file system types that count as Lustre; more than one only when a stand-in replaces Lustre.
    package var types: [String]
    /// Other types that may be mounted, such as `nfs`, or `any`; empty takes the fstab's type, otherwise ``types``.
    package var otherTypes: [String] = []
    /// Seconds a mounted file system may take to answer one question.
    package var answerSeconds: Int
    /// Seconds mount(8) may take: Lustre itself gives up on unreachable servers after 183 s.
    package var mountSeconds: Int
    /// Folders that must exist, relative to the mount point.
    package var expectedFolders: [String] = []
    /// How the check writes trial files; nil for none.
    package var canary: MountCanary?

    /// Makes settings.
    package init(
        mountPoint: String = "/lustre", source: String? = nil,
        options: String? = nil, types: [String] = ["lustre"],
        answerSeconds: Int = 10, mountSeconds: Int = 200
    ) {
        self.mountPoint = mountPoint
        self.source = source
        self.options = options
        self.types = types
        self.answerSeconds = answerSeconds
        self.mountSeconds = mountSeconds
    }

    /// The mount options of AWS's own instructions.
    package static let usualOptions = "relatime,flock,_netdev"

    /// Seconds of a payload's time that are kept back for sending its answer.
    private static let restSeconds = 3

    /// The variables the scripts read.
    ///
    /// - Parameter timeout: Seconds the whole payload may take: a mount that does not answer is told before that.
    /// - Returns: Each as `NAME=VALUE`.
    func environment(timeout: Int) -> [String] {
        let seconds = max(1, timeout - Self.restSeconds)
        return [
            "FLEET_MOUNT_POINT=\(mountPoint)", "FLEET_SOURCE=\(source ?? "")",
            "FLEET_OPTIONS=\(options ?? Self.usualOptions)",
            "FLEET_FS_TYPES=\(types.joined(separator: " "))",
            "FLEET_ANSWER_SECONDS=\(max(1, min(answerSeconds, seconds)))",
            "FLEET_MOUNT_SECONDS=\(mountSeconds)",
            "FLEET_MOUNT_POINTS=\(points.joined(separator: " "))",
            "FLEET_TYPES=\(otherTypes.joined(separator: " "))",
            "FLEET_DEADLINE_SECONDS=\(seconds)",
            "FLEET_EXPECT=\(expectedFolders.joined(separator: " "))",
        ] + (canary?.environment ?? ["FLEET_CANARY=0"])
            + (fstabTypes.map { ["FLEET_FSTAB_TYPES=\($0.joined(separator: " "))"] } ?? [])
    }
}

/// How check-mount writes files as a trial.
package struct MountCanary: Codable, Hashable, Sendable {
    /// One of this many nodes writes, always the same nodes; 1 for all nodes.
    package var sample: Int
    /// The folder the files are written in, relative to the mount point; empty for the mount point itself.
    package var folder: String

    /// Makes it.
    package init(sample: Int = 1, folder: String = "") {
        self.sample = sample
        self.folder = folder
    }

    /// The variables the scripts read.
    var environment: [String] {
        ["FLEET_CANARY=1", "FLEET_CANARY_SAMPLE=\(sample)", "FLEET_CANARY_DIR=\(folder)"]
    }
}

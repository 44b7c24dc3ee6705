/// How check-mount writes files as a trial.
package struct MountCanary: Codable, Hashable, Sendable {
    /// One in so many nodes writes, always the same ones; 1 for all.
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

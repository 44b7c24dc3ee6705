import Platform
import SlurmKit

/// fleet's own release.
enum Version {
    /// The release in CHANGELOG.md, and of the package: this is its one place.
    static let current = "0.2.0"

    /// What `fleet --version` says, such as `fleet 0.2.0 (Slurm 24.11.5; commit 1a2b3c4d5e6f; package for Slurm 22.05, 24.11)`.
    static var text: String {
        let installation = Installation.current
        let releases = installation.releases
        let parts = [
            "Slurm \(SlurmLibrary.version)", installation.commit.map { "commit \($0)" },
            releases.isEmpty ? nil : "package for Slurm \(releases.joined(separator: ", "))",
        ]
        return "fleet \(current) (\(parts.compactMap(\.self).joined(separator: "; ")))"
    }
}

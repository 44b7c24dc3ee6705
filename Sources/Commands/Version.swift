/// fleet's own release.
enum Version {
    /// The release in CHANGELOG.md.
    static let current = "0.1.0"
}

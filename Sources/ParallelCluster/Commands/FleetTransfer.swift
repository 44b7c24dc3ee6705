import ArgumentParser
internal import Platform
import Terminal

/// How fleet comes to a head node that has none.
struct TransferOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fleet to install if the head node has none: a .deb, a .tar.xz or the program.",
            valueName: "file"))
    var package: String?

    @Option(
        help: ArgumentHelp(
            "The S3 place it goes through; the head node must be able to read it.",
            valueName: "s3://..."))
    var via: String?

    mutating func validate() throws {
        if (package == nil) != (via == nil) {
            throw ValidationError("--package and --via belong together.")
        }
        if let via, !via.hasPrefix("s3://") { throw ValidationError("--via is an s3:// address.") }
    }
}

/// Puts fleet on a head node that has none: through S3, and only with the bytes that are here.
struct FleetTransfer {
    /// What is sent, by its file's name.
    enum Form: Hashable, Sendable {
        /// A Debian package.
        case package
        /// An archive with one folder that holds bin and lib.
        case archive
        /// The program itself.
        case program

        /// The form that a file's name tells.
        init(name: String) {
            let isArchive = [".tar.xz", ".tar.gz", ".tgz", ".tar"].contains { name.hasSuffix($0) }
            self = name.hasSuffix(".deb") ? .package : isArchive ? .archive : .program
        }

        /// The line of shell that installs a file of this form.
        func installation(of file: String) -> String {
            switch self {
            case .package: "dpkg -i \(file) >/dev/null"
            case .archive: "tar -C /usr/local --strip-components=1 --no-same-owner -xf \(file)"
            case .program: "install -m 0755 \(file) /usr/local/bin/fleet"
            }
        }
    }

    private let session: ClusterSession
    private let options: TransferOptions

    /// Prepares it.
    init(_ session: ClusterSession, _ options: TransferOptions) {
        self.session = session
        self.options = options
    }

    /// Sees to it that the head node has a fleet.
    ///
    /// - Parameter shell: The head node's.
    /// - Throws: A ``ClusterError`` where it has none, and none can be put there.
    func expectFleet(_ shell: HeadNodeShell) async throws {
        if try await shell.run("command -v fleet").code == 0 { return }
        guard let file = options.package, let via = options.via else {
            throw ClusterError(
                .missing, "fleet", "is not on the head node",
                next: "fleet cluster verify --package FILE --via s3://BUCKET/PREFIX puts it there")
        }
        let sum = try await checksum(of: file)
        let name = file.split(separator: "/").last.map(String.init) ?? "fleet"
        let place = via + (via.hasSuffix("/") ? "" : "/") + name
        session.console.say("fleet: \(file) to the head node, through \(place) ...")
        let copied = try await session.runner.run(
            "aws", ["s3", "cp", file, place, "--region", try session.clusterRegion()], seconds: 600)
        guard copied.code == 0 else {
            throw ClusterError.telling("aws s3 cp", copied.complaint ?? "failed")
        }
        let ended = try await shell.run(Self.script(sum, from: place, form: Form(name: name)))
        guard ended.code == 0 else {
            throw ClusterError(
                .failed, "fleet", "could not be put on the head node: \(ended.lastWords)",
                next: "the head node's role must be able to read \(place), and aws must be there")
        }
        // A package of another system may install well, and still have no program in PATH.
        let started = try await shell.run("fleet --version")
        guard started.code == 0 else {
            throw ClusterError(
                .failed, "fleet",
                "was put on the head node, and does not start: \(started.lastWords)",
                next: "another --package, for that system and its Slurm")
        }
    }

    private func checksum(of file: String) async throws(ClusterError) -> String {
        let sum = try await session.runner.run("sha256sum", ["--", file], seconds: 60)
        guard sum.code == 0, let digits = sum.output.split(separator: " ").first, digits.count == 64
        else {
            throw ClusterError(
                .usage, file, "cannot be read: \(sum.complaint ?? "no checksum")",
                next: "--package FILE is a file on this machine")
        }
        return String(digits)
    }

    /// Commands that fetch, verify and install fleet on the head node.
    ///
    /// - Parameters:
    ///   - sum: The SHA-256 that the file must have, as 64 digits.
    ///   - place: Where it is in S3.
    ///   - form: What it is.
    /// - Returns: One line of shell, which leaves no file behind, however it ends.
    static func script(_ sum: String, from place: String, form: Form) -> String {
        // A folder that only root may enter: nobody can change the file between its check and its installation.
        """
        set -e; umask 022; d=$(mktemp -d /var/tmp/fleet.XXXXXX); trap 'rm -rf "$d"' EXIT; \
        aws s3 cp \(ShellQuote.word(place)) "$d/fleet" >/dev/null; \
        echo "\(sum)  $d/fleet" | sha256sum -c --quiet -; \(form.installation(of: "\"$d/fleet\""))
        """
    }
}

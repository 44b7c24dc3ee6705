import ArgumentParser
import FleetCore

/// The flags that say which Lustre mount is meant.
struct MountOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Where Lustre is mounted (default: /lustre).", valueName: "folder"))
    var mountPoint: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What must be mounted there, as in 10.1.30.23@tcp:/fsname (default: the node's fstab).",
            valueName: "source"))
    var source: String?

    @Flag(name: .long, help: "Also do this machine, the head node.")
    var includeHead = false

    /// The settings, with the configuration's where no flag says otherwise.
    ///
    /// - Throws: A ``UsageError`` for a source or mount point of the wrong form.
    func settings(configuration: FleetConfiguration) throws -> LustreSettings {
        var settings = LustreSettings()
        settings.mountPoint = try Self.checked(
            mountPoint: mountPoint ?? configuration.mountPoint ?? settings.mountPoint)
        settings.source = try source.map(Self.checked(source:))
        settings.types = configuration.fileSystemTypes ?? settings.types
        return settings
    }

    private static func checked(mountPoint: String) throws -> String {
        // As the kernel's mount table has it: without a trailing slash, a double one, or dots.
        let names = mountPoint.split(separator: "/")
        guard mountPoint.hasPrefix("/"), !names.isEmpty, !names.contains("."),
            !names.contains(".."), !mountPoint.contains(where: { $0.isWhitespace || $0 == "\\" })
        else {
            throw UsageError(
                "'\(mountPoint)' is no mount point: give an absolute path such as /lustre.")
        }
        return "/" + names.joined(separator: "/")
    }

    /// NIDs, then `:/`, then the file system's name of at most 8 letters, digits, `_` and `-`.
    private static func checked(source: String) throws -> String {
        let form = /[A-Za-z0-9._@,:\-]+:\/[A-Za-z0-9_\-]{1,8}(\/[^\s]*)?/
        guard source.wholeMatch(of: form) != nil else {
            throw UsageError(
                "'\(source)' is no Lustre source: write it as in 10.1.30.23@tcp:/fsname.")
        }
        return source
    }
}

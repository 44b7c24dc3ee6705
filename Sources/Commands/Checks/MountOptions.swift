import ArgumentParser
import Configuration
import LustreCheck
import Terminal

/// The flags that say which mounts are meant.
struct MountOptions: ParsableArguments {
    @Option(
        name: [.customLong("mount-point"), .customLong("path")],
        help: ArgumentHelp(
            "Where it is mounted: one or several (default: the lustre lines of the node's fstab, else /lustre).",
            valueName: "folders"))
    var mountPoint: [String] = []

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
    /// - Parameters:
    ///   - configuration: What files and variables say.
    ///   - otherTypes: The types that may be mounted instead of Lustre; empty for Lustre.
    /// - Returns: The settings, their mount points as the kernel's mount table has them.
    /// - Throws: A ``UsageError`` for a source or mount point of the wrong form.
    func settings(
        configuration: FleetConfiguration, otherTypes: [String] = []
    ) throws -> LustreSettings {
        var settings = LustreSettings()
        let given = mountPoint.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        settings.points = []
        for point in given.isEmpty
            ? [configuration.mountPoint].compactMap(\.self) : given.map(String.init)
        {
            let point = try Self.checked(mountPoint: point)
            if !settings.points.contains(point) { settings.points.append(point) }
        }
        settings.mountPoint = settings.points.first ?? settings.mountPoint
        if source != nil, settings.points.count > 1 {
            throw UsageError("--source goes with one mount point, not with several.")
        }
        settings.source = try source.map { source in
            otherTypes.isEmpty ? try Self.checked(source: source) : try Self.checked(other: source)
        }
        settings.types = configuration.fileSystemTypes ?? settings.types
        settings.otherTypes = otherTypes
        return settings
    }

    private static func checked(mountPoint: String) throws -> String {
        // As the kernel's mount table has it: without a trailing slash, a double one, or dots.
        let names = mountPoint.split(separator: "/")
        guard mountPoint.hasPrefix("/"), !names.isEmpty, !names.contains("."),
            !names.contains(".."),
            RepairEntry.isPlain(mountPoint), !mountPoint.contains("=")
        else {
            throw UsageError(
                "'\(mountPoint)' is no mount point: give an absolute path such as /lustre.")
        }
        return "/" + names.joined(separator: "/")
    }

    /// NIDs, then `:/`, then the file system's name of at most 8 letters, digits, `_` and `-`.
    private static func checked(source: String) throws -> String {
        let form = /([A-Za-z0-9._@,:\-]|\[[0-9A-Fa-f:]+\])+:\/[A-Za-z0-9_\-]{1,8}(\/[^\s]*)?/
        guard source.wholeMatch(of: form) != nil, RepairEntry.isPlainSource(source) else {
            throw UsageError(
                "'\(source)' is no Lustre source: write it as in 10.1.30.23@tcp:/fsname.")
        }
        return source
    }

    /// A source of another file system: as the mount table has it, in one word.
    private static func checked(other source: String) throws -> String {
        guard source.wholeMatch(of: /[A-Za-z0-9._@,:\/%+\-]+/) != nil, !source.hasPrefix("-") else {
            throw UsageError("'\(source)' is no source: write it as in 10.0.1.100:/export.")
        }
        return source
    }
}

import ArgumentParser
import Configuration
import FanOut
import FoundationEssentials
import Glibc
import LustreCheck
import Platform
import Sweeps
import Terminal

/// The flags that say how mount-lustre does its repair.
struct RepairFlags: ParsableArguments {
    @Option(
        name: .customLong("options"),
        help: ArgumentHelp(
            "Mount options for --source (default: relatime,flock,_netdev).", valueName: "options"))
    var mountOptions: String?

    @Flag(name: .long, help: "Mount the Lustre entries of the head node's fstab.")
    var fromHead = false

    @Flag(name: .long, help: "Also write the entry of --source or --from-head to the nodes' fstab.")
    var persist = false

    @Flag(name: .long, help: "Mount over a folder that holds files; they are hidden, not lost.")
    var force = false

    @Flag(name: .long, help: "Finish what another interrupted installation left unfinished.")
    var repairDpkg = false

    @Flag(name: .long, help: "Fetch the package once, to shared storage, and not on every node.")
    var fetchOnce = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The shared folder for --fetch-once (default: beside the runs).", valueName: "folder"))
    var fetchDir: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Spread nodes that fetch something over so many seconds (default: by their number).",
            valueName: "seconds"))
    var jitter: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Print the commands that bring nodes to this kernel; nothing is changed.",
            valueName: "version"))
    var toKernel: String?

    mutating func validate() throws {
        if let jitter, !(0...3_600).contains(jitter) {
            throw ValidationError("--jitter is a number of seconds from 0 to 3600.")
        }
        if let toKernel, toKernel.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+~\-]*/) == nil {
            throw ValidationError("--to-kernel takes a kernel as uname -r names it.")
        }
        if let mountOptions, mountOptions.wholeMatch(of: /[A-Za-z0-9_.,=:@%\/+\-]+/) == nil {
            throw ValidationError("--options takes mount options, separated by commas.")
        }
        if let fetchDir, !fetchDir.hasPrefix("/") || fetchDir.contains(where: \.isWhitespace) {
            throw ValidationError("--fetch-dir takes an absolute path without blanks.")
        }
    }

    /// The settings.
    ///
    /// - Parameters:
    ///   - mount: Which mount is meant.
    ///   - settings: The same, read.
    ///   - session: What is configured, and where runs are kept.
    ///   - options: How the run is done.
    /// - Returns: The repair's settings; the shared folder is there.
    /// - Throws: A ``UsageError`` for flags that do not go together, a ``ConfigurationError``.
    func settings(
        mount: MountOptions, _ settings: LustreSettings, session: Session, options: FanOutOptions
    ) throws -> RepairSettings {
        var repair = RepairSettings()
        repair.entries = try entries(mount, settings)
        repair.everyLine = repair.entries.isEmpty && settings.points.isEmpty
        repair.persists = persist
        repair.hidesFiles = force
        repair.repairsPackages = repairDpkg
        repair.jitterSeconds = jitter
        repair.toKernel = toKernel
        repair.isRehearsal = options.dryRun
        repair.families = try families(session.configuration)
        if fetchOnce || fetchDir != nil {
            let base = try session.site.runDirectoryBase(options.runDir)
            repair.fetchDirectory = try folder(fetchDir ?? base + "/.packages")
            repair.fetchOwner = geteuid()
            repair.fetchToken = String(UInt32.random(in: .min ... .max), radix: 16)
        }
        return repair
    }

    private func entries(
        _ mount: MountOptions, _ settings: LustreSettings
    ) throws(UsageError) -> [RepairEntry] {
        guard !(fromHead && mount.source != nil) else {
            throw UsageError("--from-head and --source exclude each other.")
        }
        if fromHead {
            var entries = try HeadFstab.entries(mountPoints: settings.points)
            if let mountOptions {
                for index in entries.indices { entries[index].options = mountOptions }
            }
            return entries
        }
        guard let source = settings.source else {
            guard !persist else {
                throw UsageError(
                    "--persist needs --source or --from-head, which give the fstab entry to write.")
            }
            return []
        }
        return [
            RepairEntry(
                source: source, mountPoint: settings.mountPoint,
                options: mountOptions ?? LustreSettings.usualOptions)
        ]
    }

    private func families(
        _ configuration: FleetConfiguration
    ) throws(UsageError) -> [PackageFamily] {
        var rows: [PackageFamily] = []
        for text in configuration.packages {
            guard let row = PackageFamily(text) else {
                throw UsageError(
                    "mount.packages: '\(text)' is not of the form ID=MODULE/TOOLS, as in ubuntu=lustre-client-modules-{kernel}; before the packages of a distribution that fleet does not know stands apt: or dnf:"
                )
            }
            rows.append(row)
        }
        return PackageFamily.table(overriddenBy: rows)
    }

    private func folder(_ path: String) throws(UsageError) -> String {
        do {
            // Root on the nodes installs what lies there.
            _ = try RunBase.make(path)
            return path
        } catch {
            throw UsageError("--fetch-once: \(path) cannot be made: \(FileProblem.words(error))")
        }
    }
}

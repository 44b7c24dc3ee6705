import ArgumentParser
import Configuration
import LustreCheck
import Terminal

/// The flags of check-mount that say what is looked at.
struct CheckMountFlags: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What may be mounted: nfs, ext4, any (default: the fstab's type, else Lustre).",
            valueName: "types"))
    var type: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what the node's fstab mounts of these types, and nothing where it has none.",
            valueName: "types"))
    var fstab: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folders that must be there: data,checkpoints,logs,results.", valueName: "folders"))
    var expect: [String] = []

    @Flag(name: .long, help: "Also write a file, read it back and remove it, on every OST.")
    var canary = false

    @Option(
        name: .long,
        help: ArgumentHelp("With --canary: on about one node in so many.", valueName: "n"))
    var canarySample: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --canary: the folder for the file, below the mount point.", valueName: "folder"))
    var canaryDir: String?

    mutating func validate() throws {
        if !canary, canarySample != nil || canaryDir != nil {
            throw ValidationError("--canary-sample and --canary-dir go with --canary.")
        }
        if let canarySample, !(1...1_000_000).contains(canarySample) {
            throw ValidationError("--canary-sample is a number from 1 to 1000000.")
        }
    }

    /// The settings with what the flags say.
    ///
    /// - Throws: A ``UsageError`` for a type or folder of the wrong form.
    func settings(
        mount: MountOptions, configuration: FleetConfiguration
    ) throws -> LustreSettings {
        let types = try Self.words(type, flag: "--type") { word in
            word.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]*/) != nil && word != "autofs"
        }
        var settings = try mount.settings(
            configuration: configuration, otherTypes: types == ["lustre"] ? [] : types)
        let fromFstab = try Self.words(fstab, flag: "--fstab") { word in
            word.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]*/) != nil
        }
        if !fromFstab.isEmpty {
            guard mount.mountPoint.isEmpty, mount.source == nil else {
                throw UsageError("--fstab goes without --mount-point and --source.")
            }
            settings.fstabTypes = fromFstab
            settings.points = []
        }
        // The folders that a site expects are Lustre's.
        let ofSite = fromFstab.isEmpty ? configuration.expectedFolders : []
        let expected = expect.isEmpty ? ofSite : expect
        settings.expectedFolders = try Self.words(expected, flag: "--expect", Self.isFolder)
        if canary {
            let folder = try canaryDir.map {
                try Self.words([$0], flag: "--canary-dir", Self.isFolder)
            }
            settings.canary = MountCanary(
                sample: canarySample ?? 1, folder: folder?.first ?? "")
        }
        return settings
    }

    /// Whether a word is a path below a mount point.
    private static func isFolder(_ word: String) -> Bool {
        word.wholeMatch(of: /[A-Za-z0-9_.%+@][A-Za-z0-9_.%+@\/\-]*/) != nil
            && !word.split(separator: "/").contains("..")
    }

    private static func words(
        _ lists: [String], flag: String, _ isGood: (String) -> Bool
    ) throws -> [String] {
        let words = lists.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map(String.init)
        for word in words where !isGood(word) {
            throw UsageError("\(flag) '\(word)' is of the wrong form.")
        }
        return words
    }
}

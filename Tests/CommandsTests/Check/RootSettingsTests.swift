import Probes
import Sweeps
@testable import Commands
@testable import Configuration
@testable import DefinedChecks
import Foundation
import TestSupport
import Testing

/// Root in the environment of somebody else, as `sudo -E` and `su -m` leave it.
@Suite(
    "Settings as root", .enabled(if: geteuid() == 0, "only root may not trust what others own"))
struct RootSettingsTests {
    private static let probe = "description: hers\npayload: id\nbaseline: [a]\n"

    /// A home with settings and a probe, and a folder of slurm.conf with both; all given to a user.
    private func folder(_ owner: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder([
            "home/.config/fleet/config.yaml": "run_directory: /evil\n",
            "home/.config/fleet/probes/mine.yaml": Self.probe,
            "slurm/fleet.yaml": "run_directory: /evil\n",
            "slurm/fleet-probes/mine.yaml": Self.probe,
            "more/mine.yaml": Self.probe,
        ])
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            try FileManager.default.setAttributes(
                [.ownerAccountID: owner], ofItemAtPath: "\(folder.path)/\(path)")
        }
        return folder
    }

    private func load(_ folder: TemporaryFolder, slurm: Bool) throws -> FleetConfiguration {
        try ConfigurationLoader.load(
            environment: slurm ? [:] : ["HOME": "\(folder.path)/home"],
            slurmFolder: slurm ? "\(folder.path)/slurm" : nil, findings: .standard)
    }

    @Test("Settings are refused in every layer, with what to do", arguments: [false, true])
    func settings(_ slurm: Bool) throws {
        let theirs = try folder(65_534)
        let error = try #require(throws: ConfigurationError.self) {
            try load(theirs, slurm: slurm)
        }
        #expect(error.cause.contains("root does not use it"))
        #expect(error.cause.contains("belongs to user 65534"))
        #expect(error.cause.contains("sudo -H"))
        #expect(try load(folder(0), slurm: slurm).runDirectory == "/evil")
    }

    @Test("A link of root's own does not make another user's file root's")
    func linked() throws {
        let theirs = try folder(65_534)
        let own = try TemporaryFolder(["home/.config/fleet/x": ""])
        try FileManager.default.createSymbolicLink(
            atPath: "\(own.path)/home/.config/fleet/config.yaml",
            withDestinationPath: "\(theirs.path)/home/.config/fleet/config.yaml")
        #expect(throws: ConfigurationError.self) { try load(own, slurm: false) }
    }

    @Test("Her probe does not run as root: not by name, not by its file, from no folder")
    func probes() throws {
        let theirs = try folder(65_534)
        var configuration = FleetConfiguration()
        configuration[.probesDirectory] = SettingValue(["\(theirs.path)/more"], from: .standard)
        for library in [
            ProbeLibrary(
                environment: ["HOME": "\(theirs.path)/home"], slurmFolder: nil,
                configuration: FleetConfiguration()),
            ProbeLibrary(
                environment: [:], slurmFolder: "\(theirs.path)/slurm",
                configuration: FleetConfiguration()),
            ProbeLibrary(environment: [:], slurmFolder: nil, configuration: configuration),
        ] {
            #expect(throws: ConfigurationError.self) { try library.probe("mine") }
            #expect(library.entries.isEmpty)
            #expect(ProbeListing(library).problems.count == 1)
        }
        #expect(throws: ConfigurationError.self) {
            try ProbeFile.read(path: "\(theirs.path)/more/mine.yaml")
        }
    }

    @Test("A script of hers that root's own probe names is refused too")
    func script() throws {
        let theirs = try TemporaryFolder(["script.sh": "id\n"])
        try FileManager.default.setAttributes(
            [.ownerAccountID: 65_534], ofItemAtPath: theirs.path + "/script.sh")
        let own = try TemporaryFolder([
            "a.yaml": "description: a\nscript: \(theirs.path)/script.sh\nbaseline: [a]\n"
        ])
        let error = try #require(throws: ConfigurationError.self) {
            try ProbeFile.read(path: own.path + "/a.yaml")
        }
        #expect(error.line == 2)
        #expect(error.cause.contains("root does not use it"))
    }
}

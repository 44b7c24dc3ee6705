@testable import Commands
@testable import Configuration
@testable import Sweeps
@testable import Terminal
import TestSupport
import Testing

@Suite struct ConfigurationListingTests {
    private static let listing: ConfigurationListing = {
        var configuration = FleetConfiguration()
        let site = SettingValue.Origin.file("/etc/fleet/config.yaml", line: 2)
        let user = "/home/a-rather-long-user-name/.config/fleet/config.yaml"
        configuration[.runDirectory] = SettingValue(
            ["/shared/storage/with/a/long/name/{user}/fleet/runs"], from: site)
        configuration[.fileSystemTypes] = SettingValue(["lustre", "ext4"], from: site)
        configuration[.fanout] = SettingValue(["128"], from: .file(user, line: 12))
        configuration[.exclusive] = SettingValue(["true"], from: .variable("FLEET_EXCLUSIVE"))
        configuration[.account] = SettingValue(["한글\u{1b}"], from: .file(user, line: 3))
        return ConfigurationListing(
            configuration: configuration,
            files: [
                ConfigurationListing.File("/etc/fleet/config.yaml", isThere: true),
                ConfigurationListing.File("/opt/slurm/etc/fleet.yaml", isThere: false),
                ConfigurationListing.File(user, isThere: true),
            ], slurmConf: "/opt/slurm/etc/slurm.conf")
    }()

    @Test func tables() throws {
        try Golden.check(Self.listing.lines(width: nil), "config")
        try Golden.check(Self.listing.lines(width: 80), "config-80")
        for width in 60...120 {
            let lines = Self.listing.lines(width: width)
            #expect(lines.allSatisfy { TerminalText.width($0) <= width })
        }
    }

    @Test func json() throws {
        try Golden.check(JSONOutput.pretty(Self.listing.json), "config-json")
    }

    @Test func withoutSlurm() throws {
        let folder = try TemporaryFolder(["fleet/config.yaml": "jobs: {qos: high}\n"])
        let listing = try ConfigurationListing(environment: [
            "SLURM_CONF": "/nowhere/slurm.conf", "XDG_CONFIG_HOME": folder.path,
        ])
        #expect(listing.slurmConf == nil)
        #expect(listing.slurmProblem?.contains("/nowhere/slurm.conf") == true)
        #expect(listing.configuration.qos == "high")
        #expect(listing.files.map(\.path).count == 2)
        let lines = listing.lines(width: nil)
        #expect(lines.contains { $0.hasPrefix("fleet.yaml beside slurm.conf") })
        #expect(lines.contains { $0.contains("jobs.qos") && $0.contains("high") })
    }

    @Test func withSlurm() throws {
        let folder = try TemporaryFolder([
            "slurm.conf": "ClusterName=c\nSlurmctldHost=h\n", "fleet.yaml": "\njobs: {qos: low}\n",
        ])
        let listing = try ConfigurationListing(environment: [
            "SLURM_CONF": folder.path + "/slurm.conf", "FLEET_JOB_NAME": "ops",
        ])
        #expect(listing.slurmConf == folder.path + "/slurm.conf" && listing.slurmProblem == nil)
        #expect(
            listing.configuration[.qos]
                == SettingValue(["low"], from: .file(folder.path + "/fleet.yaml", line: 2)))
        #expect(listing.configuration.jobName == "ops")
        #expect(listing.files.last == .init(folder.path + "/fleet.yaml", isThere: true))
    }

    @Test func broken() {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationListing(environment: [
                "SLURM_CONF": "/nowhere/slurm.conf", "FLEET_VIA": "ssh",
            ])
        }
        #expect(
            error?.description
                == "FLEET_VIA: must be one of auto, job, srun, direct, not 'ssh'")
        #expect(error.map { ExitCodes.code(for: $0) } == 3)
    }
}

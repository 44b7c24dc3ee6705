import Probes
@testable import Configuration
import TestSupport
import Testing

@Suite struct ConfigurationLoaderTests {
    @Test func precedence() throws {
        let folder = try TemporaryFolder([
            "slurm/fleet.yaml": """
            run_directory: /cluster
            mount: {point: /cluster, filesystem_types: [lustre]}
            """,
            "home/.config/fleet/config.yaml": "run_directory: /user\nmount: {point: /user}\n",
        ])
        let slurm = folder.path + "/slurm"
        let home = folder.path + "/home"
        let all = try ConfigurationLoader.load(
            environment: [
                "HOME": home, "FLEET_RUN_DIR": "/variable", "FLEET_MOUNT_POINT": "",
            ], slurmFolder: slurm, findings: .standard)
        #expect(all.runDirectory == "/variable")
        #expect(all.mountPoint == "/user")
        #expect(all.fileSystemTypes == ["lustre"])

        let types = try ConfigurationLoader.load(
            environment: ["FLEET_FILESYSTEM_TYPES": "lustre, ext4"], slurmFolder: slurm,
            findings: .standard)
        #expect(types.fileSystemTypes == ["lustre", "ext4"])
        #expect(types.runDirectory == "/cluster")

        #expect(
            try ConfigurationLoader.load(
                environment: [:], slurmFolder: folder.path, findings: .standard)
                == FleetConfiguration())
    }

    @Test(
        arguments: [
            ([:], nil), (["HOME": "/h"], "/h/.config/fleet/config.yaml"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], "/x/fleet/config.yaml"),
            // Empty means unset, as the XDG specification has it.
            (["HOME": "/h", "XDG_CONFIG_HOME": ""], "/h/.config/fleet/config.yaml"),
            (["HOME": ""], nil),
        ] as [([String: String], String?)])
    func paths(_ environment: [String: String], _ user: String?) {
        let paths = ConfigurationLoader.paths(environment: environment, slurmFolder: "/s")
        #expect(paths == ["/etc/fleet/config.yaml", "/s/fleet.yaml"] + (user.map { [$0] } ?? []))
    }

    /// A broken file is never skipped: what it was to set would be missing.
    @Test func brokenLayer() throws {
        let folder = try TemporaryFolder(["fleet.yaml": "mount: {}\nnonsense: 1\n"])
        let error = try #require(throws: ConfigurationError.self) {
            try ConfigurationLoader.load(
                environment: ["FLEET_RUN_DIR": "/r"], slurmFolder: folder.path, findings: .standard)
        }
        #expect(error.description == "\(folder.path)/fleet.yaml:2: unknown key 'nonsense'")
    }

    @Test func emptyTypes() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try ConfigurationLoader.load(
                environment: ["FLEET_FILESYSTEM_TYPES": " , "], slurmFolder: "/nowhere",
                findings: .standard)
        }
        #expect(error.description == "FLEET_FILESYSTEM_TYPES: names no type")
    }

    struct Base: Sendable, CustomTestStringConvertible {
        let setting: String?
        let home: String?
        let path: String?
        var testDescription: String { setting ?? "nil" }

        init(_ setting: String?, home: String? = "/home/u", _ path: String?) {
            self.setting = setting
            self.home = home
            self.path = path
        }
    }

    @Test(arguments: [
        Base(nil, "/home/u/.fleet/runs"), Base("~", "/home/u"), Base("~/runs", "/home/u/runs"),
        Base("/shared/{user}/runs", "/shared/root/runs"), Base("{user}", "/here/root"),
        Base("runs", "/here/runs"), Base("/abs", home: nil, "/abs"), Base(nil, home: nil, nil),
        Base("~/x", home: nil, nil),
        // Only a tilde that stands alone is the home.
        Base("~other/x", "/here/~other/x"), Base("/a/~/b", "/a/~/b"),
    ])
    func runDirectory(_ given: Base) {
        let path = UserPath(user: 0, home: given.home, workingDirectory: "/here")
        #expect((try? path.runs(given.setting)) == given.path)
        if let setting = given.setting {
            #expect((try? path.history(setting, runs: "/r")) == given.path)
        } else {
            #expect((try? path.history(nil, runs: "/r")) == "/r/history.sqlite")
        }
    }

    @Test func homeless() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try UserPath(user: 4_000_000_123, home: nil, workingDirectory: "/").runs(nil)
        }
        #expect(
            error.description
                == "run directory: '~/.fleet/runs' needs a home, and user 4000000123 has none: "
                + "use --run-dir")
    }
}

import Foundation
import Probes
@testable import Configuration
import TestSupport
import Testing
@testable import Verdicts

/// Who wins, for every setting and every combination of places that say something.
@Suite struct ConfigurationLayersTests {
    /// Values that a setting takes and that can be told apart.
    private static func values(_ setting: Setting) -> [String] {
        switch setting.row.kind {
        case .path: ["/a", "/b", "/c"]
        case .list, .word, .jobName: ["a", "b", "c"]
        case .choice(let words): [words[0], words[1], words[words.count - 1]]
        case .number(let range):
            [range.lowerBound, range.lowerBound + 1, range.upperBound].map(String.init)
        case .time: ["1s", "2m", "3h"]
        case .age: ["1h", "2d", "3w"]
        case .memory: ["1M", "2G", "3T"]
        case .flag: ["true", "false", "true"]
        case .gres: ["gpu:1", "gpu:2", "gpu:3"]
        }
    }

    private static func text(_ setting: Setting, _ value: String) -> String {
        let parts = setting.key.split(separator: ".")
        let value = setting.row.kind == .list ? "[\(value)]" : value
        return "# a note\n" + (parts.count == 1 ? "" : "\(parts[0]):\n  ")
            + "\(parts[parts.count - 1]): \(value)\n"
    }

    @Test(
        "The variable wins over the user's file, and that over the cluster's",
        arguments: Setting.allCases)
    func layers(_ setting: Setting) throws {
        let values = Self.values(setting)
        let line = setting.key.contains(".") ? 3 : 2
        for mask in 0..<8 {
            let folder = try TemporaryFolder()
            let cluster = "\(folder.path)/slurm/fleet.yaml"
            let user = "\(folder.path)/x/fleet/config.yaml"
            var environment = ["XDG_CONFIG_HOME": folder.path + "/x", "HOME": "/nowhere"]
            var expected: SettingValue?
            if mask & 1 != 0 {
                try folder.write(Self.text(setting, values[0]), to: "slurm/fleet.yaml")
                expected = SettingValue([values[0]], from: .file(cluster, line: line))
            }
            if mask & 2 != 0 {
                try folder.write(Self.text(setting, values[1]), to: "x/fleet/config.yaml")
                expected = SettingValue([values[1]], from: .file(user, line: line))
            }
            if mask & 4 != 0 {
                environment[setting.row.variable] = values[2]
                expected = SettingValue([values[2]], from: .variable(setting.row.variable))
            }
            let loaded = try ConfigurationLoader.load(
                environment: environment, slurmFolder: folder.path + "/slurm", findings: .standard)
            // A machine's own /etc/fleet is below all of these.
            guard let expected else { continue }
            #expect(loaded[setting] == expected, "\(mask)")
            let place =
                mask & 4 != 0 ? setting.row.variable : "\(mask & 2 != 0 ? user : cluster):\(line)"
            #expect(loaded.value(of: setting).origin.description == place)
        }
    }

    @Test(
        "Layers may be put together in any grouping, a layer twice is a layer once, and nothing changes nothing"
    )
    func laws() {
        var random = SeededRandom(51)
        func layer(_ name: String) -> FleetConfiguration {
            var layer = FleetConfiguration()
            for setting in Setting.allCases where Bool.random(using: &random) {
                layer[setting] = SettingValue([name], from: .variable(name))
            }
            for code in ["gpu.count", "gpu.xid"] where Bool.random(using: &random) {
                layer.checks[code] = CheckSetting(level: .warn, from: .variable(name))
            }
            return layer
        }
        for _ in 0..<50 {
            let (a, b, c) = (layer("a"), layer("b"), layer("c"))
            #expect(a.overridden(by: b).overridden(by: c) == a.overridden(by: b.overridden(by: c)))
            #expect(a.overridden(by: a) == a)
            #expect(
                FleetConfiguration().overridden(by: a) == a
                    && a.overridden(by: FleetConfiguration()) == a)
            for setting in Setting.allCases {
                #expect(a.overridden(by: b)[setting] == b[setting] ?? a[setting])
            }
            #expect(
                a.overridden(by: b).checks["gpu.xid"] == b.checks["gpu.xid"] ?? a.checks["gpu.xid"])
        }
    }

    @Test(
        "A later layer that sets a code's limit takes the whole code: no severity of another file stays by chance"
    )
    func checks() throws {
        func read(_ text: String) throws -> FleetConfiguration {
            try ConfigurationFile.parse(text, origin: "f.yaml", findings: .standard)
        }
        let merged = try read("checks: {gpu.leaked_memory: off, gpu.count: warn}")
            .overridden(by: try read("checks: {gpu.leaked_memory: {limit: 300}}"))
        #expect(merged.findingPolicy.levels == ["gpu.count": .warn])
        #expect(merged.findingPolicy.limits == ["gpu.leaked_memory": 300])
    }

    @Test("The first layer that is broken is the one that is named, whatever the others say")
    func broken() throws {
        let folder = try TemporaryFolder([
            "fleet.yaml": "fan_out: {fanout: 0}\n", "x/fleet/config.yaml": "nonsense: 1\n",
        ])
        func error(_ environment: [String: String], slurm: String?) throws -> String {
            try #require(throws: ConfigurationError.self) {
                try ConfigurationLoader.load(
                    environment: environment, slurmFolder: slurm, findings: .standard)
            }.description
        }
        let all = ["XDG_CONFIG_HOME": folder.path + "/x", "FLEET_FANOUT": "many"]
        #expect(
            try error(all, slurm: folder.path)
                == "\(folder.path)/fleet.yaml:1: fanout must be a number from 1 to 4096, not '0'")
        #expect(
            try error(all, slurm: nil)
                == "\(folder.path)/x/fleet/config.yaml:1: unknown key 'nonsense'")
        #expect(
            try error(["FLEET_FANOUT": "many"], slurm: nil)
                == "FLEET_FANOUT: must be a number from 1 to 4096, not 'many'")
    }

    @Test("What is no text file in a file's place is told, a pipe at once, and the limit is 4 MiB")
    func noText() throws {
        let folder = try TemporaryFolder(["d/x": ""])
        let path = "\(folder.path)/config.yaml"
        func cause() throws -> String {
            try #require(throws: ConfigurationError.self) {
                try ConfigurationFile.read(path: path, findings: .standard)
            }.cause
        }
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(try cause() == "cannot be read as text")
        try FileManager.default.removeItem(atPath: path)
        try Data([0x61, 0x3a, 0x20, 0xff]).write(to: URL(fileURLWithPath: path))
        #expect(try cause() == "cannot be read as text")
        let most = 4 << 20
        let note = Data(("#" + String(repeating: "x", count: most - 1)).utf8)
        try note.write(to: URL(fileURLWithPath: path))
        #expect(try ConfigurationFile.read(path: path, findings: .standard) == FleetConfiguration())
        try (note + Data([0x78])).write(to: URL(fileURLWithPath: path))
        #expect(
            try cause()
                == "cannot read \(path): \(path) has \(most + 1) bytes, and \(most) is the most")
        #expect(try SettingsText.names(in: folder.path + "/d") == ["x"])
        #expect(try SettingsText.names(in: folder.path + "/none") == [])
        #expect(throws: ConfigurationError.self) { try SettingsText.names(in: path) }
    }

    @Test(
        "As root no settings are taken that another user could change, and it is said who and what to do",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot))
    func distrusted() throws {
        let folder = try TemporaryFolder(["own/f.yaml": "run_directory: /a\n"])
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        let path = "\(folder.path)/own/f.yaml"
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/link.yaml", withDestinationPath: "own/f.yaml")
        try folder.write("run_directory: /a\n", to: "theirs/f.yaml")
        for (place, words) in [
            (path, "anybody may write to \(path), and change what root runs"),
            ("\(folder.path)/link.yaml", "anybody may write to \(path), and change what root runs"),
            (
                "\(theirs)/f.yaml",
                "\(theirs) belongs to user 65534, who could change what root runs"
            ),
        ] {
            let error = try #require(throws: ConfigurationError.self) {
                try ConfigurationFile.read(path: place, findings: .standard)
            }
            #expect(
                error.description
                    == "\(place): root does not use it: \(words); give it to root alone, "
                    + "or call fleet with root's own HOME (sudo -H)")
        }
    }
}

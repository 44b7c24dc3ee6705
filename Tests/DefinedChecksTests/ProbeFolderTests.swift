import Configuration
import DefinedChecks
import Platform
import Terminal
import TestSupport
import Testing

/// Where probes are looked for, and which of two of one name is meant.
@Suite("Folders of probes") struct ProbeFolderTests {
    private static func probe(_ words: String, _ more: String = "") -> String {
        "description: \(words)\npayload: a\nbaseline: [a]\n\(more)"
    }

    private static func library(_ folder: String, _ environment: [String: String]? = nil)
        -> ProbeLibrary
    {
        ProbeLibrary(
            environment: environment ?? ["HOME": "\(folder)/home"], slurmFolder: "\(folder)/slurm",
            configuration: FleetConfiguration(),
            installation: Installation(program: "\(folder)/usr/bin/fleet"))
    }

    @Test(
        "A variable that is empty is as one that is not there; XDG's wins over HOME's",
        arguments: [
            (["HOME": "/h"], "/h/.config/fleet/probes"),
            (["HOME": "/h", "XDG_CONFIG_HOME": ""], "/h/.config/fleet/probes"),
            (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], "/x/fleet/probes"),
            (["XDG_CONFIG_HOME": "/x"], "/x/fleet/probes"), ([:], nil), (["HOME": ""], nil),
        ] as [([String: String], String?)])
    func own(_ environment: [String: String], _ own: String?) {
        let folders = Self.library("/f", environment).folders
        #expect(
            folders == [own].compactMap(\.self) + [
                "/f/slurm/fleet-probes", "/etc/fleet/probes", "/f/usr/share/fleet/probes",
            ])
    }

    @Test("Of files of one name the first folder's counts, and in one folder .yaml before .yml")
    func precedence() throws {
        let homes = "home/.config/fleet/probes", site = "slurm/fleet-probes"
        let shared = "usr/share/fleet/probes"
        let files = [
            "\(homes)/a.yml", "\(site)/a.yaml", "\(shared)/a.yaml", "\(site)/b.yml",
            "\(site)/b.yaml", "\(shared)/c.yml",
        ]
        for count in 0...files.count {
            // As the folders lose their files one by one, the next one's is meant.
            let left = files.dropFirst(count)
            let folder = try TemporaryFolder(
                Dictionary(
                    left.map { ($0, Self.probe($0)) }, uniquingKeysWith: { first, _ in first }))
            let library = Self.library(folder.path)
            let names = Set(
                left.compactMap { $0.split(separator: "/").last?.first.map(String.init) })
            #expect(library.entries.map(\.name) == names.sorted())
            for entry in library.entries {
                let own = left.filter { $0.contains("/\(entry.name).") }
                let best = own.first { $0.hasSuffix(entry.name == "b" ? ".yaml" : "") } ?? own.first
                #expect(try library.probe(entry.name).summary == best)
            }
        }
    }

    @Test("Only files that end like YAML are probes; a hidden end alone is no name")
    func names() throws {
        let folder = try TemporaryFolder(
            Dictionary(
                [
                    "x.yaml", "y.yml", ".yaml", ".yml", "z.YAML", "w.yaml~", "v.yaml.bak", "u",
                    "t.json",
                ]
                .map { ("slurm/fleet-probes/\($0)", Self.probe("d")) },
                uniquingKeysWith: { first, _ in first }))
        #expect(Self.library(folder.path).entries.map(\.name) == ["x", "y"])
    }

    @Test("What is not there is told with where it was looked for, and a file by its path")
    func gone() throws {
        let folder = try TemporaryFolder()
        let library = Self.library(folder.path)
        #expect(library.problems.isEmpty && library.entries.isEmpty)
        let unknown = #expect(throws: UsageError.self) { try library.probe("disk") }
        let words = try #require(unknown).description
        #expect(
            words.hasPrefix("there is no probe 'disk' in \(folder.path)/home/.config/fleet/probes"))
        #expect(words.contains("'fleet checks' lists them"))
        for path in ["./disk", "sub/disk.yaml", "disk.yml"] {
            let error = #expect(throws: UsageError.self) { try library.probe(path) }
            #expect(error?.description.hasPrefix("there is no file \(path); ") == true)
        }
    }

    @Test("A folder that is none hides no probe in silence: the one that is asked for may be in it")
    func broken() throws {
        let folder = try TemporaryFolder([
            "home/.config/fleet/probes": "a file", "slurm/fleet-probes/a.yaml": Self.probe("site"),
        ])
        let library = Self.library(folder.path)
        #expect(library.problems.map(\.origin) == ["\(folder.path)/home/.config/fleet/probes"])
        #expect(library.entries.map(\.name) == ["a"])
        #expect(throws: ConfigurationError.self) { try library.probe("a") }
        #expect(throws: ConfigurationError.self) { try library.healthProbes() }
        // By its path there is no doubt which is meant.
        #expect(
            try library.probe("\(folder.path)/slurm/fleet-probes/a.yaml").summary == "site")
    }

    @Test("A health check has the probes that say so, and is refused where a file cannot be read")
    func health() throws {
        let files = [
            "slurm/fleet-probes/a.yaml": Self.probe("a", "health: true\n"),
            "slurm/fleet-probes/b.yaml": Self.probe("b", "health: false\n"),
            "slurm/fleet-probes/c.yaml": Self.probe("c"),
            "usr/share/fleet/probes/a.yaml": Self.probe("a2"),
            "usr/share/fleet/probes/d.yaml": Self.probe("d", "health: yes\n"),
        ]
        let folder = try TemporaryFolder(files)
        #expect(try Self.library(folder.path).healthProbes().map(\.summary) == ["a", "d"])
        try folder.write("description: e\n", to: "slurm/fleet-probes/e.yaml")
        let error = #expect(throws: ConfigurationError.self) {
            try Self.library(folder.path).healthProbes()
        }
        #expect(error?.origin == "\(folder.path)/slurm/fleet-probes/e.yaml")
    }

    @Test("What the site expects is read for this probe's own fields, and for no other's")
    func expectations() {
        var configuration = FleetConfiguration()
        for (code, values) in [
            ("check.env.kernel", ["6.8*"]), ("check.env.a.b", ["x", "y"]),
            ("check.environment.v", ["1"]),
            ("check.env.empty", []), ("gpu.xid", ["1"]),
        ] {
            var setting = CheckSetting(from: .standard)
            setting.expected = values
            configuration.checks[code] = setting
        }
        let probe = ProbeDefinition(name: "env", summary: "", script: "")
        #expect(
            probe.expectations(of: configuration) == ["kernel": ["6.8*"], "a.b": ["x", "y"]])
    }
}

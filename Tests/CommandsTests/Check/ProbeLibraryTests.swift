@testable import Commands
@testable import Configuration
@testable import DefinedChecks
@testable import Terminal
import TestSupport
import Testing

@Suite struct ProbeLibraryTests {
    private func library(_ folder: TemporaryFolder) -> ProbeLibrary {
        var configuration = FleetConfiguration()
        configuration[.probesDirectory] = SettingValue(["\(folder.path)/more"], from: .standard)
        return ProbeLibrary(
            environment: ["HOME": "\(folder.path)/home"], slurmFolder: "\(folder.path)/slurm",
            configuration: configuration)
    }

    private static func probe(_ words: String) -> String {
        "description: \(words)\npayload: a\nbaseline: [a]\n"
    }

    @Test("The user's own win over the cluster's, those over the configured folder's")
    func order() throws {
        let folder = try TemporaryFolder([
            "home/.config/fleet/probes/a.yaml": Self.probe("user"),
            "slurm/fleet-probes/a.yaml": Self.probe("slurm"),
            "slurm/fleet-probes/b.yml": Self.probe("slurm"),
            "more/b.yaml": Self.probe("more"), "more/c.yaml": Self.probe("more"),
            "more/notes.txt": "", "more/.yaml": "",
        ])
        let listing = ProbeListing(library(folder))
        #expect(listing.rows.map(\.probe.name) == ["a", "b", "c"])
        #expect(listing.rows.map(\.probe.summary) == ["user", "slurm", "more"])
        #expect(listing.problems.isEmpty)
        #expect(try library(folder).probe("b").summary == "slurm")
        #expect(try library(folder).probe("\(folder.path)/more/b.yaml").summary == "more")
    }

    @Test func problems() throws {
        let folder = try TemporaryFolder([
            "more/a.yaml": Self.probe("fine"), "more/b.yaml": "colour: red\n",
        ])
        let listing = ProbeListing(library(folder))
        #expect(listing.rows.map(\.probe.name) == ["a"])
        #expect(listing.problems.map(\.line) == [1])
        #expect(throws: UsageError.self) { try library(folder).probe("gone") }
        #expect(throws: ConfigurationError.self) { try library(folder).probe("b") }
        #expect(throws: UsageError.self) { try library(folder).probe("./gone.yaml") }
    }

    @Test func listing() throws {
        var probe = ProbeDefinition(
            name: "environment", summary: "OS, kernel and mounts of every node.", script: "")
        probe.baseline = [.init("os")]
        let listing = ProbeListing(
            rows: [.init(probe: probe, path: "/etc/fleet/probes/environment.yaml")],
            problems: [ConfigurationError(origin: "/etc/x.yaml", line: 2, cause: "unknown key 'a'")]
        )
        try Golden.check(listing.lines(width: 80), "checks-80")
        try Golden.check(JSONOutput.pretty(listing.json), "checks-json")
    }
}

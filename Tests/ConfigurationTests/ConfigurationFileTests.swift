import Probes
@testable import Configuration
import TestSupport
import Testing

@Suite struct ConfigurationFileTests {
    private func parse(_ contents: String) throws -> FleetConfiguration {
        try ConfigurationFile.parse(contents, origin: "c.yaml", findings: .standard)
    }

    @Test func good() throws {
        let configuration = try parse(
            """
            # shared by every user
            run_directory: /shared/{user}/runs
            mount:
              point: "/fsx"
              filesystem_types: [lustre, ext4]
            """)
        #expect(configuration.runDirectory == "/shared/{user}/runs")
        #expect(configuration.mountPoint == "/fsx")
        #expect(configuration.fileSystemTypes == ["lustre", "ext4"])
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "null", "~"])
    func nothing(_ contents: String) throws {
        #expect(try parse(contents) == FleetConfiguration())
    }

    @Test func someKeys() throws {
        let configuration = try parse("mount: {point: /l}")
        #expect(configuration.mountPoint == "/l")
        #expect(configuration.runDirectory == nil && configuration.fileSystemTypes == nil)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let contents: String
        let description: String
        var testDescription: String { contents }

        init(_ contents: String, _ description: String) {
            self.contents = contents
            self.description = description
        }
    }

    @Test(arguments: [
        Bad("run_directory: /a\nrun_dir: /b\n", "c.yaml:2: unknown key 'run_dir'"),
        Bad("mount:\n  point: /l\n  type: x\n", "c.yaml:3: unknown key 'type'"),
        Bad("Mount: {}\n", "c.yaml:1: unknown key 'Mount'"),
        Bad("[1]: x", "c.yaml:1: unknown key '?'"),
        Bad("run_directory: [a]\n", "c.yaml:1: run_directory must be a text"),
        Bad("\nrun_directory:\n", "c.yaml:2: run_directory must be a text"),
        Bad("run_directory: ''\n", "c.yaml:1: run_directory must be a text"),
        // YAML's null, not the home.
        Bad("run_directory: ~\n", "c.yaml:1: run_directory must be a text"),
        Bad("mount:\n", "c.yaml:1: mount must be a mapping of keys to values"),
        Bad("mount: /lustre\n", "c.yaml:1: mount must be a mapping of keys to values"),
        Bad(
            "mount: {filesystem_types: lustre}\n",
            "c.yaml:1: filesystem_types must be a list of texts"),
        Bad(
            "mount: {filesystem_types: []}\n", "c.yaml:1: filesystem_types must be a list of texts"),
        Bad(
            "mount:\n  filesystem_types:\n    - a\n    - [b]\n",
            "c.yaml:3: filesystem_types must be a list of texts"),
        Bad("- a\n- b\n", "c.yaml:1: the file must be a mapping of keys to values"),
        Bad("just words", "c.yaml:1: the file must be a mapping of keys to values"),
        Bad("run_directory: /a\nmount: {point: /l\n", "c.yaml:3: is no YAML"),
        Bad("a: b: c\n", "c.yaml:1: is no YAML"),
        Bad("run_directory: \"/a\n", "c.yaml:2: is no YAML"),
        Bad(
            "run_directory: /a\nrun_directory: /b\n",
            "c.yaml:1: sets the same key twice: run_directory"),
    ])
    func bad(_ given: Bad) throws {
        let error = try #require(throws: ConfigurationError.self) { try parse(given.contents) }
        #expect(error.description.hasPrefix(given.description))
    }

    @Test func files() throws {
        let folder = try TemporaryFolder(["good.yaml": "run_directory: /r\n"])
        #expect(
            try ConfigurationFile.read(path: folder.path + "/good.yaml", findings: .standard)
                .runDirectory == "/r")
        #expect(
            try ConfigurationFile.read(path: folder.path + "/none.yaml", findings: .standard)
                == FleetConfiguration())
        // A folder of that name is not a file that is not there.
        let error = try #require(throws: ConfigurationError.self) {
            try ConfigurationFile.read(path: folder.path, findings: .standard)
        }
        #expect(error.description == "\(folder.path): cannot be read as text")
    }

    @Test func everyCut() throws {
        let contents =
            "run_directory: /shared/{user}\nmount:\n  point: /l\n  filesystem_types: [a]\n"
        for length in 0...contents.count {
            do {
                _ = try parse(String(contents.prefix(length)))
            } catch let error as ConfigurationError {
                #expect(error.origin == "c.yaml")
            }
        }
    }
}

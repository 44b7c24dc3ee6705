import Probes
@testable import Configuration
import Testing

/// Paths in a configuration file mean the same wherever fleet is called from.
@Suite struct ConfigurationPathTests {
    @Test(arguments: [
        ("run_directory: runs", "run_directory"), ("run_directory: ~other/runs", "run_directory"),
        ("run_directory: 5", "run_directory"), ("mount:\n  point: lustre", "point"),
    ])
    func relative(_ text: String, key: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.parse(text, origin: "f.yaml", findings: .standard)
        }
        #expect(error?.cause.hasPrefix("\(key) must be an absolute path") == true)
        #expect(error?.line == text.split(separator: "\n").count)
    }

    @Test(arguments: ["/home/{user}/runs", "~/runs"])
    func absolute(_ path: String) throws {
        let read = try ConfigurationFile.parse(
            "run_directory: \(path)", origin: "f.yaml", findings: .standard)
        #expect(read.runDirectory == path)
    }
}

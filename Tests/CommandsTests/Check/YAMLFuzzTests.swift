import Probes
import Sweeps
@testable import Configuration
@testable import DefinedChecks
import TestSupport
import Testing

/// Settings and probes, damaged as long as time allows, in a process of its own.
@Suite("Fuzzing: YAML", .timeLimit(.minutes(10)))
struct YAMLFuzzTests {
    @Test("Settings and probes") func files() async {
        await #expect(processExitsWith: .success) {
            let words = [
                "rules:\n", "- field: a\n", "matches: \"(a+)+\"\n", "!!binary ", "<<: *text\n",
                "? ", "%YAML 1.2\n---\n", "mount: {point: ", "checks:\n  gpu.count: 5\n",
            ]
            Fuzzing.run("yaml", pieces: words) { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                _ = try? ProbeFile.parse(text, origin: "/etc/fleet/probes/a.yaml")
                _ = try? ConfigurationFile.parse(
                    text, origin: "/etc/fleet/config.yaml", findings: .standard)
            }
        }
    }
}

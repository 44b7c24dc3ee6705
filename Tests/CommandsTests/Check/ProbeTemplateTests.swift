@testable import Commands
@testable import DefinedChecks
import Testing

/// `fleet check --init`: what it writes is a probe.
@Suite struct ProbeTemplateTests {
    @Test func start() throws {
        let probe = try ProbeFile.parse(ProbeTemplate.text("cooling"), origin: "./cooling.yaml")
        #expect(probe.name == "cooling" && probe.rules.count == 2 && probe.baseline.count == 1)
        #expect(ProbeTemplate.text("x").split(separator: "\n").count { $0.hasPrefix("#") } > 8)
    }

    @Test(arguments: ["../x", "", "a b", "-x", "a/b", "x.yaml"])
    func names(_ name: String) {
        #expect(!ProbeTemplate.isName(name) && ProbeTemplate.isName("gpu-cooling_2"))
    }
}

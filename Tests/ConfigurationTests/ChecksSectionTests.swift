import Probes
@testable import Configuration
@testable import GPUCheck
import Testing
@testable import Verdicts

@Suite struct ChecksSectionTests {
    private func read(_ text: String) throws -> FleetConfiguration {
        try ConfigurationFile.parse(text, origin: "f.yaml", findings: .standard)
    }

    @Test func severities() throws {
        let configuration = try read(
            """
            checks:
              gpu.throttle: off
              gpu.odd.vbios: {severity: fail}
              gpu.leaked_memory: {severity: warn, limit: 200}
              gpu.temperature: {limit: 10}
              check.environment.kernel: info
              check.environment.fsx: {expect: mounted, severity: warn}
              check.environment.enroot: {expect: [3.4.1, "3.5.*"]}
            """)
        let policy = configuration.findingPolicy
        #expect(
            policy.levels == [
                "gpu.throttle": .off, "gpu.odd.vbios": .fail, "gpu.leaked_memory": .warn,
                "check.environment.kernel": .info, "check.environment.fsx": .warn,
            ])
        #expect(policy.limits == ["gpu.leaked_memory": 200, "gpu.temperature": 10])
        #expect(GPULimits(policy).leakedMiB == 200)
        #expect(configuration.checks["gpu.throttle"]?.origin == .file("f.yaml", line: 2))
        #expect(configuration.checks["check.environment.fsx"]?.expected == ["mounted"])
        let enroot = configuration.checks["check.environment.enroot"]
        #expect(enroot?.words == "expect 3.4.1 or 3.5.*" && enroot?.expected.count == 2)
        #expect(configuration.checks["gpu.leaked_memory"]?.words == "warn, limit 200")
    }

    @Test("The stronger file wins code by code")
    func layers() throws {
        let merged = try read("checks: {gpu.throttle: off, gpu.count: warn}")
            .overridden(by: try read("checks: {gpu.throttle: fail}"))
        #expect(merged.findingPolicy.levels == ["gpu.throttle": .fail, "gpu.count": .warn])
    }

    @Test(arguments: [
        ("checks: a", "f.yaml:1: checks must be a mapping"),
        ("checks:\n  gpu.thrttle: off", "f.yaml:2: unknown code 'gpu.thrttle'"),
        ("checks:\n  gpu.throttle: bad", "f.yaml:2: checks.gpu.throttle must be one of off, info"),
        ("checks:\n  gpu.throttle: [off]", "f.yaml:2: checks.gpu.throttle must be one of"),
        ("checks:\n  gpu.throttle: unknown", "must be one of off, info, warn, fail"),
        ("checks:\n  gpu.throttle:\n    level: off", "f.yaml:3: unknown key 'level'"),
        ("checks:\n  gpu.throttle:\n    limit: 3", "f.yaml:3: checks.gpu.throttle takes no limit"),
        (
            "checks:\n  gpu.xid:\n    limit: long",
            "f.yaml:3: checks.gpu.xid.limit must be a number of hours"
        ),
        ("checks:\n  gpu.xid:\n    limit: 0", "limit must be a number of hours from 1 to 8760"),
        ("checks:\n  gpu.xid:\n    expect: 3", "f.yaml:3: checks.gpu.xid.expect is for fields"),
        ("checks:\n  check.a.b: {expect: []}", "checks.check.a.b.expect must be a text or a list"),
        ("checks:\n  check.a.b: {expect: [a, [b]]}", "expect must be a text or a list of texts"),
        ("checks:\n  gpu.xid: {}", "f.yaml:2: checks.gpu.xid sets neither"),
    ])
    func wrong(_ text: String, _ words: String) {
        #expect {
            try read(text)
        } throws: { error in
            #expect("\(error)".contains(words), "\(error)")
            return error is ConfigurationError
        }
    }

    @Test("A site's margin is compared with each GPU's, once")
    func margin() {
        var policy = FindingPolicy()
        policy.limits = ["gpu.temperature": 10]
        let gpus = [7, 10, 30].enumerated().map { index, margin in
            FactValue.object(["index": .int(index), "temperature_margin_c": .int(margin)])
        }
        let limits = FactLimits(GPULimits(policy))
        let judgement = Judgement(facts: ["gpus": .list(gpus)])
        let findings = limits.findings(beside: judgement)
        #expect(findings.map(\.text).first?.hasPrefix("GPU 0: 7 degrees left") == true)
        let once = Judgement(findings: findings, facts: judgement.facts)
        #expect(once.findings.count == 1 && limits.findings(beside: once).isEmpty)
    }
}

import Probes
import TestSupport
@testable import Configuration
@testable import FanOut
import Foundation
@testable import LustreCheck
@testable import SlurmModel
import Testing

@Suite struct SettingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let setting: Setting
        let good: [String]
        let bad: [String]
        var testDescription: String { setting.key }

        init(_ setting: Setting, good: [String], bad: [String]) {
            self.setting = setting
            self.good = good
            self.bad = bad
        }
    }

    private static let words = ["physics", "a_b-c.d", "한글", "gpu,cpu"]
    private static let noWords = [" ", "a b", "-x", "a\tb", "\u{1b}[31m"]

    static let cases = [
        Case(.via, good: ["auto", "job", "srun", "direct"], bad: ["Job", "ssh", " job"]),
        Case(.fanout, good: ["1", "64", "4096"], bad: ["0", "4097", "-1", "1e3", "many", "6 4"]),
        Case(.group, good: ["1", "32", "4096"], bad: ["0", "4097", "-1", "all"]),
        Case(.wait, good: ["30", "30s", "10m", "24h"], bad: ["0", "-1", "25h", "1d", "s"]),
        Case(.onBusy, good: ["wait", "run", "skip"], bad: ["auto", "WAIT"]),
        Case(.account, good: words, bad: noWords), Case(.qos, good: words, bad: noWords),
        Case(.reservation, good: words, bad: noWords),
        Case(.partition, good: words, bad: noWords),
        Case(.exclusive, good: ["true", "false"], bad: ["yes", "1", "True"]),
        Case(
            .gres, good: ["gpu", "gpu:1", "gpu:h100:2", "gpu:1g.10gb:1", "gpu:1,shard:2"],
            bad: ["gpu:", ":1", "gpu:1,", "gpu 1", "gpu:a:1:2", "1", "gpu=1"]),
        Case(
            .memory, good: ["512", "512M", "4G", "4g", "1T", "64T"],
            bad: ["0", "4GB", "-1G", "G", "65T", "1.5G", "4K", "٤G", "9223372036854775807T"]),
        Case(
            .historyKeep, good: ["1h", "90d", "520w"], bad: ["0d", "90", "-1d", "1y", "d", "1.5d"]),
        Case(
            .historySite, good: ["none", "/var/lib/x/h.sqlite", "/h"],
            bad: ["None", "non", "h.sqlite", "./h.sqlite", "~/h.sqlite", "/h\n"]),
        Case(.historyRecord, good: ["true", "false"], bad: ["no", "0"]),
        Case(
            .jobName, good: ["fleet", "ops-1_a.b", String(repeating: "x", count: 64)],
            bad: ["a b", "a/b", "é", "a\n", String(repeating: "x", count: 65)]),
    ]

    @Test(arguments: cases)
    func variables(_ given: Case) throws {
        let name = given.setting.row.variable
        for text in given.good {
            let read = try ConfigurationLoader.load(
                environment: [name: text], slurmFolder: nil, findings: .standard)
            #expect(read[given.setting] == SettingValue([text], from: .variable(name)))
        }
        for text in given.bad {
            let error = #expect(throws: ConfigurationError.self, "\(text)") {
                try ConfigurationLoader.load(
                    environment: [name: text], slurmFolder: nil, findings: .standard)
            }
            #expect(
                error?.description
                    == "\(name): must be \(given.setting.row.kind.expectation), not '\(text)'")
        }
        // Empty means unset.
        let unset = try ConfigurationLoader.load(
            environment: [name: ""], slurmFolder: nil, findings: .standard)
        #expect(unset[given.setting] == nil)
    }

    @Test(arguments: cases)
    func files(_ given: Case) throws {
        let words = given.setting.key.split(separator: ".")
        func parse(_ text: String) throws -> FleetConfiguration {
            let quoted = text.replacing("\n", with: "\\n").replacing("\t", with: "\\t")
                .replacing("\u{1b}", with: "\\e")
            return try ConfigurationFile.parse(
                "# a comment\n\(words[0]):\n  \(words[1]): \"\(quoted)\"\n", origin: "f.yaml",
                findings: .standard)
        }
        for text in given.good {
            let read = try parse(text)[given.setting]
            #expect(read == SettingValue([text], from: .file("f.yaml", line: 3)))
        }
        for text in given.bad {
            let error = #expect(throws: ConfigurationError.self, "\(text)") { try parse(text) }
            #expect(error?.description.hasPrefix("f.yaml:3: \(words[1]) must be ") == true)
        }
        for text in ["", "[a]", "{a: b}", "null"] {
            let error = #expect(throws: ConfigurationError.self) {
                try ConfigurationFile.parse(
                    "\(words[0]):\n  \(words[1]): \(text)\n", origin: "f.yaml", findings: .standard)
            }
            #expect(error?.description.hasPrefix("f.yaml:2: \(words[1]) must be ") == true)
        }
    }

    @Test(arguments: ["mount.point: /l", "fan_out: {waits: 1}", "jobs:\n  nice: 1", "via: job"])
    func unknownKeys(_ text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.parse(text, origin: "f.yaml", findings: .standard)
        }
        #expect(error?.cause.hasPrefix("unknown key '") == true)
        #expect(error?.line == text.split(separator: "\n").count)
    }

    /// Scalars as people write them, without quotes.
    @Test func plainScalars() throws {
        let read = try ConfigurationFile.parse(
            """
            fan_out: {via: srun, fanout: 128, group: 8, wait: 90, on_busy: skip}
            jobs:
              account: physics
              exclusive: true
              gres: gpu:h100:2
              memory: 4G
              name: ops
            """, origin: "f.yaml", findings: .standard)
        #expect(
            read.via == .srun && read.fanout == 128 && read.group == 8 && read.wait == Seconds(90))
        #expect(read.onBusy == .skip && read.account == "physics" && read.exclusive)
        #expect(read.gres == "gpu:h100:2" && read.memoryMiB == 4_096 && read.jobName == "ops")
    }

    @Test func defaults() {
        let none = FleetConfiguration()
        #expect(
            none.via == .auto && none.fanout == 64 && none.group == 32 && none.wait == Seconds(30))
        #expect(none.onBusy == nil && none.account == nil && none.qos == nil)
        #expect(none.reservation == nil && none.partition == nil && !none.exclusive)
        #expect(none.gres == nil && none.memoryMiB == nil && none.jobName == "fleet")
        #expect(none.historyFile == nil && none.historyKeep.seconds == 90 * 86_400)
        #expect(none.recordsHistory)
        let lustre = LustreSettings()
        #expect(none.value(of: .mountPoint).text == lustre.mountPoint)
        #expect(none.value(of: .fileSystemTypes).words == lustre.types)
    }

    @Test(arguments: Setting.allCases)
    func table(_ setting: Setting) {
        let row = setting.row
        #expect(row.standard.allSatisfy(row.kind.accepts))
        #expect(row.variable.hasPrefix("FLEET_") && row.meaning.hasSuffix("."))
        #expect(Setting.allCases.count { $0.row.variable == row.variable } == 1)
    }

    /// What is in the table is in the documentation.
    @Test(arguments: Setting.allCases)
    func documentation(_ setting: Setting) throws {
        let package = SharedData.checkout
        let reference = try String(
            contentsOf: package.appendingPathComponent("docs/reference.md"), encoding: .utf8)
        #expect(reference.contains("| `\(setting.key)` | `\(setting.row.variable)` |"))
    }
}

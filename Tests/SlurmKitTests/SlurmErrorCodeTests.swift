import Foundation
@testable import Platform
import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

@Suite struct SlurmErrorCodeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: Int32
        let kind: SlurmError.Kind
        let cause: String
        var testDescription: String { "\(code)" }

        init(_ code: Int32, _ kind: SlurmError.Kind, _ cause: String) {
            self.code = code
            self.kind = kind
            self.cause = cause
        }
    }

    @Test(arguments: [
        Case(11, .temporary, "temporarily unavailable"),
        Case(1001, .controller, "Communication"), Case(1002, .controller, "send"),
        Case(1003, .controller, "receive"), Case(1004, .controller, "shutdown"),
        Case(1005, .controller, "Incompatible versions"), Case(1006, .controller, "version"),
        Case(1007, .controller, "uthentication"),
        // 22.05 has a text for it, though no name of its own.
        Case(1008, .controller, ""), Case(-1, .controller, "nspecified"),
        Case(1000, .controller, "nexpected"),
        Case(1800, .controller, "ontroller"),
        Case(1801, .controller, "ontroller"), Case(1802, .controller, "ontroller"),
        Case(1803, .controller, "ontroller"),
        // Slurm 22.05 has no text for the numbers of later releases.
        Case(1804, .temporary, "1804"), Case(4034, .temporary, "4034"),
        Case(1900, .other, "not changed"), Case(2000, .refused, "partition"),
        Case(2002, .permission, "denied"), Case(2010, .permission, "user id"),
        Case(2014, .refused, "node configuration"), Case(2015, .refused, "partition"),
        Case(2016, .temporary, "busy"), Case(2017, .other, "nvalid job id"),
        Case(2018, .input, "node"), Case(2021, .other, "already"),
        Case(2027, .controller, "standby"), Case(2028, .refused, "state"),
        Case(2045, .refused, "account"), Case(2050, .limit, "QOS policy"),
        Case(2051, .refused, "ime limit"), Case(2052, .refused, "reservation"),
        Case(2053, .refused, "reservation"), Case(2056, .refused, "reservation"),
        Case(2059, .temporary, "ports"), Case(2061, .temporary, "rolog"),
        Case(2063, .refused, "nvalid"), Case(2066, .refused, "qos"),
        Case(2068, .refused, "not available"), Case(2072, .refused, "gres"),
        Case(2076, .refused, "Step limit"), Case(2081, .refused, "array"),
        Case(2101, .refused, "DOWN"), Case(2127, .refused, "nvironment"),
        Case(4007, .controller, "expired"), Case(4022, .refused, "prolog"),
        Case(5000, .controller, "zero length"), Case(5001, .controller, "length"),
        Case(5002, .controller, "entire message"),
        Case(5003, .controller, "longer than"), Case(5004, .controller, "timed out"),
        Case(5005, .controller, "Zero Bytes"), Case(6000, .controller, "credential"),
        Case(6001, .controller, "public key"),
    ])
    func codes(_ given: Case) throws {
        let error = SlurmError(code: given.code, attempt: "try")
        #expect(error.kind == given.kind)
        #expect(error.code == given.code)
        #expect(
            given.cause.isEmpty || error.cause.lowercased().contains(given.cause.lowercased()),
            "\(error)")
        let remedy = try #require(error.remedy)
        // One or two sentences that say what to do.
        #expect(remedy.hasSuffix(".") && remedy.count <= 200 && !remedy.contains("\n"))
    }

    /// Numbers that fleet does not explain, and numbers nobody has.
    @Test(arguments: [1, 0, 2_024, 3_000, 7_000, 99_999, -2, .max, .min] as [Int32])
    func unexplained(_ code: Int32) {
        let error = SlurmError(code: code, attempt: "try")
        #expect(error.kind == .other && error.code == code && error.remedy == nil)
        #expect(!error.cause.isEmpty)
    }

    /// Every number of the facts about Slurm has a meaning.
    @Test(.enabled(if: SharedData.has("facts/slurm.md"), SharedData.whyNot))
    func facts() throws {
        let facts = try String(
            contentsOf: SharedData.folder.appendingPathComponent("facts/slurm.md"), encoding: .utf8)
        let section = try #require(facts.split(separator: "### (f)").last)
        let text = section.prefix { $0 != "#" }.replacing(/\([^)]*\)/, with: "")
        let codes = text.matches(of: /\b[1-6]\d{3}\b/).compactMap { Int32($0.output) }
        #expect(codes.count > 35)
        for code in codes { #expect(SlurmErrorMeaning.of(code) != nil, "\(code)") }
    }

    /// A full queue is worth waiting for in every release, whatever its number is there.
    @Test(arguments: [
        ("22.05", 11, true), ("24.11", 11, true), ("26.05", 11, true), ("22.05", 2_007, false),
        ("24.11", 2_007, false), ("25.11", 2_007, false), ("26.05", 2_007, true),
        ("26.11", 2_007, true), ("23.11", 1_805, false), ("24.05", 1_805, true),
    ])
    func busy(_ release: String, _ code: Int32, _ isBusy: Bool) {
        #expect((SlurmErrorMeaning.table(for: release)[code]?.kind == .temporary) == isBusy)
    }

    /// What a release gave anew means that, and every number that all releases have is in each table.
    @Test func releases() {
        let (old, new) = (
            SlurmErrorMeaning.table(for: "22.05"), SlurmErrorMeaning.table(for: "26.05")
        )
        #expect(Set(old.keys).isSubset(of: new.keys))
        #expect(old[1_023] == nil && new[1_023]?.kind == .controller)
        #expect(old[6_001]?.remedy.contains("munge") == true)
        #expect(new[6_001]?.remedy.contains("clocks") == true)
    }

    /// No number is explained twice.
    @Test func table() {
        let meanings = SlurmErrorMeaning.byCode
        #expect(meanings.allSatisfy { $1.codes.contains($0) })
        #expect(Set(meanings.values.map(\.remedy)).count < meanings.count)
    }

    @Test func version() {
        let parts = SlurmLibrary.version.split(separator: ".").map { Int($0) }
        #expect(parts.count == 3 && !parts.contains(nil))
        #expect(SlurmLibrary.version.dropFirst(2).first == ".")
    }

    @Test func users() {
        #expect(Users.name(of: 0) == "root")
        #expect(Users.home(of: 0) == "/root")
        #expect(Users.name(of: 4_000_000_123) == "4000000123")
        #expect(Users.home(of: 4_000_000_123) == nil)
    }
}

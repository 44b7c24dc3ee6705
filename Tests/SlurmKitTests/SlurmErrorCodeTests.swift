import SlurmModel
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
        Case(1001, .controller, "Communication"),
        Case(1005, .controller, "Incompatible versions"),
        Case(1800, .controller, "ontroller"),
        Case(1007, .controller, "uthentication"),
        Case(2000, .refused, "partition"),
        Case(2002, .permission, "denied"),
        Case(2010, .permission, ""),
        Case(2015, .refused, "partition"),
        Case(2018, .input, "node"),
        Case(2051, .refused, "ime limit"),
        Case(2072, .refused, "gres"),
        Case(1, .other, "not permitted"),
        Case(2017, .other, "nvalid job id"),
        // Numbers nobody has.
        Case(99_999, .other, ""), Case(-1, .other, ""), Case(.max, .other, ""),
        Case(.min, .other, ""),
    ])
    func codes(_ given: Case) {
        let error = SlurmError(code: given.code, attempt: "try")
        #expect(error.kind == given.kind)
        #expect(error.code == given.code)
        #expect(given.cause.isEmpty || error.cause.contains(given.cause), "\(error)")
        #expect(!error.cause.isEmpty)
        #expect((error.remedy == nil) == (given.kind == .other), "\(error)")
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

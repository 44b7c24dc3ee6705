import TestSupport
import Testing

@testable import SlurmKit

/// Hostlists, damaged as long as time allows, in a process of its own.
@Suite("Fuzzing: hostlists", .timeLimit(.minutes(10)))
struct HostlistFuzzTests {
    @Test("Expanding and folding") func lists() async {
        await #expect(processExitsWith: .success) {
            Fuzzing.run("hostlists", pieces: ["[", "]", "-", ",", "[1-65536]", "[001-999]", "x"]) {
                let text = String(decoding: $0, as: UTF8.self)
                guard let names = try? Hostlist.expand(text) else { return }
                precondition(names.count <= Hostlist.maximumCount)
                _ = Hostlist.fold(names)
            }
        }
    }
}

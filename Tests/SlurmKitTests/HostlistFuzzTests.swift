import TestSupport
import Testing

@testable import SlurmKit

/// Hostlists, damaged as long as time allows, in a process of its own.
@Suite("Fuzzing: hostlists", .timeLimit(.minutes(10)))
struct HostlistFuzzTests {
    @Test("Expanding and folding") func lists() async {
        await #expect(processExitsWith: .success) {
            // The largest list, 65,536 names, takes seconds where nothing is optimised: not one in each input.
            Fuzzing.run("hostlists", pieces: ["[", "]", "-", ",", "[1-655]", "[001-999]", "x"]) {
                guard $0.count < 20_000 else { return }
                let text = String(decoding: $0, as: UTF8.self)
                guard let names = try? Hostlist.expand(text) else { return }
                precondition(names.count <= Hostlist.maximumCount)
                _ = Hostlist.fold(names)
            }
        }
    }
}

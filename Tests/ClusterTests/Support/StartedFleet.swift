import FoundationEssentials
import Testing

/// A fleet that goes on beside its test.
struct StartedFleet: Sendable {
    /// Holds its streams, pid and exit status.
    let folder: String

    /// What it printed so far.
    var out: String { text("out") }
    /// What it said so far.
    var err: String { text("err") }

    /// Sends it a signal.
    func signal(_ name: String) async throws {
        let ran = try await Ran.run("/bin/kill", ["-\(name)", text("pid").filter(\.isNumber)])
        #expect(ran.status == 0, "kill: \(ran.err)")
    }

    /// Waits for its end.
    ///
    /// - Returns: Its exit status; nil where it goes on for longer.
    func status(within seconds: Double = 30) async throws -> Int? {
        for _ in 0..<Int(seconds * 10) {
            if let status = Int(text("status").filter(\.isNumber)) { return status }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// What it printed, as a JSON document.
    func document() throws -> RunDocument {
        try JSONDecoder().decode(RunDocument.self, from: Data(out.utf8))
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: URL(filePath: "\(folder)/\(name)"), encoding: .utf8)) ?? ""
    }
}

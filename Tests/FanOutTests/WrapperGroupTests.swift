@testable import FanOut
import SlurmModel
import TestSupport
import Testing

/// The wrapper as a task of a group, by the real /bin/sh.
@Suite(.timeLimit(.minutes(20))) struct WrapperGroupTests {
    private static func carrier(most: Int = 1 << 20) -> JobScript.Carrier {
        .group(files: [:], most: most)
    }

    /// What a node sends, with the label that srun would put before each line.
    private func events(
        _ payload: Payload, node: String = "gpu-1", most: Int = 1 << 20
    ) async throws -> [GroupStream.Event] {
        // The script is the same for all nodes: it does not hold the name.
        let bench = try WrapperBench(node: "gpu-0")
        let ended = try await bench.run(
            payload, carrier: Self.carrier(most: most), environment: ["SLURMD_NODENAME": node])
        let lines = String(decoding: ended.stdout, as: UTF8.self).split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count < 1_024 })
        #expect(try bench.records().isEmpty)
        var stream = GroupStream(nonce: "secret", nodes: [node])
        return stream.take(Array(lines.map { "0: \($0)\n" }.joined().utf8))
    }

    @Test(
        "Every byte comes back, with the node's own name",
        arguments: [
            ["printf", "a\\000\\377b"], ["true"], ["sh", "-c", "echo fleet-sent/1 secret"],
            ["sh", "-c", "head -c 300000 /dev/urandom; echo err >&2; exit 3"],
        ])
    func record(_ arguments: [String]) async throws {
        let events = try await events(Payload(arguments: arguments, timeout: 20), node: "gpu-7")
        #expect(events.count == 2)
        #expect(events.first == .begun("gpu-7"))
        guard case .answered("gpu-7", let bytes)? = events.last else {
            Issue.record("\(events)")
            return
        }
        let key = RecordKey(run: "r1", node: "gpu-7", nonce: "secret", job: RecordKey.local)
        let record = try Record(bytes: bytes, key: key)
        switch arguments.last {
        case "a\\000\\377b": #expect(record.stdout == [97, 0, 255, 98])
        case "true": #expect(record.stdout.isEmpty && record.exit == .exited(0))
        case "echo fleet-sent/1 secret":
            #expect(record.stdout == Array("fleet-sent/1 secret\n".utf8))
        default:
            #expect(record.stdout.count == 300_000)
            #expect((record.stderr, record.exit) == (Array("err\n".utf8), .exited(3)))
        }
    }

    @Test("More than a node may send in a group is only told")
    func large() async throws {
        let payload = Payload(arguments: ["head", "-c", "3000", "/dev/zero"], timeout: 20)
        #expect(try await events(payload, most: 2_999) == [.begun("gpu-1"), .large("gpu-1")])
        #expect(try await events(payload, most: 3_000).count == 2)
    }

    @Test("{node} is the name that the node has", arguments: ["it's", "$HOME", "\"q\"", "*", "%s"])
    func template(_ name: String) async throws {
        var payload = Payload(
            arguments: ["printf", "%s|", "<{node}>", "{node}", "a'b"], timeout: 20)
        payload.isTemplate = true
        guard case .answered(_, let bytes)? = try await events(payload, node: name).last else {
            Issue.record("no answer")
            return
        }
        let key = RecordKey(run: "r1", node: name, nonce: "secret", job: RecordKey.local)
        let record = try Record(bytes: bytes, key: key)
        #expect(String(decoding: record.stdout, as: UTF8.self) == "<\(name)>|\(name)|a'b|")
    }
}

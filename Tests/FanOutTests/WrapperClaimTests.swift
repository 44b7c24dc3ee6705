@testable import FanOut
import Foundation
import Subprocess
import TestSupport
import Testing

/// Who decides over an attempt: wrapper or head, never both.
@Suite("Wrapper: claims", .timeLimit(.minutes(20)))
struct WrapperClaimTests {
    private static let withdrawn = TerminationStatus.exited(
        Int32(WrapperFailure.withdrawn.rawValue))

    @Test("What the head has taken back never begins, and leaves nothing")
    func takenByHead() async throws {
        let bench = try WrapperBench()
        #expect(bench.directory.claim(node: "gpu-1", attempt: 1) == .withdrawn)
        let marker = "\(bench.folder.path)/ran"
        let ended = try await bench.run(Payload(arguments: ["touch", marker], timeout: 20))
        #expect(ended.status == Self.withdrawn)
        #expect(!FileManager.default.fileExists(atPath: marker))
        #expect(try bench.records() == [".gpu-1.1.claim"])
        #expect(bench.directory.scan() == RecordScan())
    }

    @Test("What has begun cannot be taken back")
    func takenByNode() async throws {
        let bench = try WrapperBench()
        _ = try await bench.record(Payload(arguments: ["true"], timeout: 20))
        #expect(bench.directory.claim(node: "gpu-1", attempt: 1) == .begun)
    }

    @Test("A second start of the same attempt, such as a requeued job, runs nothing")
    func twice() async throws {
        let bench = try WrapperBench()
        let file = "\(bench.folder.path)/count"
        let payload = Payload(arguments: ["sh", "-c", "echo x >>\(file)"], timeout: 20)
        #expect(try await bench.run(payload).status == .exited(0))
        #expect(try await bench.run(payload).status == Self.withdrawn)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "x\n")
    }

    @Test("A claim that cannot be made is no withdrawal: the node cannot write")
    func cannotClaim() async throws {
        // The streams' names just fit, the claim's does not.
        let bench = try WrapperBench(node: String(repeating: "n", count: 240))
        let marker = "\(bench.folder.path)/ran"
        let ended = try await bench.run(
            Payload(arguments: ["touch", marker], timeout: 20), attempt: 1_000_000_000)
        #expect(ended.status == .exited(Int32(WrapperFailure.notWritable.rawValue)))
        #expect(!FileManager.default.fileExists(atPath: marker))
        #expect(try bench.records() == [])
    }

    @Test("Attempts and nodes are claimed each for itself")
    func apart() async throws {
        let bench = try WrapperBench()
        #expect(bench.directory.claim(node: "gpu-1", attempt: 1) == .withdrawn)
        #expect(bench.directory.claim(node: "gpu-2", attempt: 2) == .withdrawn)
        let ended = try await bench.run(Payload(arguments: ["true"], timeout: 20), attempt: 2)
        #expect(ended.status == .exited(0))
        #expect(bench.directory.claim(node: "gpu-1", attempt: 2) == .begun)
    }

    @Test(
        "Wrapper and head at once: exactly one of them has it",
        arguments: 0..<Fuzzing.rounds(12, few: 4))
    func race(_ round: Int) async throws {
        let bench = try WrapperBench()
        let marker = "\(bench.folder.path)/ran"
        let directory = bench.directory
        async let ended = bench.run(Payload(arguments: ["touch", marker], timeout: 20))
        let claim = Task.detached {
            try await Task.sleep(for: .milliseconds(round))
            return directory.claim(node: "gpu-1", attempt: 1)
        }
        let status = try await ended.status
        let hasRun = FileManager.default.fileExists(atPath: marker)
        switch try await claim.value {
        case .withdrawn:
            #expect(status == Self.withdrawn)
            #expect(!hasRun)
        case .begun:
            #expect(status == .exited(0))
            #expect(hasRun)
        case .unknown: Issue.record("no claim")
        }
    }
}

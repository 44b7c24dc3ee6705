@testable import FanOut
import Foundation
import Subprocess
import TestSupport
import Testing

/// Names, paths and arguments that a shell could misread.
@Suite(.timeLimit(.minutes(20))) struct JobScriptTests {
    /// No blanks: Slurm's names have none, and a record's trailer is made of words.
    @Test(arguments: ["it's", "$HOME", "`id`", "a\\b", "\"q\"", "*", "a;b", "한글", "%s", "!x"])
    func node(_ name: String) async throws {
        let bench = try WrapperBench(node: name)
        var payload = Payload(arguments: ["printf", "%s|", "<{node}>"], timeout: 20)
        payload.isTemplate = true
        let record = try await bench.record(payload)
        #expect(String(decoding: record.stdout, as: UTF8.self) == "<\(name)>|")
        #expect(try bench.records() == [".\(name).1.claim", "\(name).local"].sorted())
        let streamed = try await bench.run(payload, carrier: .stream(files: [:]))
        #expect(try Record(bytes: streamed.stdout, key: bench.key).stdout == record.stdout)
    }

    @Test(arguments: [
        "it's", "$HOME", "a b", "two\nlines", "back\\slash", "-rf", "한글 🚀", "a'\u{301}b",
    ])
    func directory(_ name: String) async throws {
        let bench = try WrapperBench(base: name)
        let record = try await bench.record(Payload(arguments: ["echo", "ok"], timeout: 20))
        #expect(record.stdout == Array("ok\n".utf8))
    }

    @Test(arguments: UInt64(0)..<UInt64(Fuzzing.rounds(40, few: 10)))
    func anyArguments(_ seed: UInt64) async throws {
        var random = SeededRandom(seed)
        let alphabet = Array("'\"\\$`!*?[]{}()<>|&;#~= \n\t-%aé🚀").map(String.init)
        let words = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            (0..<Int.random(in: 0...12, using: &random))
                .map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
        }
        var payload = Payload(arguments: ["printf", "%s\\0"] + words, timeout: 20)
        payload.environment = ["FLEET_X=\(words.joined())"]
        let record = try await WrapperBench().record(payload)
        #expect(
            String(decoding: record.stdout, as: UTF8.self)
                == words.map { $0 + "\0" }.joined())
    }

    @Test func end() {
        let key = RecordKey(run: "r", node: "n", nonce: "x", job: RecordKey.local)
        let payload = Payload(arguments: ["true"], timeout: 20)
        for carrier: JobScript.Carrier in [.directory("/r"), .stream(files: [:])] {
            let text = JobScript.text(payload: payload, key: key, carrier: carrier)
            #expect(text.hasPrefix("#!/bin/sh\n"))
            #expect(text.hasSuffix("\n\(JobScript.end)\n"))
        }
    }

    /// The job's own number is known on the node only; a step's is the launcher's and the attempt's.
    @Test func job() {
        let payload = Payload(arguments: ["true"], timeout: 20)
        func line(_ job: String) -> Substring? {
            JobScript.text(
                payload: payload,
                key: RecordKey(run: "r", node: "n", nonce: "x", job: job), attempt: 2,
                carrier: .directory("/r")
            ).split(separator: "\n").first { $0.hasPrefix("job=") }
        }
        #expect(line(RecordKey.local) == "job=")
        #expect(line("direct-2") == "job='direct-2'")
    }
}

import Foundation
@testable import GPUCheck
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct GzipTests {
    private func packed(_ bytes: [UInt8], _ level: String) async throws -> [UInt8] {
        try await Subprocess.run(
            .path("/bin/gzip"), arguments: ["-c", level], input: .array(bytes),
            output: .bytes(limit: 1 << 24), error: .discarded
        ).standardOutput
    }

    @Test("What gzip packs comes back, whatever it is", arguments: ["-1", "-6", "-9"])
    func roundTrip(level: String) async throws {
        var random = SeededRandom(7)
        let noise = (0..<70_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = SMIDocument(gpus: 8).bytes
        let repeated = [UInt8](repeating: 65, count: 300_000)
        for bytes in [[], [1], noise, words, repeated, words + noise + words] {
            let result = Gzip.unpacked(try await packed(bytes, level), limit: 1 << 24)
            #expect(result.isWhole && result.bytes == bytes, "\(bytes.count)")
        }
    }

    @Test("Cut, changed or enormous: never whole, never a crash")
    func damage() async throws {
        let words = SMIDocument(gpus: 2).bytes
        let good = try await packed(words, "-6")
        for length in 0..<good.count {
            #expect(!Gzip.unpacked(Array(good[..<length]), limit: 1 << 24).isWhole)
        }
        var random = SeededRandom(8)
        for _ in 0..<500 {
            var bad = good
            // Behind the head, whose flags and time may be anything.
            let place = Int.random(in: 10..<bad.count, using: &random)
            bad[place] ^= UInt8.random(in: 1...255, using: &random)
            let result = Gzip.unpacked(bad, limit: 1 << 20)
            #expect(!result.isWhole || result.bytes == words, "\(place)")
        }
        let bomb = try await packed([UInt8](repeating: 0, count: 8_000_000), "-9")
        let result = Gzip.unpacked(bomb, limit: 100_000)
        #expect(!result.isWhole && result.bytes.count <= 100_000)
    }
}

@testable import FanOut
import Foundation
@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

/// Damaged answers, as many as the time allows that ``Fuzzing`` gives.
@Suite(
    "Damaged answers never crash and are never taken for good", .serialized,
    .timeLimit(.minutes(10)))
struct GPUFuzzTests {
    /// Pieces that mean something to one of the readers.
    private static let pieces = [
        "<gpu id=\"0\">", "</gpu>", "<", ">", "&", "&#0;", "]]>", "<![CDATA[", "<!--", "N/A",
        "[GPU is lost]", "ERR!", "\u{0}", "@fleet part smi exit=0 encoding=gzip size=9\n",
        "@fleet end\n", "@read 1 whole\n", "NVRM: Xid (PCI:0000:a1:00): 79,", "Link 0: 1e999 GB/s",
        "99999999999999999999", "-1", "GPU 7: x (UUID: ", "0000:a1:00.0 0302: 10de:2330", "\n", " ",
    ].map { Array($0.utf8) }

    private static func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...200, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3:
                let piece = pieces.randomElement(using: &random) ?? []
                bytes.insert(contentsOf: piece, at: place)
            case 4: bytes.removeSubrange(place...)
            default:
                let piece = pieces.randomElement(using: &random) ?? []
                bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
            }
        }
        return bytes
    }

    @Test func answers() async {
        var random = SeededRandom(Fuzzing.seed)
        let probe = GPUCheckProbe(timeout: 60)
        let node = Node(name: "gpu-1", gpus: [.gpus(2)])
        let good = Array(GPUAnswerTests.healthy.utf8)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(Fuzzing.seconds)
        var count = 0
        // A few in any case: other tests may take all of the time.
        while clock.now < end || count < 100 {
            let bytes = Self.damaged(good, &random)
            let judgement = probe.judge(
                NodeResult(node: "gpu-1", outcome: .finished, launcher: .job, stdout: bytes),
                node: node)
            // What is short of an end cannot be whole.
            if judgement.verdict == .ok {
                #expect(GPUAnswer(bytes).isWhole, "FLEET_FUZZ_SEED=\(Fuzzing.seed), case \(count)")
            }
            count += 1
            // Tests that watch the time run beside this one, on as few threads.
            await Task.yield()
        }
        print("gpu fuzz: \(count) answers, seed \(Fuzzing.seed)")
    }

    @Test func readers() async {
        var random = SeededRandom(Fuzzing.seed &+ 1)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(Fuzzing.seconds / 2)
        let document = SMIDocument(gpus: 1).bytes
        var count = 0
        while clock.now < end || count < 50 {
            let text = String(
                decoding: Self.damaged(Self.pieces.flatMap(\.self), &random), as: UTF8.self)
            _ = NVLinkStatus.statuses(text)
            _ = PCIFunction.functions(text)
            let lines = text.split(separator: "\n").map(String.init)
            _ = KernelHistory(KernelLog(source: "x", lines: lines), uptime: 1, hours: 24)
            _ = Gzip.unpacked([0x1f, 0x8b, 8, 0] + Self.damaged(document, &random), limit: 1 << 16)
            count += 1
            await Task.yield()
        }
    }
}

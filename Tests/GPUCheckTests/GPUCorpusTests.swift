import Foundation
import GPUCheck
import SlurmModel
import TestSupport
import Testing
import Verdicts

/// Captures of real nvidia-smi outputs, which are not part of the repository.
private enum Corpus {
    private static let name = "corpus/nvidia-smi"

    static let folder = SharedData.folder.appendingPathComponent(name)

    static let exists = SharedData.has("\(name)/MANIFEST.tsv")

    /// The captures of some folders, with what the manifest says of their state.
    static func captures(_ folders: [String]) -> [(file: String, isFailure: Bool)] {
        let manifest =
            (try? String(contentsOf: folder.appendingPathComponent("MANIFEST.tsv"), encoding: .utf8))
            ?? ""
        return manifest.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count > 5, folders.contains(where: { columns[0].hasPrefix($0 + "/") })
            else { return nil }
            return (String(columns[0]), columns[5].hasPrefix("FAILURE"))
        }
    }

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(file)))
    }
}

@Suite(.enabled(if: Corpus.exists, SharedData.whyNot))
struct GPUCorpusTests {
    /// Captures that are not failures and yet cannot be ok, with the reason: someone trimmed them.
    private static let trimmed = [
        "xml/telegraf-gtx-1070-ti.xml": "no driver_version, no attached_gpus",
        "xml/netdata-rtx-pro-6000-driver-580.xml": "no driver_version, no memory",
        "xml/pai-nvidia_smi_outdated_gpu.xml": "no memory, no temperature",
        "xml/pai-nvidia_smi_sample.xml": "attached_gpus says 6, two are listed",
        "xml/telegraf-a100-sxm4-v12.xml": "attached_gpus says 4, one is listed",
    ]

    @Test func documents() throws {
        let captures = Corpus.captures(["xml", "xml-mocknvml"])
        #expect(captures.count >= 28)
        var counts: [Verdict: Int] = [:]
        for capture in captures {
            let result = GPUCheck.judge(
                GPUEvidence(exit: .exited(0), stdout: try Corpus.bytes(capture.file)))
            let verdict = result.judgement.verdict
            counts[verdict, default: 0] += 1
            let comment: Comment = "\(capture.file) \(result.judgement.findings.map(\.text))"
            if capture.isFailure {
                #expect(verdict > .warn, comment)
            } else if Self.trimmed[capture.file] != nil {
                #expect(verdict == .unknown, comment)
            } else {
                #expect(verdict == .ok && result.judgement.findings == [], comment)
            }
        }
        #expect(counts[.warn] == nil)
    }

    @Test func expectedByCapturesThemselves() throws {
        for file in ["xml/qx-h100.xml", "xml/qx-gb200.xml", "xml/qx-a100.xml", "xml/qx-t4.xml"] {
            var evidence = GPUEvidence(exit: .exited(0), stdout: try Corpus.bytes(file))
            let count = GPUCheck.judge(evidence).gpus.count
            evidence.expected = [.gpus(count)]
            #expect(evidence.judgement.findings == [])
            evidence.expected = [.gpus(count + 1)]
            evidence.requested = count + 1
            #expect(evidence.judgement.codes == ["gpu.count"])
        }
    }

    @Test func faults() throws {
        let lost = GPUCheck.judge(
            GPUEvidence(
                exit: .exited(0), stdout: try Corpus.bytes("xml-mocknvml/qx-gb200-lost.xml"),
                expected: [.gpus(2)], requested: 2))
        #expect(lost.gpus.map { $0.findings.map(\.code) }.last == ["gpu.lost"])
        #expect(lost.judgement.codes.contains("gpu.remap_failure"))
        #expect(lost.judgement.findings.contains { $0.message.contains("28 more fields") })
    }

    /// Messages and tables in place of a document, each with the exit code it came with.
    @Test func failures() throws {
        let exits = [
            "9": "cannot-communicate", "18": "mismatch", "6": "no-devices", "15": "handle",
        ]
        for capture in Corpus.captures(["fail", "table"]) {
            guard !capture.file.contains("dmesg") else { continue }
            let exit = exits.first { capture.file.contains($0.value) }.flatMap { Int($0.key) } ?? 0
            let judgement = GPUEvidence(
                exit: .exited(exit), stdout: try Corpus.bytes(capture.file),
                expected: [.gpus(8)], requested: 8
            ).judgement
            #expect(judgement.verdict == (exit == 0 ? .unknown : .fail), "\(capture.file)")
        }
    }

    @Test func cutCaptures() throws {
        let bytes = try Corpus.bytes("xml/qx-t4.xml")
        for length in stride(from: 0, to: bytes.count - 2, by: 509) {
            let evidence = GPUEvidence(exit: .exited(0), stdout: Array(bytes[..<length]))
            #expect(evidence.judgement.verdict == .unknown, "\(length)")
        }
    }

    /// What `nvidia-smi nvlink -s` said, on boards and on cards.
    @Test func nvlink() throws {
        for capture in Corpus.captures(["nvlink"]) {
            let text = String(decoding: try Corpus.bytes(capture.file), as: UTF8.self)
            let statuses = NVLinkStatus.statuses(text)
            var evidence = GPUEvidence(SMIDocument(gpus: 1))
            evidence.nvlink = .value(statuses)
            let verdict = evidence.judgement.verdict
            #expect(verdict == (capture.isFailure ? .fail : .ok), "\(capture.file)")
        }
    }

    /// Kernel logs: what the driver said in them is a finding, and what others said is none.
    @Test func kernelLogs() throws {
        let others = [
            "decode",
            "nccl", "peermem", "pstore", "erst", "azurehpc-ib", "fabric", "dmesg.txt", "nonfatal",
        ]
        let logs = Corpus.captures(["kernel", "fail"]).filter {
            $0.file.hasPrefix("kernel/") || $0.file.contains("dmesg")
        }
        #expect(logs.count >= 12)
        for capture in logs {
            let text = String(decoding: try Corpus.bytes(capture.file), as: UTF8.self)
            var evidence = GPUEvidence(SMIDocument(gpus: 1))
            evidence.kernelLog = .value(
                KernelLog(source: "dmesg", lines: text.split(separator: "\n").map(String.init)))
            let judgement = evidence.judgement
            let comment: Comment = "\(capture.file) \(judgement.findings.map(\.text))"
            if capture.isFailure, !others.contains(where: capture.file.contains) {
                #expect(judgement.verdict == .fail, comment)
            } else if capture.file.contains("nonfatal") {
                #expect(
                    judgement.verdict == .ok && judgement.codes == ["gpu.xid_application"], comment)
            }
        }
    }

    @Test func buses() throws {
        let counts = ["a10": 1, "a100": 8, "gb200": 4]
        for capture in Corpus.captures(["lspci"]) {
            let text = String(decoding: try Corpus.bytes(capture.file), as: UTF8.self)
            // Names in place of numbers, or both: the collector asks for numbers alone.
            let lines = text.split(separator: "\n").filter { $0.contains("NVIDIA") }
            let gpus = lines.filter { $0.contains("3D controller") || $0.contains("VGA") }
            let model = capture.file.split(separator: ".").last.map(String.init) ?? ""
            #expect(gpus.count == counts[model], "\(capture.file)")
            for line in gpus where line.contains("[10de:") {
                let address = line.prefix { $0 != " " }
                let id = line.split(separator: "[").last?.prefix { $0 != "]" } ?? ""
                let function = try #require(PCIFunction("\(address) 0302: \(id) (rev a1)"))
                #expect(function.isGPU && !function.isGone)
            }
        }
    }

    /// Answers in the form for people, rewritten as XML: what real GPUs said in 30 more captures.
    @Test func texts() throws {
        let captures = Corpus.captures(["q-text"])
        #expect(captures.count >= 29)
        for capture in captures where !capture.file.contains("retired") {
            let text = String(decoding: try Corpus.bytes(capture.file), as: UTF8.self)
            let judgement = GPUEvidence(exit: .exited(0), stdout: SMIText.document(text).bytes)
                .judgement
            let comment: Comment = "\(capture.file) \(judgement.findings.map(\.text))"
            if capture.file.hasSuffix(".invalid") {
                // Garbled where no rule looks, and truncated.
                #expect(judgement.verdict != .ok, comment)
            } else if capture.isFailure || capture.file.contains("sonar") {
                // sonar's is not called a failure: it was hot when it was taken.
                #expect(judgement.verdict > .ok, comment)
            } else {
                #expect(judgement.findings == [], comment)
            }
        }
    }

    /// Retired pages alone, as `nvidia-smi -q -d PAGE_RETIREMENT` prints them, on GPUs that are well otherwise.
    @Test func retiredPages() throws {
        for capture in Corpus.captures(["q-text"]) where capture.file.contains("retired") {
            let text = String(decoding: try Corpus.bytes(capture.file), as: UTF8.self)
            let retired = SMIText.document(text).gpus.map { gpu in
                gpu.fields.reduce(SMIGPU.turing(0)) { $0.with($1.path, $1.text) }
            }
            #expect(retired.count == 8)
            for (gpu, index) in zip(retired, 0...) {
                let judgement = GPUEvidence(SMIDocument([gpu])).judgement
                if !capture.isFailure { #expect(judgement.findings == [], "\(index)") }
                let pages = gpu.fields.filter { $0.path.hasSuffix("retired_count") }
                    .compactMap { Int($0.text) }.reduce(0, +)
                if pages >= 60 { #expect(judgement.codes.contains("gpu.retired_pages")) }
            }
        }
    }
}

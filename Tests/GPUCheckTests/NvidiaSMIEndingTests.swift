import GPUCheck
import SlurmModel
import Testing
import Verdicts

/// Every way in which nvidia-smi may end, on every kind of node.
@Suite("Endings of nvidia-smi")
struct NvidiaSMIEndingTests {
    /// A node: how many GPUs Slurm gives it, and how many of them the check's job has.
    struct Node: CustomTestStringConvertible {
        var expected: Int
        var requested: Int
        var testDescription: String { "\(requested) of \(expected)" }
    }

    private static let nodes = [
        Node(expected: 0, requested: 0), Node(expected: 2, requested: 2),
        Node(expected: 2, requested: 0), Node(expected: 2, requested: 1),
    ]

    private static func judge(
        _ exit: Int, _ text: String, on node: Node, stderr: String = ""
    ) -> Judgement {
        GPUEvidence(
            exit: exit, text, stderr: stderr, expected: node.expected, requested: node.requested
        ).judgement
    }

    /// nvidia-smi's own, those of timeout(1) and the shell with their neighbours, and the last.
    private static let codes = Array(0...20) + Array(122...140) + [192, 193, 254, 255]

    /// Ends that say of a node without GPUs that it has none.
    private static let harmless: Set<Int> = [6, 9, 127]

    @Test("Without a document no exit code is ok where GPUs are expected", arguments: nodes)
    func exits(_ node: Node) {
        for exit in Self.codes {
            let judgement = Self.judge(exit, "", on: node)
            let isHarmless = node.expected == 0 && Self.harmless.contains(exit)
            #expect((judgement.verdict == .ok) == isHarmless, "\(exit)")
            #expect(!judgement.findings.isEmpty, "\(exit)")
            #expect(judgement.findings.allSatisfy { GPUFindingCatalogue.kind(of: $0.code) != nil })
            // One end, one finding; a warning (14) does not say why there is no answer.
            #expect(judgement.findings.count == (exit == 14 ? 2 : 1), "\(exit)")
        }
    }

    @Test("Beside a document that looks healthy, an exit code is never passed over")
    func beside() {
        let text = SMIDocument(gpus: 2).text
        let node = Node(expected: 2, requested: 2)
        for exit in Self.codes where exit != 0 {
            let judgement = Self.judge(exit, text, on: node)
            #expect(judgement.verdict != .ok, "\(exit)")
            if exit == 14 { #expect(judgement.verdict == .warn) }
        }
        #expect(Self.judge(0, text, on: node).verdict == .ok)
    }

    /// Messages, each with its finding's code on a node that has GPUs, all of them the job's.
    private static let messages = [
        ("No devices were found", "gpu.count"),
        (
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure",
            "gpu.driver"
        ),
        ("Failed to initialize NVML: Driver/library version mismatch", "gpu.driver_mismatch"),
        ("Failed to initialize NVML: Driver Not Loaded", "gpu.driver"),
        ("Failed to initialize NVML: GPU access blocked by the operating system", "gpu.driver"),
        ("NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "gpu.driver"),
        ("Unable to determine the device handle for GPU0000:A1:00.0: GPU is lost.", "gpu.lost"),
        (
            "Unable to determine the device handle for GPU0000:A1:00.0: Unknown Error",
            "gpu.unreadable"
        ),
        ("WARNING: infoROM is corrupted at gpu 0000:A1:00.0", "gpu.inforom"),
    ]

    @Test(
        "A message counts in either stream, in either case, once, and wins over a vague exit code")
    func spoken() {
        let node = Node(expected: 2, requested: 2)
        for (message, code) in Self.messages {
            for text in [
                message, message.uppercased(), message.lowercased(), "x\n\n\(message)\r\n",
            ] {
                let out = Self.judge(255, text, on: node)
                let err = Self.judge(255, "", on: node, stderr: text)
                for judgement in [out, err] {
                    #expect(judgement.codes.contains(code), "\(text)")
                    #expect(judgement.verdict > .ok)
                }
                let twice = Self.judge(255, text, on: node, stderr: text)
                #expect(twice.codes.count { $0 == code } == 1)
            }
        }
    }

    @Test("Two messages are two findings, and the worst decides, in any order")
    func pairs() {
        let node = Node(expected: 2, requested: 2)
        for (first, firstCode) in Self.messages {
            for (second, secondCode) in Self.messages where first != second {
                let one = Self.judge(255, first + "\n" + second, on: node)
                let other = Self.judge(255, second + "\n" + first, on: node)
                #expect(Set(one.codes) == Set(other.codes) && one.verdict == other.verdict)
                #expect(Set(one.codes).isSuperset(of: [firstCode, secondCode]))
            }
        }
    }

    @Test("On a node without GPUs a missing driver is as it should be, and a broken one is not")
    func without() {
        let node = Node(expected: 0, requested: 0)
        let fine = ["No devices were found", Self.messages[1].0, Self.messages[3].0]
        for (message, _) in Self.messages {
            let judgement = Self.judge(9, message, on: node)
            #expect((judgement.verdict == .ok) == fine.contains(message), "\(message)")
        }
    }

    @Test("What a job may not see is unknown, and not broken", arguments: [0, 1])
    func confined(_ requested: Int) {
        let node = Node(expected: 2, requested: requested)
        for words in [
            "Unknown Error", "Insufficient Permissions",
            "GPU access blocked by the operating system",
        ] {
            let judgement = Self.judge(255, "Failed to initialize NVML: \(words)", on: node)
            #expect(judgement.codes == ["gpu.driver"] && judgement.verdict == .unknown)
            #expect(judgement.findings.first?.remedy == "check with all GPUs of the node")
        }
        #expect(Self.judge(17, "", on: node).codes == ["gpu.nvidia_smi"])
        // A driver that is not loaded is not hidden by Slurm.
        #expect(Self.judge(9, "", on: node).verdict == .fail)
    }

    @Test(
        "A deadline of the user's own is no hang, and every other one is",
        arguments: [124, 137] as [Int])
    func deadlines(_ exit: Int) {
        for document in [
            "", SMIDocument(gpus: 2).text, String(SMIDocument(gpus: 2).text.dropLast(90)),
        ] {
            var evidence = GPUEvidence(exit: exit, document, expected: 2, requested: 2)
            #expect(evidence.judgement.codes.contains("gpu.hang"))
            #expect(evidence.judgement.verdict == .fail)
            evidence.shortLimit = 5
            let short = evidence.judgement
            #expect(short.codes.contains("gpu.slow") && short.verdict == .unknown)
            #expect(short.findings.contains { $0.message.contains("within 5 s (--timeout)") })
        }
    }

    @Test(
        "A message's length and its control characters are bounded, and the finding stays",
        arguments: ["\u{1b}[2J", "\u{7}", "\u{9b}31m", "\u{0}", "e\u{301}", "🙂", "\t"])
    func hostile(_ piece: String) throws {
        let text = "Failed to initialize NVML: " + String(repeating: piece, count: 400)
        let judgement = Self.judge(255, text, on: Node(expected: 2, requested: 2))
        let finding = try #require(judgement.findings.first)
        #expect(judgement.codes == ["gpu.driver"])
        #expect(finding.message.count <= 420)
        let isControl = finding.message.unicodeScalars.contains {
            $0.properties.generalCategory == .control
        }
        #expect(!isControl)
    }
}

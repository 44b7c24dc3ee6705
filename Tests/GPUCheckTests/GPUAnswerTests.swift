@testable import FanOut
@testable import GPUCheck
import SlurmModel
import TestSupport
import Testing
@testable import Verdicts

@Suite struct GPUAnswerTests {
    private static func part(_ name: String, _ exit: String, _ text: String) -> String {
        "@fleet part \(name) exit=\(exit) encoding=plain size=\(text.utf8.count)\n\(text)\n"
    }

    /// A healthy answer, as the collector writes it where there is no gzip.
    static let healthy =
        "@fleet gpu-check 2\n" + part("host", "0", "boot_id=b-1\nuptime=90000.50")
        + part("driver", "0", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.105.08  Tue")
        + part("pci", "0", "0000:a0:00.0 0302: 10de:2330 (rev a1)\n0000:a1:00.0 0302: 10de:2330")
        + part("kernel", "0", "dmesg\n@read 900 whole")
        + part("smi", "0", SMIDocument(gpus: 2).text) + "@fleet end\n"

    private static let node = Node(name: "gpu-1", gpus: [.gpus(2)])

    private func judge(
        _ bytes: [UInt8], outcome: Outcome = .finished, launcher: Launcher = .job,
        timeout: Int = 60, node: Node? = node
    ) -> Judgement {
        GPUCheckProbe(timeout: timeout).judge(
            NodeResult(
                node: "gpu-1", outcome: outcome, launcher: launcher, stdout: bytes), node: node)
    }

    @Test func healthyNode() throws {
        let judgement = judge(Array(Self.healthy.utf8))
        #expect(judgement.findings == [])
        #expect(judgement.facts["boot_id"] == .string("b-1"))
        #expect(judgement.facts["driver_kernel"] == .string("580.105.08"))
        #expect(judgement.facts["pci_gpus"] == .int(2))
        guard case .object(let checks)? = judgement.facts["checks"] else {
            Issue.record("no checks")
            return
        }
        // NVLink was not asked about, which an H100 has.
        #expect(checks["total"] == .int(18) && checks["ran"] == .int(17))
    }

    @Test(
        "As a lone H200 in a virtual machine answered (driver 580.159.04): nvlink says nothing, with exit code 0"
    )
    func loneInAMachine() {
        // Such a collector's answer was taken on the real one: no lspci, no journal, dmesg with the driver's loading.
        let text =
            "@fleet gpu-check 2\n" + Self.part("host", "0", "boot_id=b-1\nuptime=24.10")
            + Self.part(
                "driver", "0", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04"
            )
            + Self.part("pci", "0", "0000:a0:00.0 0302: 10de:2335 (rev 00)")
            + Self.part(
                "kernel", "0",
                """
                dmesg
                [    0.599479] nvidia-nvlink: Nvlink Core is being initialized, major device number 240
                [    0.599491] NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build
                @left other 2
                @read 358 whole
                """)
            + Self.part(
                "smi", "0",
                SMIDocument([SMIGPU.hopper(0).with("product_name", "NVIDIA H200").without("fabric")]
                )
                .with("driver_version", "580.159.04").text)
            + Self.part("nvlink", "0", "") + "@fleet end 6\n"
        let lone = Node(name: "gpu-1", gpus: [.gpus(1)])
        let judgement = judge(Array(text.utf8), node: lone)
        #expect(judgement.findings.filter { $0.severity > .info } == [])
        // The same silence on a board with peers says nothing about its links, which is not well.
        let board = Self.healthy.replacing(
            "@fleet end\n", with: Self.part("nvlink", "0", "") + "@fleet end\n")
        #expect(judge(Array(board.utf8)).verdict == .unknown)
    }

    @Test("An answer cut off anywhere is never ok")
    func cutOff() async {
        let bytes = Array(Self.healthy.utf8)
        for length in stride(from: 0, to: bytes.count, by: 31) {
            await Task.yield()
            #expect(judge(Array(bytes[..<length])).verdict != .ok, "\(length)")
        }
        #expect(judge(Array(bytes.dropLast())).verdict == .unknown)
        #expect(judge(bytes + [10]).verdict == .unknown)
    }

    @Test("What came home before a deadline is judged; nvidia-smi that did not is a hang")
    func ranOut() {
        let head = Self.healthy.components(before: "@fleet part smi")
            .replacing("dmesg\n@read", with: "dmesg\n@again")
        #expect(judge(Array(head.utf8), outcome: .timedOut).codes.first == "gpu.hang")
        #expect(judge(Array(head.utf8), outcome: .timedOut, timeout: 10).codes.contains("gpu.slow"))
        #expect(judge([], outcome: .timedOut).verdict == .unknown)
        #expect(judge([], outcome: .nodeFailed).verdict == .fail)
    }

    @Test("Without a job of Slurm's in between nothing is hidden: missing is missing")
    func direct() {
        let node = Node(name: "gpu-1", gpus: [GPUCount(type: "h100", total: 4, used: 2)])
        let bytes = Array(Self.healthy.utf8)
        #expect(judge(bytes, node: node).codes == ["gpu.hidden"])
        #expect(judge(bytes, launcher: .direct, node: node).codes == ["gpu.count"])
    }

    @Test("GPUs that Slurm keeps from the check are hidden, and others missing")
    func denied() {
        let node = Node(name: "gpu-1", gpus: [.gpus(4)])
        let slots = (0..<4).map { "0000:a\($0):00.0 0302: 10de:2330 (rev a1)" }
        func answer(_ devices: String) -> [UInt8] {
            let text =
                Self.healthy.components(before: "@fleet part pci")
                + Self.part("pci", "0", slots.joined(separator: "\n"))
                + Self.part("kernel", "0", "dmesg\n@read 900 whole")
                + Self.part("smi", "0", SMIDocument(gpus: 2).text)
                + Self.part("devices", "0", devices) + "@fleet end\n"
            return Array(text.utf8)
        }
        let no = "Operation not permitted"
        let hidden = judge(
            answer("0000:a2:00.0 \(no)\n0000:a3:00.0 \(no)"), launcher: .direct, node: node)
        #expect(hidden.codes == ["gpu.hidden"])
        let missing = judge(answer("0000:a2:00.0 \(no)\n0000:a3:00.0 open"), node: node)
        #expect(missing.codes == ["gpu.count"])
        #expect(missing.findings.first?.message.contains("missing: 0000:a3:00.0") == true)
    }

    @Test func nonsense() {
        for text in [
            "", "hello", "@fleet gpu-check 2\n", "@fleet gpu-check 2\n@fleet end\n",
            "@fleet gpu-check 2\n@fleet part smi exit=0 size=99999999999\nx",
            "@fleet gpu-check 2\n@fleet part smi exit=0 size=-1\nx\n@fleet end\n",
            "@fleet gpu-check 2\n@fleet part smi exit=0 encoding=gzip size=3\nabc\n@fleet end\n",
            "@fleet gpu-check 2\n@fleet part collector exit=1 size=4\nfull\n",
        ] {
            #expect(judge(Array(text.utf8)).verdict > .warn, "\(text)")
        }
    }
}

extension String {
    /// What stands before a text; all of it where the text is not in it.
    fileprivate func components(before text: String) -> String {
        firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? self
    }
}

@testable import FanOut
import Foundation
@testable import GPUCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// gpu-check.sh itself, with programs of our own in place of nvidia-smi, dmesg and lspci.
@Suite("gpu-check on a node", .timeLimit(.minutes(20)))
struct GPUPayloadTests {
    /// Runs the collector with these programs, in the shell named, on the proc, sys and dev given.
    private func output(
        _ programs: [String: String], seconds: Int = 20, root: TemporaryFolder? = nil,
        shell: String = "/bin/sh"
    ) async throws -> [UInt8] {
        let folder = try TemporaryFolder()
        for (name, body) in programs {
            try folder.write("#!/bin/sh\n\(body)\n", to: "text/\(name)")
        }
        // Copied by a process of its own: what this one writes, a child of a test beside it may still hold open, and
        // then it cannot be executed ("text file busy").
        if !programs.isEmpty {
            let copied = try await Subprocess.run(
                .path("/usr/bin/install"),
                arguments: Arguments(
                    ["-m", "755"] + programs.keys.map { "\(folder.path)/text/\($0)" }
                        + [folder.path]),
                output: .discarded, error: .discarded)
            #expect(copied.terminationStatus.isSuccess)
        }
        let script = try #require(GPUCheckProbe(timeout: 60).payload.arguments.dropLast().last)
        // Without root of its own the machine's would be read.
        let nothing = try TemporaryFolder()
        let ran = try await Subprocess.run(
            .path(FilePath(shell)), arguments: ["-c", script, "fleet"],
            environment: .custom([
                "PATH": "\(folder.path):/usr/bin:/bin", "FLEET_TOOL_SECONDS": "\(seconds)",
                "FLEET_ROOT": root?.path ?? nothing.path,
            ]),
            output: .bytes(limit: 1 << 22), error: .string(limit: 1 << 16))
        #expect(ran.standardError == "", "\(shell)")
        return ran.standardOutput
    }

    private func answer(
        _ programs: [String: String], seconds: Int = 20, root: TemporaryFolder? = nil,
        shell: String = "/bin/sh"
    ) async throws -> GPUAnswer {
        GPUAnswer(try await output(programs, seconds: seconds, root: root, shell: shell))
    }

    @Test("Clocks are left out, in many lines or in one, and nothing else with them")
    func clocks() async throws {
        let xml = """
            <nvidia_smi_log><gpu id="0">
            <supported_clocks>N/A</supported_clocks>
            <uuid>GPU-0</uuid></gpu><gpu id="1">
            <supported_clocks>
            <value>1 MHz</value>
            </supported_clocks>
            <uuid>GPU-1</uuid></gpu></nvidia_smi_log>
            """
        let answer = try await answer(["nvidia-smi": "cat <<'X'\n\(xml)\nX"])
        let document = try #require(answer.parts["smi"])
        #expect(answer.isWhole && document.isGood)
        #expect(document.text.contains("GPU-0"))
        #expect(document.text.contains("GPU-1"))
        #expect(!document.text.contains("clocks"))
        #expect(document.text.hasSuffix("</nvidia_smi_log>\n"))
    }

    @Test("The exit code is nvidia-smi's own; a node without it says so; both streams come home")
    func exitCode() async throws {
        let broken = try await answer(["nvidia-smi": "echo out; echo err >&2; exit 9"])
        #expect(broken.parts["smi"]?.exit == .exited(9))
        #expect(broken.parts["smi"]?.text == "out\n")
        #expect(broken.parts["smi_errors"]?.text == "err\n")
        #expect(try await answer([:]).parts["smi"]?.exit == .exited(127))
    }

    @Test(
        "Bytes of every kind, and nothing at all, come home as they are", arguments: ["sh", "bash"])
    func bytes(shell: String) async throws {
        let answer = try await answer(
            ["nvidia-smi": "printf 'a\\000\\377\\n@fleet end\\n'"], shell: "/bin/\(shell)")
        #expect(answer.parts["smi"]?.bytes == [97, 0, 255, 10] + Array("@fleet end\n".utf8))
        #expect(answer.isWhole)
        #expect(try await self.answer(["nvidia-smi": "exit 0"]).parts["smi"]?.bytes == [])
    }

    @Test(
        "A hung nvidia-smi, even one that KILL does not end, leaves the other parts",
        arguments: [false, true])
    func hang(isImmortal: Bool) async throws {
        var programs = [
            "nvidia-smi": "printf '<?xml'; exec sleep 600",
            "dmesg": "echo '[ 1.0] NVRM: Xid (PCI:0000:a1:00): 79, gone'",
            "lspci": "echo '0000:a1:00.0 0302: 10de:2330 (rev a1)'",
        ]
        if isImmortal {
            // State D cannot be made at will: here timeout(1) is what does not end nvidia-smi.
            programs["timeout"] = """
                case $* in *nvidia-smi*) exec sleep 600 ;; esac
                exec /usr/bin/timeout "$@"
                """
        }
        let clock = ContinuousClock()
        let start = clock.now
        let answer = try await answer(programs, seconds: 1)
        // Beside hundreds of other tests a second may take many; waiting for the tool would take ten minutes.
        #expect(clock.now - start < .seconds(200))
        let smi = try #require(answer.parts["smi"])
        #expect(smi.exit == (isImmortal ? nil : .exited(124)))
        #expect(answer.isWhole)
        let evidence = GPUEvidence(answer, node: nil, launcher: .job, ranOut: false)
        #expect(evidence.timedOut)
        #expect(evidence.slots?.count == 1)
        #expect(evidence.judgement.codes == ["gpu.hang", "gpu.xid"])
    }

    @Test("A kernel log that may not be read says why; sudo and the journal are tried")
    func kernelLog() async throws {
        let denied = "echo 'dmesg: read kernel buffer failed: Operation not permitted' >&2; exit 1"
        let silent = ["dmesg": denied, "journalctl": "exit 0", "sudo": "exit 1"]
        let evidence = GPUEvidence(
            try await answer(silent), node: nil, launcher: .job, ranOut: false)
        #expect(evidence.kernelLog.reason?.contains("Operation not permitted") == true)
        #expect(evidence.judgement.codes.contains("gpu.kernel_unread"))
        for (program, source) in [("journalctl", "journalctl"), ("sudo", "sudo dmesg")] {
            var programs = silent
            programs[program] = "echo '[ 9.5] host kernel: NVRM: Xid (PCI:0000:a1:00): 31, x'"
            let read = GPUEvidence(
                try await answer(programs), node: nil, launcher: .job, ranOut: false)
            #expect(read.kernelLog.value?.source == source)
            #expect(read.kernelLog.value?.lines.count == 1)
        }
    }

    @Test("A storm of one event takes few lines and says how many there were")
    func storm() async throws {
        let answer = try await answer([
            "dmesg": """
            i=0
            while [ $i -lt 3000 ]; do
                echo "[ $i.5] NVRM: Xid (PCI:0000:a1:00): 31, pid=$i, name=x"
                i=$((i + 1))
            done
            echo '[ 4000.0] NVRM: Xid (PCI:0000:a2:00): 79, gone'
            """
        ])
        let log = try #require(
            GPUEvidence(answer, node: nil, launcher: .job, ranOut: false).kernelLog.value)
        #expect(log.lines.count < 30)
        let history = KernelHistory(log, uptime: 5000, hours: 24)
        #expect(history.events.map(\.count).sorted() == [1, 3000])
        let storm = try #require(history.events.first { $0.kind == .xid(31) })
        #expect(storm.time == 2999.5)
    }

    @Test("Without lspci the kernel's own list is read, and a device that no longer answers shows")
    func sysfs() async throws {
        let root = try TemporaryFolder()
        func device(_ address: String, _ vendor: String, _ kind: String, _ config: [UInt8]) throws {
            let folder = "sys/bus/pci/devices/\(address)"
            try root.write("\(vendor)\n", to: folder + "/vendor")
            try root.write("0x\(kind)00\n", to: folder + "/class")
            try root.write("0x2330\n", to: folder + "/device")
            try Data(config).write(to: URL(fileURLWithPath: "\(root.path)/\(folder)/config"))
        }
        try device("0000:a1:00.0", "0x10de", "0302", [0xde, 0x10, 0x30, 0x23])
        try device("0000:a2:00.0", "0x10de", "0302", [0xff, 0xff, 0xff, 0xff])
        try device("0000:b0:00.0", "0x10de", "0680", [0xde, 0x10, 0xa3, 0x22])
        try device("0000:c0:00.0", "0x8086", "0300", [0x86, 0x80, 1, 2])
        let evidence = GPUEvidence(
            try await answer(["lspci": "exit 1"], root: root), node: nil, launcher: .job,
            ranOut: false)
        #expect(evidence.pci.value?.count == 3)
        #expect(evidence.slots?.map(\.address.description) == ["0000:a1:00.0", "0000:a2:00.0"])
        #expect(evidence.hasSwitches && evidence.fabricManager != .notAsked)
    }

    @Test("Device files that may not be opened tell which GPUs are hidden")
    func devices() async throws {
        let root = try TemporaryFolder()
        for (index, place) in ["0000:a1:00.0", "0000:a2:00.0"].enumerated() {
            let folder = "proc/driver/nvidia/gpus/\(place)"
            try root.write(
                "Model: \t\t NVIDIA H100\nDevice Minor: \t \(index)\n", to: folder + "/information")
        }
        try root.write("", to: "dev/nvidia0")
        let lspci = """
            echo '0000:a1:00.0 0302: 10de:2330 (rev a1)'; echo '0000:a2:00.0 0302: 10de:2330 (rev a1)'
            """
        let answer = try await answer(
            ["nvidia-smi": "echo '<gpu id=\"00000000:A1:00.0\">'", "lspci": lspci], root: root)
        let lines = try #require(answer.parts["devices"]).text.split(separator: "\n")
        #expect(lines.first == "0000:a1:00.0 open")
        #expect(lines.last?.hasPrefix("0000:a2:00.0 ") == true && lines.count == 2)
    }

    @Test("NVLink is asked about where boards have it, and nowhere else")
    func nvlink() async throws {
        func smi(_ name: String) -> [String: String] {
            [
                "nvidia-smi": """
                case $1 in
                nvlink) echo 'GPU 0: \(name) (UUID: GPU-0)'; echo ' Link 0: 26.562 GB/s' ;;
                *) echo '<gpu id="0"><product_name>\(name)</product_name></gpu>' ;;
                esac
                """
            ]
        }
        let board = try await answer(smi("NVIDIA H100 80GB HBM3"))
        let evidence = GPUEvidence(board, node: nil, launcher: .job, ranOut: false)
        #expect(evidence.nvlink.value?.first?.speed == 26.562)
        #expect(try await answer(smi("NVIDIA A10G")).parts["nvlink"] == nil)
    }

    @Test("Eight GPUs take less than 30 KB")
    func size() async throws {
        let folder = try TemporaryFolder()
        // As large as a real answer without its clocks: 12 KB a GPU.
        let padded = (0..<8).map { index in
            (0..<280).reduce(SMIGPU.hopper(index)) { gpu, number in
                gpu.with("more_\(number)/some_longer_name", "\(number * 7919 % 1000) MHz")
            }
        }
        try folder.write(SMIDocument(padded).text, to: "answer.xml")
        let bytes = try await output([
            "nvidia-smi": "[ \"$1\" = nvlink ] || cat '\(folder.path)/answer.xml'"
        ])
        #expect(bytes.count < 30_000)
        let answer = GPUAnswer(bytes)
        #expect(answer.parts["smi"]?.bytes == SMIDocument(padded).bytes)
    }
}

import FanOut
import Foundation
@testable import GPUCheck
@testable import Health
@testable import LustreCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing
import Verdicts

/// How many processes a node starts for a health check: a node that computes pays for each of them.
///
/// They are counted in a PID namespace of their own, where the number of the last process is that of all.
@Suite(
    "Processes on a node",
    .enabled(if: geteuid() == 0, "a PID namespace needs root"), .timeLimit(.minutes(20)))
struct HealthProcessTests {
    /// A node with 8 GPUs and NVLink, and Lustre mounted; each of its programs is one process.
    private struct Node {
        let root: TemporaryFolder
        let programs: TemporaryFolder
        let point: TemporaryFolder

        init() async throws {
            (root, programs, point) = (
                try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder()
            )
            let source = "10.1.30.23@tcp:/proj"
            try root.write(
                "36 35 0:40 / \(point.path) rw shared:9 - lustre \(source) rw\n",
                to: "proc/self/mountinfo")
            try root.write("\(source) \(point.path) lustre noatime 0 0\n", to: "etc/fstab")
            try root.write("nodev\tlustre\n", to: "proc/filesystems")
            try root.write("90000.50 1.0\n", to: "proc/uptime")
            try root.write("2.15.6\n", to: "sys/module/lustre/version")
            try root.write("", to: "lib/modules/6.8/updates/kernel/fs/lustre/lustre.ko")
            try root.write("", to: "boot/vmlinuz-6.8")
            let gpus = (0..<8).map {
                "<gpu id=\"00000000:1\($0):00.0\">\n<product_name>NVIDIA H100</product_name>\n</gpu>\n"
            }
            try programs.write(
                "<nvidia_smi_log>\n\(gpus.joined())</nvidia_smi_log>\n", to: "smi.text")
            try programs.write(
                (0..<8).map { "0000:1\($0):00.0 0302: 10de:2330 (rev a1)\n" }.joined()
                    + "0000:20:00.0 0680: 10de:22a3 (rev a1)\n", to: "lspci.text")
            try programs.write("[ 1.0] Lustre: Mounted proj-client\n", to: "dmesg.text")
            try programs.write(
                "osc.proj-OST0000-osc-ffff.state=\ncurrent_state: FULL\n", to: "lctl.text")
            try programs.write(
                "UUID Blocks Used Available Use% Mounted\nproj-OST0000_UUID 9 1 8 1% \(point.path)[OST:0]\n",
                to: "lfs.text")
            for name in ["lspci", "dmesg", "lctl", "lfs"] {
                try await program(name, "exec cat \(programs.path)/\(name).text")
            }
            try await program(
                "nvidia-smi",
                "case $1 in nvlink) echo ' Link 0: 26 GB/s' ;; *) exec cat \(programs.path)/smi.text ;; esac"
            )
            try await program("uname", "echo 6.8")
            try await program("systemctl", "echo active")
            try await program(
                "stat",
                "case $1 in -f) echo 4096 9 8 8 9 8 bd00bd0 ;; *) exec /usr/bin/stat \"$@\" ;; esac"
            )
            // Pauses are counted apart: how many there are is a matter of how busy this machine is.
            try await program(
                "sleep", "echo . >>\(programs.path)/pauses; exec /bin/sleep \"$@\"")
        }

        /// Copied by a process of its own: what this one writes, a child of a test beside it may still hold open.
        private func program(_ name: String, _ body: String) async throws {
            try programs.write("#!/bin/sh\n\(body)\n", to: name + ".sh")
            let path = programs.path + "/" + name
            _ = try await Subprocess.run(
                .path("/usr/bin/install"), arguments: ["-m", "755", path + ".sh", path],
                output: .discarded, error: .discarded)
        }

        /// Runs a payload.
        ///
        /// - Returns: How many processes there were, without pauses, and what it wrote.
        func count(
            _ payload: Payload, shell: String
        ) async throws -> (count: Int, output: [UInt8]) {
            var words = payload.arguments
            if let place = words.firstIndex(of: "/bin/sh") { words[place] = shell }
            let ended = try await Subprocess.run(
                .path("/usr/bin/unshare"),
                arguments: Arguments(
                    [
                        "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c",
                        #""$@"; sh -c 'echo "$$" >"$0"' "$0""#, programs.path + "/count",
                    ] + words),
                environment: .custom([
                    "PATH": "\(programs.path):/usr/bin:/bin:/usr/sbin:/sbin",
                    "FLEET_ROOT": root.path,
                ]), input: .none, output: .bytes(limit: 1 << 22), error: .string(limit: 1 << 16))
            #expect(ended.standardError == "")
            let text = try String(contentsOfFile: programs.path + "/count", encoding: .utf8)
            let pauses = (try? String(contentsOfFile: programs.path + "/pauses", encoding: .utf8))
            // Without the first shell, and the one that says how many there were.
            let all = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines))) - 2
            return (all - (pauses?.count { $0 == "." } ?? 0), ended.standardOutput)
        }
    }

    private static let shells = ["/bin/dash", "/bin/bash"]

    @Test("gpu-check of 8 linked GPUs", arguments: shells)
    func gpus(shell: String) async throws {
        let payload = GPUCheckProbe(timeout: 60).payload
        let (count, output) = try await Node().count(payload, shell: shell)
        #expect(GPUAnswer(output).isWhole)
        #expect(GPUAnswer(output).parts["nvlink"] != nil)
        #expect(count <= (shell.hasSuffix("dash") ? 21 : 23))
    }

    @Test("check-mount of a healthy Lustre", arguments: shells)
    func mount(shell: String) async throws {
        let node = try await Node()
        var settings = LustreSettings(mountPoint: node.point.path)
        settings.points = [node.point.path]
        let payload = CheckMountProbe(settings: settings, timeout: 30).payload
        let (count, output) = try await node.count(payload, shell: shell)
        #expect(String(decoding: output, as: UTF8.self).contains("touched=1"))
        #expect(count <= (shell.hasSuffix("dash") ? 13 : 14))
    }

    @Test("fleet health with both of them, and the fstab's other mounts")
    func health() async throws {
        let node = try await Node()
        var settings = LustreSettings(mountPoint: node.point.path)
        settings.fstabTypes = ["lustre"]
        var others = settings
        others.fstabTypes = ["nfs", "nfs4", "efs"]
        let parts = [
            HealthPart("gpu-check", GPUCheckSpecification(timeout: 60), need: .gpus),
            HealthPart("check-mount", CheckMountSpecification(settings, timeout: 30)),
            HealthPart("check-mount nfs", CheckMountSpecification(others, timeout: 30)),
        ]
        let (count, output) = try await node.count(
            HealthPayload.payload(of: parts), shell: "/bin/dash")
        #expect(String(decoding: output, as: UTF8.self).hasSuffix("@fleet end 3\n"))
        #expect(count <= 41)
    }
}

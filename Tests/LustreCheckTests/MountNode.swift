@testable import FanOut
import Foundation
@testable import LustreCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// A node for check-mount.sh: a healthy one with proc, sys, etc, boot and lib of its own and programs in place of the
/// kernel's, to be spoiled file by file.
struct MountNode {
    static let kernel = "6.8.0-1021-aws"
    static let source = "10.1.30.23@tcp:/czrc3amv"

    /// Where proc, sys, etc, boot and lib are.
    let root: TemporaryFolder
    /// What is "mounted": a folder of this machine, which only the composed mount table calls Lustre.
    let point: TemporaryFolder
    /// Its own programs, which stand before those of a healthy node.
    let programs: TemporaryFolder
    /// Seconds the check may take.
    var timeout = 30

    init() throws {
        root = try TemporaryFolder()
        point = try TemporaryFolder()
        programs = try TemporaryFolder()
        try mount(type: "lustre", source: Self.source)
        try fstab("\(Self.source) \(point.path) lustre noatime,flock,_netdev 0 0")
        try root.write("nodev\tlustre\n", to: "proc/filesystems")
        try root.write("90000.50 1.0\n", to: "proc/uptime")
        try root.write("2.15.6\n", to: "sys/module/lustre/version")
        try module(Self.kernel)
    }

    /// The programs of a healthy node.
    private static let bodies = [
        "uname": "echo \(kernel)", "dmesg": "echo '[ 1.0] Lustre: Mounted czrc3amv-client'",
        "stat": "echo 4096 1000 400 300 5000 4000 bd00bd0",
    ].merging(
        ["modinfo", "sudo", "systemctl", "journalctl", "getent"].map { ($0, "exit 1") }
    ) { first, _ in first }

    /// They, made once: a node's own stand before them.
    private static let healthy = Result {
        let folder = try TemporaryFolder()
        try install(bodies, in: folder)
        return folder
    }

    /// Makes this the mount table's entry at the mount point, above those that are there.
    func mount(
        type: String, source: String, options: String = "rw,flock", at path: String? = nil
    ) throws {
        let file = "proc/self/mountinfo"
        let before = (try? String(contentsOfFile: root.path + "/" + file, encoding: .utf8))
        let line =
            "36 35 0:40 / \(path ?? point.path) rw,noatime shared:9 - \(type) \(source) \(options)\n"
        try root.write((before ?? "22 1 8:1 / / rw - ext4 /dev/root rw\n") + line, to: file)
    }

    /// Empties the mount table.
    func unmount() throws {
        try root.write("22 1 8:1 / / rw - ext4 /dev/root rw\n", to: "proc/self/mountinfo")
    }

    func fstab(_ text: String) throws { try root.write(text + "\n", to: "etc/fstab") }

    /// Installs a kernel's client module, and the kernel.
    func module(_ kernel: String, at path: String = "updates/kernel/fs/lustre/lustre.ko") throws {
        try root.write("", to: "lib/modules/\(kernel)/\(path)")
        try root.write("", to: "boot/vmlinuz-\(kernel)")
    }

    /// A program of this body.
    func program(_ name: String, _ body: String) throws {
        try Self.install([name: body], in: programs)
    }

    /// Makes programs of these bodies.
    private static func install(_ bodies: [String: String], in folder: TemporaryFolder) throws {
        try folder.place(programs: bodies.mapValues { "#!/bin/sh\n\($0)\n" }, in: folder.path)
    }

    /// A task with these frames and state, which never runs.
    func task(_ pid: Int, _ state: String, _ name: String, frames: [String]) throws {
        let folder = "proc/\(pid)/task/\(pid)"
        try root.write(
            "\(pid) (\(name)) \(state) 1 1 1 0 -1 4194304 0 0\n", to: folder + "/stat")
        try root.write("100 200 300\n", to: folder + "/schedstat")
        try root.write(
            frames.map { "[<0>] \($0)+0x5/0x10 [lustre]\n" }.joined(), to: folder + "/stack")
    }

    /// Settings for the mount point of this node.
    var settings: LustreSettings {
        var settings = LustreSettings(mountPoint: point.path)
        settings.points = [point.path]
        return settings
    }

    /// What check-mount.sh says, in the shell named.
    func output(_ settings: LustreSettings? = nil, shell: String = "/bin/sh") async throws
        -> [UInt8]
    {
        let probe = CheckMountProbe(settings: settings ?? self.settings, timeout: timeout)
        let arguments = probe.payload.arguments
        let script = try #require(arguments.dropLast().last)
        var environment: [Environment.Key: String] = [
            "PATH": "\(programs.path):\(try Self.healthy.get().path):/usr/bin:/bin",
            "FLEET_ROOT": root.path,
        ]
        for variable in arguments.dropFirst().prefix(while: { $0.contains("=") }) {
            let parts = variable.split(separator: "=", maxSplits: 1).map(String.init)
            if let key = Environment.Key(rawValue: parts[0]) {
                environment[key] = parts.count > 1 ? parts[1] : ""
            }
        }
        let ran = try await Subprocess.run(
            .path(FilePath(shell)), arguments: ["-c", script, "fleet"],
            environment: .custom(environment), output: .bytes(limit: 1 << 22),
            error: .string(limit: 1 << 16))
        #expect(ran.standardError == "", "\(shell)")
        return ran.standardOutput
    }

    /// What is concluded from it.
    func checked(
        _ settings: LustreSettings? = nil, shell: String = "/bin/sh"
    ) async throws -> Judgement {
        let settings = settings ?? self.settings
        return CheckMountProbe(settings: settings, timeout: timeout).judge(
            NodeResult(
                node: "n", outcome: .finished, exit: .exited(0),
                stdout: try await output(settings, shell: shell)), node: nil)
    }
}

extension Judgement {
    /// The codes of its findings, without `mount.`.
    var mountCodes: [String] { findings.map { String($0.code.dropFirst("mount.".count)) } }
    /// The facts of its first mount.
    var mountFacts: [String: FactValue] { facts["mounts"]?.elements.first?.fields ?? [:] }
}

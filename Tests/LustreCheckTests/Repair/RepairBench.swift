@testable import FanOut
import Foundation
@testable import LustreCheck
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// Runs the repair's own parts by a real shell on a small root of its own, with programs of ours in place of the package
/// manager, modprobe and mount: each writes what it was asked into `log`.
///
/// What the repair shares with check-mount and reads of the node is replaced by a few lines that read the root's files:
/// `mounts` (POINT TYPE SOURCE), `registered`, `lib/modules/KERNEL/lustre.ko`.
struct RepairBench {
    static let kernel = "6.8.0-1043-aws"
    static let source = "10.1.30.23@tcp:/czrc3amv"
    static let package = "lustre-client-modules-\(kernel)"

    let root: TemporaryFolder
    /// Programs by name, as the body of a POSIX shell script.
    var programs = Self.standard

    private static let standard = [
        "id": "if [ \"$1\" = -u ]; then echo 0; else echo root; fi",
        "uname": "if [ \"$1\" = -n ]; then echo gpu-1; else echo \(kernel); fi",
        "apt-cache": """
        case $1 in
        policy) [ -e "$FLEET_ROOT/stale" ] || printf '%s:\\n  Candidate: 2.15.6-1\\n' "$2" ;;
        pkgnames) printf 'lustre-client-modules-%s\\n' 6.8.0-1039-aws 6.5.0-9-generic aws 6.8.0-1035-aws ;;
        show) printf 'Size: 1024\\nInstalled-Size: 1\\nSHA256: %s\\n' "$(cat "$FLEET_ROOT/sum" 2>/dev/null)" ;;
        esac
        """,
        "apt-get": """
        case "$*" in
        *' update'*) rm -f "$FLEET_ROOT/stale" ;;
        *' -s '* | '-s '*) echo "Inst \(package) (2.15.6-1)" ;;
        *--download-only*) ;;
        *install*) touch "$FLEET_ROOT/lib/modules/\(kernel)/lustre.ko" ;;
        esac
        """,
        "dpkg-query": "[ -e \"$FLEET_ROOT/unfinished\" ] && cat \"$FLEET_ROOT/unfinished\"",
        "dpkg": """
        if [ "$1" = --print-architecture ]; then echo amd64; exit; fi
        rm -f "$FLEET_ROOT/unfinished" "$FLEET_ROOT"/var/lib/dpkg/updates/*
        """,
        "modprobe": "touch \"$FLEET_ROOT/registered\"",
        "depmod": "exit 0",
        "mount": """
        for point; do :; done
        echo "$point lustre \(source)" >>"$FLEET_ROOT/mounts"
        """,
        "lctl": "echo 10.0.0.7@tcp",
        "getent": "exit 2",
        // Knocks at the servers' ports: no test leaves the machine.
        "bash": "exit 3",
        "df": "printf 'Filesystem\\n/dev/x 1 1 %s 1%% /\\n' 9999999",
    ]
    /// What makes the payload's variables.
    var repair = RepairSettings()
    var settings = LustreSettings()
    var timeout = 600
    /// Shell functions that stand in place of the repair's shared ones.
    var functions = ""

    init() throws {
        root = try TemporaryFolder()
        for folder in [
            "etc", "run", "sbin", "lustre", "var/lib/dpkg/updates", "var/cache/apt/archives",
            "lib/modules/\(Self.kernel)",
        ] {
            try FileManager.default.createDirectory(
                atPath: root.path + "/" + folder, withIntermediateDirectories: true)
        }
        try root.write("ID=ubuntu\nVERSION_ID=\"22.04\"\n", to: "etc/os-release")
        try root.write("\(Self.source) /lustre lustre defaults,flock 0 0\n", to: "etc/fstab")
        try root.write("", to: "mounts")
        try root.write("#!/bin/sh\n", to: "sbin/mount.lustre")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: root.path + "/sbin/mount.lustre")
    }

    /// What a run left.
    struct Ended: Sendable {
        var answer: RepairAnswer
        var judgement: Judgement
        /// The commands that were run, each with its arguments.
        var log: [String]
        var output: String

        /// The steps in short, as in `module-load done`.
        var steps: [String] {
            answer.steps.map { "\($0.name) \($0.succeeded ? "done" : "failed")" }
        }

        /// Whether anything was run that changes a node.
        var changed: Bool {
            log.contains { line in
                ["modprobe", "mount ", "depmod", "dpkg --", "systemctl "].contains(
                    where: line.hasPrefix)
                    || (line.hasPrefix("apt-get") && !line.contains(" -s ")
                        && !line.hasPrefix("apt-get -s"))
            }
        }
    }

    /// Runs the repair to its end.
    func run(shell: String = "/bin/sh") async throws -> Ended {
        let bin = root.path + "/bin"
        try? FileManager.default.removeItem(atPath: bin)
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        // Most are the same in all tests, and making them anew takes longer than what they are made for.
        let others = programs.filter { $0.value != Self.standard[$0.key] }
        try Self.place(others, in: bin, by: root)
        #expect(Self.standard.keys.allSatisfy { programs[$0] != nil }, "none can be taken away")
        try root.write("", to: "log")
        let probe = MountLustreProbe(settings: settings, repair: repair, timeout: timeout)
        let variables =
            settings.environment(timeout: timeout) + repair.environment(timeout: timeout)
        let script = Self.shared + Self.common + functions + "\n" + RepairScript.parts
        let ended = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: Arguments(
                variables + [
                    "FLEET_ROOT=\(root.path)", "FLEET_STAGE=\(root.path)/stage.", shell, "-c",
                    script, "fleet",
                ]),
            environment: .custom([
                "PATH": "\(bin):\(try Self.placed.get().path)/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            ]),
            output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
        #expect(ended.standardError == "", "\(shell)")
        let result = NodeResult(
            node: "gpu-1", outcome: .finished, exit: .exited(0), stdout: ended.standardOutput)
        let log = try String(contentsOfFile: root.path + "/log", encoding: .utf8)
        let left = try FileManager.default.contentsOfDirectory(atPath: root.path)
            .filter { $0.hasPrefix("stage.") }
        #expect(left.isEmpty, "\(left)")
        return Ended(
            answer: RepairAnswer(ended.standardOutput, mountPoint: settings.mountPoint),
            judgement: probe.judge(result, node: nil),
            log: log.split(separator: "\n").map(String.init),
            output: String(decoding: ended.standardOutput, as: UTF8.self))
    }

    /// The standard programs, made once for all tests.
    private static let placed = Result {
        let folder = try TemporaryFolder()
        let bin = folder.path + "/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        try place(standard, in: bin, by: folder)
        return folder
    }

    private static func place(
        _ programs: [String: String], in bin: String, by root: TemporaryFolder
    ) throws {
        // A look changes nothing, and is not told.
        let quiet: Set = ["id", "uname", "apt-cache", "dpkg-query", "df", "getent"]
        var texts: [String: String] = [:]
        for (name, body) in programs {
            let told = quiet.contains(name) ? "" : "echo \"\(name) $*\" >>\"$FLEET_ROOT/log\"\n"
            texts[name] = "#!/bin/sh\n\(told)\(body)\n"
        }
        try root.place(programs: texts, in: bin)
    }

    /// What check-mount says of a mount, without its end.
    private static func lines(_ answer: LustreAnswer) -> String {
        answer.text.split(separator: "\n").filter { $0 != "end=1" }.joined(separator: "\n")
    }

    /// What compares sources and leaves behind what hangs, as it is.
    private static let shared = LustreScripts.sent([
        PackageResources.lustre_common_sh, PackageResources.lustre_sources_sh,
        PackageResources.mount_children_sh,
    ])

    private static let common = """
        read_tables() {
            fstab_source=$(awk -v p="$point" '{ sub(/\\/$/, "", $2) } $1 !~ /^#/ && $2 == p && $3 == "lustre" { v = $1 } END { print v }' "$FLEET_ROOT/etc/fstab" 2>/dev/null)
            fstab_type=${fstab_source:+lustre}
            mount_type=$(awk -v p="$point" '$1 == p { v = $2 } END { print v }' "$FLEET_ROOT/mounts")
            mount_source=$(awk -v p="$point" '$1 == p { v = $3 } END { print v }' "$FLEET_ROOT/mounts")
        }
        module_installed() { [ -e "$FLEET_ROOT/lib/modules/$kernel/lustre.ko" ]; }
        filesystem_registered() { [ -e "$FLEET_ROOT/registered" ]; }
        type_is_right() { [ "$1" = lustre ]; }
        mounted_right() { read_tables; type_is_right "$mount_type" && [ "$mount_source" = "$(expected_source)" ]; }
        report_mount() {
            if mounted_right; then answer='\(lines(LustreAnswer()))'; else answer='\(lines(LustreAnswer.unmounted))'; fi
            printf '%s\\n' "$answer" | sed "s#/lustre#$point#g; s#\(source)#$(expected_source)#g"
        }

        """
}

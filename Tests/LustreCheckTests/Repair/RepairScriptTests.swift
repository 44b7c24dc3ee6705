import Foundation
@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// The repair by a real shell, with programs of our own below it.
@Suite("mount-lustre on a node", .timeLimit(.minutes(20)))
struct RepairScriptTests {
    @Test("Only the steps that are needed, in order", arguments: ["/bin/dash", "/bin/bash"])
    func everything(shell: String) async throws {
        let bench = try RepairBench()
        let ended = try await bench.run(shell: shell)
        #expect(
            ended.steps == ["module-package done", "module-load done", "mount done"],
            "\(ended.output)")
        #expect(ended.judgement.verdict == .ok)
        #expect(
            ended.answer.plan.map(\.name) == [
                "package-fetch", "module-package", "module-load", "mount",
            ])
        // What was planned is what was run.
        for step in ended.answer.plan {
            #expect(ended.log.contains(step.command), "\(step.command)")
        }
        let again = try await bench.run(shell: shell)
        #expect(again.answer.wasMounted && again.log.isEmpty && again.judgement.verdict == .ok)
    }

    @Test("A rehearsal prints the plan and runs nothing", arguments: ["/bin/dash", "/bin/bash"])
    func rehearsal(shell: String) async throws {
        var bench = try RepairBench()
        try bench.root.write("", to: "stale")
        bench.repair.isRehearsal = true
        let ended = try await bench.run(shell: shell)
        #expect(
            ended.answer.plan.map(\.name) == [
                "package-index", "package-fetch", "module-package", "module-load", "mount",
            ])
        #expect(!ended.changed && ended.answer.isComplete && ended.answer.reports.isEmpty)
        #expect(ended.judgement.verdict == .ok)
        #expect(
            !FileManager.default.fileExists(
                atPath: bench.root.path + "/run/fleet-mount-lustre.lock"))
    }

    @Test func indexOnlyWhereTheCandidateIsMissing() async throws {
        let bench = try RepairBench()
        try bench.root.write("", to: "stale")
        let ended = try await bench.run()
        #expect(ended.steps.first == "package-index done")
        #expect(ended.log.contains { $0.contains("APT::Update::Error-Mode=any") })
        #expect(ended.judgement.verdict == .ok)
    }

    /// A node, what is wrong with it, and how the row says so.
    struct Failure: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var programs: [String: String] = [:]
        var files: [String: String] = [:]
        var step: String
        var message: String
        var remedy: String

        init(
            _ name: String, programs: [String: String] = [:], files: [String: String] = [:],
            _ step: String, _ message: String, _ remedy: String
        ) {
            testDescription = name
            (self.programs, self.files) = (programs, files)
            (self.step, self.message, self.remedy) = (step, message, remedy)
        }
    }

    private static func apt(_ install: String) -> [String: String] {
        [
            "apt-get": """
            case "$*" in
            *'-s '*) echo "Inst \(RepairBench.package) (2.15.6-1)" ;;
            *--download-only*) ;;
            *install*) \(install) ;;
            esac
            """
        ]
    }

    private static func simulated(_ lines: String) -> [String: String] {
        ["apt-get": "case \"$*\" in *'-s '*) printf '%s\\n' \(lines) ;; esac"]
    }

    @Test(arguments: [
        Failure(
            "no rights",
            programs: ["id": "if [ \"$1\" = -u ]; then echo 1000; else echo ubuntu; fi"], "rights",
            "needs root or password-less sudo on this node (user ubuntu)", "run fleet as root"),
        Failure(
            "no fstab line", files: ["etc/fstab": "# nothing\n"], "fstab",
            "no lustre line for /lustre in /etc/fstab", "give it: fleet mount-lustre --source"),
        Failure(
            "another distribution", files: ["etc/os-release": "ID=gentoo\n"], "module-package",
            "no package is known for this distribution (gentoo)", "see the message"),
        Failure(
            "no package for the kernel",
            programs: [
                "apt-cache":
                    "[ $1 = policy ] || printf 'lustre-client-modules-%s\\n' 6.8.0-1039-aws 6.5.0-9-generic aws 6.8.0-1035-aws"
            ],
            "module-package",
            "no package \(RepairBench.package) in the repositories; there is one for: 6.8.0-1035-aws 6.8.0-1039-aws",
            "boot a kernel that has a package: fleet mount-lustre --to-kernel 6.8.0-1039-aws prints"
        ),
        Failure(
            "dead mirror",
            programs: [
                "apt-get":
                    "echo 'E: Failed to fetch https://repo.example/InRelease  Could not connect' >&2; exit 100"
            ],
            files: ["stale": ""], "package-index", "E: Failed to fetch https://repo.example",
            "check the node's network"),
        Failure(
            "would remove a package",
            programs: simulated("'Remv other-client [1.0]' 'Inst \(RepairBench.package) (2)'"),
            "module-package",
            "refused: installing \(RepairBench.package) would remove other-client", "look at"),
        Failure(
            "would bring a kernel",
            programs: simulated(
                "'Inst linux-image-6.8.0-1050-aws (1)' 'Inst \(RepairBench.package) (2)'"),
            "module-package",
            "refused: installing \(RepairBench.package) would bring linux-image-6.8.0-1050-aws",
            "look at"),
        Failure(
            "would bring the metapackage",
            programs: simulated("'Inst lustre-client-modules-aws (1)'"), "module-package",
            "refused: installing \(RepairBench.package) would bring lustre-client-modules-aws",
            "look at"),
        Failure(
            "dpkg interrupted elsewhere", files: ["unfinished": "iU  nginx\n"], "package-repair",
            "dpkg was interrupted, and left unfinished: nginx",
            "fleet mount-lustre --repair-dpkg"),
        Failure(
            "dpkg's journal alone", files: ["var/lib/dpkg/updates/0001": "x"], "package-repair",
            "dpkg was interrupted, and left unfinished: its own journal",
            "fleet mount-lustre --repair-dpkg"),
        Failure(
            "disk full", programs: ["df": "printf 'Filesystem\\n/dev/x 1 1 %s 1%% /\\n' 4096"],
            "disk-space",
            "only 4 MiB are free in /var/cache/apt/archives, and \(RepairBench.package) needs 5",
            "free space on the node"),
        Failure(
            "disk fills up",
            programs: apt(
                "echo 'dpkg: error: cannot write: No space left on device' >&2; exit 100"),
            "module-package", "No space left on device", "free space on the node"),
        Failure(
            "package without a module", programs: apt(":"), "module-package",
            "\(RepairBench.package) is installed, but holds no module for kernel \(RepairBench.kernel)",
            "boot a kernel that the package supports"),
        Failure(
            "Secure Boot",
            programs: [
                "modprobe":
                    "echo \"modprobe: ERROR: could not insert 'lustre': Key was rejected by service\" >&2; exit 1"
            ], "module-load", "Key was rejected by service", "install a signed module"),
        Failure(
            "module without a file system", programs: ["modprobe": "exit 0"], "filesystem",
            "the module is loaded, but the kernel does not know the file system lustre",
            "see dmesg"),
        Failure(
            "LNet down",
            programs: [
                "lctl":
                    "if [ $1 = network ]; then echo 'LNET configure error 100: Network is down'; exit 100; fi; echo 'IOC_LIBCFS_GET_NI error 100: Network is down'"
            ], "lnet", "LNET configure error 100: Network is down (exit 100)",
            "see 'lnetctl net show'"),
        Failure(
            "something else mounted", files: ["mounts": "/lustre nfs4 10.0.0.9:/x\n"],
            "mount-table", "something else is mounted at /lustre: 10.0.0.9:/x (type nfs4)",
            "find out who"),
        Failure(
            "another Lustre mounted", files: ["mounts": "/lustre lustre 10.9.9.9@tcp:/x\n"],
            "mount-table",
            "10.9.9.9@tcp:/x is mounted at /lustre, expected \(RepairBench.source)",
            "find out who"),
        Failure(
            "files in the folder", files: ["lustre/kept": "x"], "directory",
            "/lustre is not mounted and holds files; mounting would hide them", "move the files"),
        Failure(
            "name does not resolve",
            files: ["etc/fstab": "fs-1.test@tcp:/czrc3amv /lustre lustre flock 0 0\n"], "name",
            "fs-1.test, of fs-1.test@tcp:/czrc3amv, does not resolve on this node",
            "check the source's name and DNS"),
        Failure(
            "wrong file system name",
            programs: [
                "mount": """
                printf '%s\\n' 'mount.lustre: mount S at /lustre failed: No such file or directory' 'Is the MGS specification correct?' >&2
                exit 2
                """
            ], "mount", "Is the MGS specification correct? (exit 2)", "compare the source"),
        Failure(
            "says nothing, mounts nothing", programs: ["mount": "exit 0"], "mount",
            "mount /lustre said nothing, but nothing is mounted at /lustre", "see dmesg"),
    ])
    func failures(_ given: Failure) async throws {
        var bench = try RepairBench()
        bench.programs.merge(given.programs) { $1 }
        for (path, text) in given.files { try bench.root.write(text, to: path) }
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .fail)
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.code == "mount.step.\(given.step)", "\(ended.output)")
        #expect(finding.message.contains(given.message), "\(finding.message)")
        #expect(finding.remedy?.hasPrefix(given.remedy) == true, "\(finding.remedy ?? "none")")
        #expect(ended.answer.isComplete)

        // The cause removed, the same node comes up.
        let healthy = try RepairBench()
        bench.programs.merge(healthy.programs) { $1 }
        for path in given.files.keys {
            let fresh = try? String(contentsOfFile: healthy.root.path + "/" + path, encoding: .utf8)
            if let fresh {
                try bench.root.write(fresh, to: path)
            } else {
                try FileManager.default.removeItem(atPath: bench.root.path + "/" + path)
            }
        }
        let healed = try await bench.run()
        #expect(healed.judgement.verdict == .ok, "\(healed.output)")
    }

    @Test(
        "A lock is waited for, whichever it is",
        arguments: [
            "/var/lib/apt/lists/lock", "/var/lib/dpkg/lock-frontend",
            "/var/cache/apt/archives/lock",
        ])
    func lock(path: String) async throws {
        var bench = try RepairBench()
        let usual = bench.programs["apt-get"] ?? ""
        bench.programs["apt-get"] = """
            if [ ! -e "$FLEET_ROOT/tried" ] && [ "$1" != -s ]; then
                touch "$FLEET_ROOT/tried"
                echo 'E: Could not get lock \(path). It is held by process 7 (apt)' >&2
                exit 100
            fi
            \(usual)
            """
        try bench.root.write("", to: "stale")
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }

    @Test(
        "An installation of ours that was cut off is finished; somebody else's only if asked",
        arguments: [
            ("iU  \(RepairBench.package)\n", false), ("iHR \(RepairBench.package)\n", false),
            ("iF  lustre-client-utils\n", false), ("iU  nginx\n", true),
        ])
    func interrupted(_ status: String, isAsked: Bool) async throws {
        var bench = try RepairBench()
        bench.repair.repairsPackages = isAsked
        try bench.root.write(status, to: "unfinished")
        try bench.root.write("x", to: "var/lib/dpkg/updates/0001")
        let ended = try await bench.run()
        #expect(ended.steps.first == "package-repair done", "\(ended.output)")
        #expect(ended.log.contains { $0.hasPrefix("dpkg --force-confold --configure -a") })
        #expect(ended.judgement.verdict == .ok)
    }

    @Test("A package whose module came, and whose script did not run, is finished")
    func unfinishedPackage() async throws {
        let bench = try RepairBench()
        try bench.root.write("", to: "lib/modules/\(RepairBench.kernel)/lustre.ko")
        try bench.root.write("iF  \(RepairBench.package)\n", to: "unfinished")
        let ended = try await bench.run()
        #expect(
            ended.steps == ["package-repair done", "module-load done", "mount done"],
            "\(ended.output)")
    }

    @Test("A tool that somebody killed did not run out of time")
    func killed() async throws {
        var bench = try RepairBench()
        bench.programs["modprobe"] = "kill -9 $$"
        let ended = try await bench.run()
        let message = try #require(ended.judgement.findings.first?.message)
        #expect(message.contains("killed (exit 9)"), "\(message)")
    }

    @Test("A module that the list of modules does not know is made known")
    func withoutModuleList() async throws {
        var bench = try RepairBench()
        try bench.root.write("", to: "lib/modules/\(RepairBench.kernel)/lustre.ko")
        bench.programs["depmod"] = "touch \"$FLEET_ROOT/known\""
        bench.programs["modprobe"] = """
            [ -e "$FLEET_ROOT/known" ] || { echo 'modprobe: FATAL: Module lustre not found in directory /lib/modules/K' >&2; exit 1; }
            touch "$FLEET_ROOT/registered"
            """
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }

    @Test("A package that is held for installed although its module is gone is installed again")
    func reinstalled() async throws {
        var bench = try RepairBench()
        bench.programs["apt-get"] = """
            case "$*" in
            *'-s '*) ;;
            *--reinstall*) touch "$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko" ;;
            esac
            """
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }

    @Test("A mount that hangs is ended at its deadline, and named")
    func hangs() async throws {
        var bench = try RepairBench()
        bench.settings.mountSeconds = 1
        bench.programs["mount"] = "exec sleep 200"
        bench.programs["bash"] = "sleep 200"
        let clock = ContinuousClock()
        let start = clock.now
        let ended = try await bench.run()
        #expect(clock.now - start < .seconds(100))
        let finding = try #require(ended.judgement.findings.first)
        #expect(
            finding.message
                == "mount failed: mount did not return within 1 s; 10.1.30.23 port 988 does not answer (the server cannot be reached: packets to port 988 are lost)"
        )
    }

    @Test("Whether the server refuses or is silent is told apart after a failed mount")
    func refused() async throws {
        var bench = try RepairBench()
        bench.programs["mount"] =
            "echo 'mount.lustre: mount S at /lustre failed: Connection timed out' >&2; exit 110"
        bench.programs["bash"] = "exit 1"
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.message.contains("10.1.30.23 port 988 refuses"))
        #expect(finding.remedy?.hasPrefix("check the address") == true)
    }

    @Test("--force mounts over files; a mount that is there already counts whatever mount says")
    func forced() async throws {
        var bench = try RepairBench()
        bench.repair.hidesFiles = true
        try bench.root.write("x", to: "lustre/kept")
        let usual = bench.programs["mount"] ?? ""
        bench.programs["mount"] = usual + "\necho 'is already mounted on /lustre' >&2; exit 17"
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }
}

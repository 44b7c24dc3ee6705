@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// What mount-lustre looks at where a step failed, so that its row can tell the cause.
@Suite("mount-lustre looks for the cause", .timeLimit(.minutes(20)))
struct RepairCauseTests {
    private static func failing(_ words: String, _ code: Int) -> String {
        "printf '%s\\n' \(words) >&2; exit \(code)"
    }

    /// A node whose mount fails so, with its server's name or address in fstab.
    private func bench(_ words: String, _ code: Int, source: String = "10.8.0.3@tcp:/proj") throws
        -> RepairBench
    {
        var bench = try RepairBench()
        bench.programs["mount"] = Self.failing(words, code)
        try bench.root.write("\(source) /lustre lustre flock 0 0\n", to: "etc/fstab")
        return bench
    }

    private static let io =
        "'mount.lustre: mount S at /lustre failed: Input/output error' 'Is the MGS running?'"

    @Test(
        "A port is knocked at where LNet says it is, and named",
        arguments: [
            ("etc/modprobe.d/site.conf", "options lnet accept_port=6988\n", "6988"),
            ("sys/module/lnet/parameters/accept_port", "7007\n", "7007"),
            ("proc/cmdline", "quiet lnet.accept_port=7008\n", "7008"), ("etc/none", "", "988"),
        ])
    func port(path: String, text: String, port: String) async throws {
        var bench = try bench(Self.io, 5)
        try bench.root.write(text, to: path)
        bench.programs["bash"] = """
            [ "$4:$5" = 10.8.0.3:\(port) ] && exit 0
            echo 'bash: connect: Connection refused' >&2
            exit 1
            """
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.message.contains("10.8.0.3 port \(port) answers"), "\(finding.message)")
        #expect(finding.message.contains("(the server refused, or an incompatible client"))
        // Nobody there, or nobody who answers: the same port is named in the remedy.
        bench.programs["bash"] = "exit 124"
        let silent = try await bench.run()
        #expect(silent.judgement.findings.first?.remedy?.contains("TCP \(port) ") == true)
    }

    @Test(
        "What keeps a connection from being made is told by its own words",
        arguments: [
            (
                "bash: connect: Connection refused\nbash: /dev/tcp/x/988: Connection refused",
                "port 988 refuses", "check the address"
            ),
            (
                "bash: connect: No route to host\nbash: /dev/tcp/x/988: No route to host",
                "port 988 cannot be reached: No route to host", "see 'ip route get"
            ),
            (
                "bash: /dev/tcp/x/988: Network is unreachable",
                "cannot be reached: Network is unreachable", "see 'ip route get"
            ),
            ("bash: connect: Connection timed out", "port 988 does not answer", "open TCP 988"),
            (
                "bash: socket: Address family not supported by protocol",
                "could not be tried: Address family", "compare the client"
            ),
        ])
    func words(_ words: String, _ told: String, _ remedy: String) async throws {
        var bench = try bench(Self.io, 5)
        bench.programs["bash"] = "printf '%s\\n' '\(words)' >&2; exit 1"
        let finding = try #require(try await bench.run().judgement.findings.first)
        #expect(finding.message.contains(told), "\(finding.message)")
        #expect(finding.remedy?.hasPrefix(remedy) == true, "\(finding.remedy ?? "")")
        #expect(!finding.message.contains("refuses") || told.contains("refuses"))
    }

    @Test("One of two servers that refuses is not the cause where the other answers")
    func failover() async throws {
        var bench = try bench(Self.io, 5, source: "10.8.0.3@tcp:10.8.0.4@tcp:/proj")
        bench.programs["bash"] = "[ $4 = 10.8.0.4 ] || { echo 'Connection refused' >&2; exit 1; }"
        let finding = try #require(try await bench.run().judgement.findings.first)
        #expect(finding.message.contains("10.8.0.3 port 988 refuses; 10.8.0.4 port 988 answers"))
        #expect(finding.remedy?.hasPrefix("compare the client's release") == true)
    }

    @Test(
        "IPv6 addresses, in brackets or not, and names with nothing else are tried",
        arguments: [
            ("fd00:8::3@tcp:/proj", "fd00:8::3"), ("[fd00:8::3]@tcp0:/proj", "fd00:8::3"),
            ("six.test@tcp:/proj", "fd00:8::9"),
            ("10.8.0.3@tcp,[fd00:8::3]@tcp:/proj", "10.8.0.3"),
        ])
    func ipv6(source: String, host: String) async throws {
        var bench = try bench(Self.io, 5, source: source)
        bench.programs["getent"] =
            "[ \"$1 $2\" = 'hosts six.test' ] || exit 2; echo 'fd00:8::9       six.test'"
        bench.programs["bash"] = "exit 0"
        let ended = try await bench.run()
        #expect(ended.log.contains { $0 == "mount /lustre" }, "\(ended.output)")
        #expect(
            ended.judgement.findings.first?.message.contains("\(host) port 988 answers") == true)
        bench.programs["mount"] = Self.failing("\"Can't parse NID 'fd00:8::3@tcp'\"", 22)
        let old = try await bench.run()
        let remedy = old.judgement.findings.first?.remedy
        #expect(remedy?.contains("2.16") == true, "\(old.output)")
    }

    @Test("Of the kernel's lines that which tells the cause is quoted, of the last attempt alone")
    func kernelLines() async throws {
        let general =
            "'mount.lustre: mount S at /lustre failed: Invalid argument' 'This may have multiple causes.' 'Are the mount options correct?'"
        var bench = try bench(general, 22)
        let end =
            "LustreError: 7:0:(super25.c:1:lustre_fill_super()) llite: Unable to mount <unknown>: rc = -22"
        let option =
            "LustreError: 7:0:(llite_lib.c:9:ll_options()) Unknown option 'flokk', won't mount."
        let name =
            "LustreError: 15c-8: MGC10.8.0.3@tcp: Confguration from log work-client failed from MGS -22. Communication error"
        let quiet = "Lustre: Unmounted work-client"
        let logs: [([String], String?)] = [
            ([option, end], "does not know a mount option"),
            ([option, end, name, quiet, end], "no configuration of a file system"),
            ([name, end, option, quiet, end], "does not know a mount option"),
            ([option, end, quiet, end], nil), ([quiet], nil), ([], nil),
            (["a: Lustre: x: Unknown option 'y'", quiet, end], nil),
        ]
        for (lines, cause) in logs {
            let log = lines.enumerated().map { "[ \($0.offset).5] \($0.element)" }
            bench.programs["dmesg"] = "cat <<'X'\n\(log.joined(separator: "\n"))\nX"
            let finding = try #require(try await bench.run().judgement.findings.first)
            if let cause {
                #expect(finding.message.contains(cause), "\(finding.message)")
            } else {
                #expect(
                    !finding.message.hasSuffix(")") || finding.message.hasSuffix("(exit 22)"),
                    "\(finding.message)")
                #expect(finding.remedy == "see dmesg on the node")
            }
        }
    }

    /// As 2.17 shows it in the mount table; the comparison is the script's own.
    @Test("A folder that was mounted by its server's name is mounted")
    func folder() async throws {
        var bench = try bench("''", 0, source: "fs.test@tcp:/proj/data")
        bench.functions = """
            mounted_right() {
                read_tables
                type_is_right "$mount_type" || return 1
                compare_sources "${FLEET_SOURCE:-$fstab_source}" "$mount_source"
                [ "$matches" != no ]
            }
            """
        bench.programs["getent"] = "echo '10.8.0.3 STREAM fs.test'"
        bench.programs["mount"] = "echo '/lustre lustre fs.test@tcp:/proj' >>\"$FLEET_ROOT/mounts\""
        let ended = try await bench.run()
        #expect(ended.steps.contains("mount done"), "\(ended.output)")
        let again = try await bench.run()
        #expect(again.answer.wasMounted)
        // Another folder's file system is another one.
        try bench.root.write("/lustre lustre fs.test@tcp:/other\n", to: "mounts")
        let other = try await bench.run()
        #expect(other.judgement.findings.first?.code == "mount.step.mount-table", "\(other.output)")
    }

    private static let dkms = [
        "ERROR: Bad return status for module build on kernel: K (x86_64)\nConsult /var/lib/dkms/lustre-client/2.15/build/make.log for more information.",
        "Error! Bad return status for module build on kernel: K (aarch64)",
        "Building module:(bad exit status: 2)\nFailed command: make -j8",
        "Error! One or more modules failed to install during autoinstall.",
        "dkms: autoinstall for kernel: K failed!",
        "ERROR (dkms apport): kernel package linux-headers-K is not supported",
    ]

    @Test(
        "A package that DKMS did not build a module of, whatever the installation's exit",
        arguments: dkms, [0, 100])
    func dkmsBuild(words: String, code: Int) async throws {
        var bench = try RepairBench()
        bench.programs["apt-get"] = """
            case "$*" in
            '-s '*|*' -s '*|*--download-only*) ;;
            *install*) printf '%s\\n' 'Setting up lustre-client-modules-dkms (2.15-1) ...' '\(words)'; exit \(code) ;;
            esac
            """
        try bench.root.write(
            "make[1]: entering\nllite/file.c:7:2: error: implicit declaration of function 'f'\n",
            to: "var/lib/dkms/lustre-client/2.15/build/make.log")
        let ended = try await bench.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.code == "mount.step.module-package")
        #expect(
            finding.message.contains(
                "DKMS did not build the module for kernel \(RepairBench.kernel)"),
            "\(finding.message)")
        #expect(finding.message.contains("llite/file.c:7:2: error: implicit declaration"))
        #expect(finding.remedy?.hasPrefix("see make.log") == true)
        // What does not compile is not installed once more.
        #expect(!ended.log.contains { $0.contains("--reinstall") })
    }

    @Test("A package of which DKMS says nothing, and which it knows")
    func dkmsSilent() async throws {
        var bench = try RepairBench()
        bench.programs["apt-get"] = "exit 0"
        try bench.root.write("", to: "var/lib/dkms/lustre-client-modules/2.15/x")
        let finding = try #require(try await bench.run().judgement.findings.first)
        #expect(finding.message.contains("DKMS has not built its lustre module"))
        #expect(finding.remedy?.contains("dkms autoinstall") == true)
    }

    @Test(
        "An index that was not updated is the cause where the package is not in the old one",
        arguments: [
            (
                "W: GPG error: http://r.site x InRelease: The following signatures were invalid: EXPKEYSIG 99 Site",
                "renewed key"
            ),
            (
                "W: Failed to fetch http://r.site/InRelease  Could not connect to r.site:80",
                "network and package sources"
            ),
            (
                "E: The repository 'http://r.site x Release' does not have a Release file.",
                "release's name"
            ),
        ])
    func oldIndex(_ words: String, _ remedy: String) async throws {
        var bench = try RepairBench()
        try bench.root.write("", to: "stale")
        let usual = bench.programs["apt-get"] ?? ""
        bench.programs["apt-get"] =
            "case \"$*\" in *' update'*) echo \"\(words)\"; exit 0 ;; esac\n\(usual)"
        let finding = try #require(try await bench.run().judgement.findings.first)
        #expect(finding.code == "mount.step.package-index", "\(finding.message)")
        #expect(finding.remedy?.contains(remedy) == true, "\(finding.remedy ?? "")")
        // Where the old one has it, nothing is wrong.
        bench.programs["apt-get"] =
            "case \"$*\" in *' update'*) rm -f \"$FLEET_ROOT/stale\"; echo \"\(words)\"; exit 0 ;; esac\n\(usual)"
        #expect(try await bench.run().judgement.verdict == .ok)
    }
}

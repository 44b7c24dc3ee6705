import Foundation
@testable import LustreCheck
import Subprocess
import SystemPackage
import TestSupport
import Testing
@testable import Verdicts

/// One package for all nodes, through a folder that they share.
@Suite("mount-lustre --fetch-once", .timeLimit(.minutes(20)))
struct RepairFetchTests {
    private static let name = "\(RepairBench.package)_2.15.6-1_amd64.deb"

    /// A bench whose apt-get can download, and installs a file only if it is the package.
    private func bench(_ shared: TemporaryFolder, download: String? = nil) throws -> RepairBench {
        var bench = try RepairBench()
        bench.repair.fetchDirectory = shared.path
        bench.repair.fetchToken = "t1"
        bench.repair.fetchOwner = getuid()
        bench.programs["apt-get"] = """
            case "$*" in
            *'-s '*) ;;
            *' download '*) \(download ?? "printf package >\(Self.name)") ;;
            *--download-only*) exit 9 ;;
            *install*)
                for file; do :; done
                [ "$(cat "$file")" = package ] && touch "$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko"
                ;;
            esac
            """
        // The checksum that the package index has.
        try bench.root.write(
            "bc4a71180870f7945155fbb02f4b0a2e3faa2a62d6d31b7039013055ed19869a", to: "sum")
        return bench
    }

    @Test("One node fetches, the others take its file", arguments: ["/bin/dash", "/bin/bash"])
    func once(shell: String) async throws {
        let shared = try TemporaryFolder()
        let nodes = try (0..<4).map { _ in try bench(shared) }
        let ended = try await withThrowingTaskGroup { group in
            for node in nodes { group.addTask { try await node.run(shell: shell) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ended.allSatisfy { $0.judgement.verdict == .ok }, "\(ended.map(\.output))")
        let fetched = ended.flatMap(\.log).filter { $0.contains(" download ") }
        #expect(fetched.count == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: shared.path).sorted()
        #expect(left == [Self.name, Self.name + ".sha256"])
        #expect(
            try nodes.allSatisfy {
                try FileManager.default.contentsOfDirectory(
                    atPath: $0.root.path + "/var/cache/fleet"
                ).isEmpty
            })
    }

    @Test("A damaged file is fetched again, a dead node's claim is taken over")
    func damaged() async throws {
        let shared = try TemporaryFolder()
        try shared.write("half", to: Self.name)
        let claim = shared.path + "/\(Self.name).claim"
        try FileManager.default.createDirectory(atPath: claim, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: claim)
        let ended = try await bench(shared).run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
    }

    private func claim(_ shared: TemporaryFolder, minutes: Double) throws -> String {
        let claim = shared.path + "/\(Self.name).claim"
        try shared.write("gpu-9\n", to: "\(Self.name).claim-node")
        try FileManager.default.createDirectory(atPath: claim, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60 * minutes)], ofItemAtPath: claim)
        return claim
    }

    @Test("A claim's age is told by the folder's own clock, not by the node's")
    func skew() async throws {
        let shared = try TemporaryFolder()
        let files = FileManager.default
        // The file server is 10 minutes ahead of the node: files of its now have a time of the node's future.
        func clock(_ node: inout RepairBench, _ shift: String) {
            node.programs["touch"] = "/usr/bin/touch -d '\(shift)' \"$@\""
            node.programs["mktemp"] = """
                made=$(/usr/bin/mktemp "$@") || exit
                [ -d "$made" ] || /usr/bin/touch -d '\(shift)' "$made"
                echo "$made"
                """
        }
        let claim = try claim(shared, minutes: 7)
        var late = try bench(shared)
        clock(&late, "+10 minutes")
        #expect(try await late.run().judgement.verdict == .ok)
        // And 10 behind: a claim that was touched just now looks old to the node.
        try files.removeItem(atPath: shared.path + "/" + Self.name)
        _ = try self.claim(shared, minutes: -10)
        var early = try bench(shared)
        clock(&early, "-10 minutes")
        // It waits until the other one is done.
        early.programs["sleep"] = """
            [ $1 != 2 ] || mv "\(claim)" "$FLEET_ROOT/waited"
            exec /usr/bin/sleep $1
            """
        #expect(try await early.run().judgement.verdict == .ok)
        #expect(files.fileExists(atPath: early.root.path + "/waited"))
    }

    @Test("Another node's claim is left alone, and its package waited for")
    func lostClaim() async throws {
        let shared = try TemporaryFolder()
        // While it downloads, another holds it for dead and takes over; that one is done in the end.
        let node = try bench(
            shared,
            download: """
                rm -rf "\(shared.path)/\(Self.name).claim"
                mkdir "\(shared.path)/\(Self.name).claim"
                echo gpu-9 >"\(shared.path)/\(Self.name).claim-node"
                printf package >"\(shared.path)/\(Self.name)"
                exit 1
                """)
        let ended = try await node.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: shared.path).sorted()
        #expect(left == ["", ".claim", ".claim-node"].map { Self.name + $0 }, "\(left)")
    }

    @Test("What runs of days ago left in the folder goes, and nothing else")
    func remnants() async throws {
        let shared = try TemporaryFolder()
        let old = [
            "lustre-client-modules-6.2.0-1-aws_1_amd64.deb.failed.t0",
            "\(Self.name).claim.7.gpu-3", "site.claim",
        ]
        for name in [old[0], old[1] + "/node", old[2], "\(Self.name).failed.t9"] {
            try shared.write("x", to: name)
        }
        for name in old {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -200_000)],
                ofItemAtPath: shared.path + "/" + name)
        }
        let ended = try await bench(shared).run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        let left = try FileManager.default.contentsOfDirectory(atPath: shared.path).sorted()
        #expect(left == [Self.name, "\(Self.name).failed.t9", Self.name + ".sha256", "site.claim"])
    }

    @Test("What cannot be fetched is told by every node, and fetched once a run")
    func failed() async throws {
        let shared = try TemporaryFolder()
        let download = "echo 'E: Failed to fetch https://repo.example/x' >&2; exit 100"
        for number in 0..<2 {
            let ended = try await bench(shared, download: download).run()
            let finding = try #require(ended.judgement.findings.first)
            #expect(finding.code == "mount.step.package-fetch")
            #expect(finding.message.contains("Failed to fetch https://repo.example/x"))
            #expect(ended.log.contains { $0.contains(" download ") } == (number == 0))
        }
        // The next run tries again.
        var next = try bench(shared)
        next.repair.fetchToken = "t2"
        #expect(try await next.run().judgement.verdict == .ok)
    }

    @Test("A package that somebody takes away each time it was brought ends the row")
    func takenAway() async throws {
        let shared = try TemporaryFolder()
        var node = try bench(shared)
        node.programs["mv"] = """
            /bin/mv "$@"
            for target; do :; done
            case $target in *.deb) /bin/rm -f "$target" ;; esac
            """
        let ended = try await node.run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.code == "mount.step.package-fetch")
        let words = "3 times, and each time another process removed or changed it"
        #expect(finding.message.contains(words), "\(finding.message)")
        #expect(ended.log.filter { $0.contains(" download ") }.count == 3)
        // What it fetched and what it made is gone, and the other nodes of the run do not try, too.
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: node.root.path + "/var/cache/fleet"
            ).isEmpty)
        let other = try await bench(shared).run()
        #expect(other.judgement.findings.first?.message.contains(words) == true)
        #expect(!other.log.contains { $0.contains(" download ") })
        let module = "\(node.root.path)/lib/modules/\(RepairBench.kernel)/lustre.ko"
        #expect(!FileManager.default.fileExists(atPath: module))
    }

    @Test("A link to a folder in the claim's place leads to nothing")
    func linkedClaim() async throws {
        let shared = try TemporaryFolder()
        let others = try TemporaryFolder()
        var node = try bench(shared)
        // The moment after the claim was made: the next thing is a folder for the package.
        node.programs["mktemp"] = """
            made=$(/usr/bin/mktemp "$@") || exit
            case $made in
            */fetch.*)
                /bin/rmdir "\(shared.path)/\(Self.name).claim"
                /bin/ln -s "\(others.path)" "\(shared.path)/\(Self.name).claim"
                ;;
            esac
            echo "$made"
            """
        #expect(try await node.run().judgement.verdict == .ok)
        #expect(try FileManager.default.contentsOfDirectory(atPath: others.path) == [])
        let left = try FileManager.default.contentsOfDirectory(atPath: shared.path).sorted()
        #expect(left == [Self.name, Self.name + ".sha256"], "\(left)")
    }

    @Test("What arrives is compared with the index")
    func wrongSum() async throws {
        let shared = try TemporaryFolder()
        let ended = try await bench(shared, download: "printf other >\(Self.name)").run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.message.contains("arrived damaged"), "\(finding.message)")
    }

    @Test(
        "A node whose root is hostile swaps what lies in the shared folder: nothing else than the package is ever installed",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot))
    func swapped() async throws {
        let shared = try TemporaryFolder()
        let secrets = try TemporaryFolder()
        let secret = try secrets.secret()
        // A hostile root can do there what he likes: other files, links, pipes and folders in every name's place.
        let loop = """
            for my $name ("\(Self.name)", "\(Self.name).sha256", glob("*.claim*"), glob("*.failed*"), glob("*.claim/*")) {
                rename $name, "kept"; symlink("\(secret)", $name); unlink $name;
                if (open(my $file, ">", $name)) { print $file "other"; close $file; } unlink $name;
                system("mkfifo", $name) if rand() < 0.05; unlink $name; mkdir $name; rmdir $name; rename "kept", $name;
            }
            """
        try await OtherUser.while_(loop, in: shared.path, asRoot: true) {
            for _ in 0..<Fuzzing.rounds(24, few: 3) {
                var node = try bench(shared)
                // What is to be waited for does not come.
                node.functions = "FLEET_FETCH_SECONDS=3"
                node.programs["apt-get"] = node.programs["apt-get"]?.replacing(
                    "*install*)",
                    with: """
                        *install*)
                            for file; do :; done
                            [ "$(cat "$file")" = package ] || echo "other $file" >>"\(secrets.path)/installed"
                        """)
                let begin = ContinuousClock.now
                _ = try await node.run()
                // Without a limit of its own it would wait for ever; ten seconds are usual, a minute was seen beside others.
                #expect(ContinuousClock.now - begin < .seconds(300))
            }
        }
        let installed = try? String(contentsOfFile: secrets.path + "/installed", encoding: .utf8)
        #expect(installed == nil, "\(installed ?? "")")
        #expect(try TemporaryFolder.isUntouched(secret))
    }

    @Test(
        "A folder that cannot be written to is told, with the remedy",
        .enabled(if: getuid() != 0, "root writes everywhere"))
    func readOnlyFolder() async throws {
        let shared = try TemporaryFolder()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: shared.path)
        let finding = try #require(try await bench(shared).run().judgement.findings.first)
        #expect(finding.message.contains("cannot write in \(shared.path)"))
        #expect(finding.remedy?.hasPrefix("give --fetch-dir") == true)
    }

    @Test func foldersThatDoNotServe() async throws {
        let shared = try TemporaryFolder()
        var bench = try bench(shared)
        bench.repair.fetchDirectory = shared.path + "/none"
        let missing = try await bench.run()
        #expect(missing.judgement.findings.first?.message.contains("--fetch-dir must be") == true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o777], ofItemAtPath: shared.path)
        bench.repair.fetchDirectory = shared.path
        let open = try await bench.run()
        #expect(open.judgement.findings.first?.message.contains("anybody may write to") == true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o775], ofItemAtPath: shared.path)
        let group = try await bench.run()
        #expect(group.judgement.findings.first?.message.contains("the group may write to") == true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: shared.path)
        bench.programs["stat"] = "echo 'drwxr-xr-x 4711'"
        let other = try await bench.run()
        let finding = try #require(other.judgement.findings.first)
        #expect(finding.message.contains("belongs to user 4711, who is neither root nor who runs"))
        #expect(finding.remedy?.hasPrefix("give --fetch-dir") == true)
    }

    @Test(
        "With dnf, the signature counts, since its index has no checksum",
        arguments: [
            ("digests signatures OK", 0, nil), ("rsa sha1 (md5) pgp md5 OK", 0, nil),
            ("digests OK", 0, "is not signed"), ("sha1 md5 OK", 0, "is not signed"),
            ("digests SIGNATURES NOT OK", 1, "cannot be checked"),
        ] as [(String, Int, String?)])
    func signature(_ says: String, _ status: Int, _ words: String?) async throws {
        let shared = try TemporaryFolder()
        var bench = try bench(shared)
        try bench.root.write("ID=amzn\nVERSION_ID=2023\n", to: "etc/os-release")
        bench.programs["dnf"] = """
            case "$*" in
            *list*) printf 'Available Packages\\nlustre-client.x86_64  2.15.6-1  fsx\\n' ;;
            *--assumeno*) echo 'Nothing to do.' ;;
            *--downloaddir*) for word; do case $word in --downloaddir=*) echo package >"${word#*=}/lustre-client-2.15.6-1.x86_64.rpm" ;; esac; done ;;
            *' install '*) touch "$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko" ;;
            esac
            """
        bench.programs["rpm"] = """
            if [ "$1" = -K ]; then echo "$2: \(says)"; exit \(status); fi
            echo 2.15.6-1
            """
        let ended = try await bench.run()
        guard let words else {
            #expect(ended.judgement.verdict == .ok, "\(ended.output)")
            return
        }
        let finding = try #require(ended.judgement.findings.first)
        #expect(finding.message.contains(words), "\(finding.message)")
        #expect(finding.remedy == "install the repository's key on the node")
        #expect(!ended.log.contains { $0.hasPrefix("dnf -y -q install") })
    }

    /// dnf as it speaks, with what it lists, would install, and installs.
    private static func dnf(_ transaction: String) -> String {
        """
        case "$*" in
        *list*) [ -e "$FLEET_ROOT/stale" ] || printf 'Available Packages\\nkmod-lustre-client.x86_64  2.15.6-1.el9  aws-fsx\\n' ;;
        *makecache*) rm -f "$FLEET_ROOT/stale" ;;
        *--assumeno*) printf '%s\\n' \(transaction) 'Operation aborted.'; exit 1 ;;
        *downloadonly*) ;;
        *install*) touch "$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko" ;;
        esac
        """
    }

    @Test("dnf and yum", arguments: ["dnf", "yum"], [false, true])
    func dnf(_ program: String, isStale: Bool) async throws {
        var bench = try RepairBench()
        for name in ["apt-get", "apt-cache", "dpkg", "dpkg-query"] {
            bench.programs[name] = "exit 99"
        }
        try bench.root.write("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", to: "etc/os-release")
        if isStale { try bench.root.write("", to: "stale") }
        bench.programs[program] = Self.dnf(
            "'Installing:' ' kmod-lustre-client x86_64 2.15.6-1.el9 aws-fsx 4 M'")
        bench.programs["rpm"] = "exit 1"
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(
            ended.steps == (isStale ? ["package-index done"] : []) + [
                "module-package done", "module-load done", "mount done",
            ])
        #expect(ended.log.contains("\(program) -y -q install kmod-lustre-client"))
    }

    @Test(arguments: [
        (
            "'Removing dependent packages:' ' other-client x86_64 1 repo 1 M'",
            "would remove other-client"
        ),
        (
            "'Installing dependencies:' ' kernel-core x86_64 5.14 repo 1 M'",
            "would bring kernel-core"
        ),
        ("'Upgrading:' ' kernel x86_64 5.14 repo 1 M'", "would bring kernel"),
    ])
    func dnfRefusals(_ transaction: String, _ words: String) async throws {
        var bench = try RepairBench()
        try bench.root.write("ID=amzn\nVERSION_ID=2023\n", to: "etc/os-release")
        bench.programs["dnf"] = Self.dnf(transaction)
        let ended = try await bench.run()
        #expect(ended.judgement.findings.first?.message.contains(words) == true, "\(ended.output)")
        #expect(!ended.log.contains { $0.hasPrefix("dnf -y") })
    }

    @Test func families() throws {
        #expect(
            PackageFamily("ubuntu=my-{kernel}")
                == PackageFamily(
                    id: "ubuntu", manager: .apt, module: "my-{kernel}", tools: "lustre-client-utils"
                ))
        #expect(
            PackageFamily("amzn-2=kmod-l/l-tools")
                == PackageFamily(id: "amzn-2", manager: .dnf, module: "kmod-l", tools: "l-tools"))
        #expect(PackageFamily("sles=dnf:l")?.tools == "lustre-client")
        for text in [
            "", "ubuntu", "ubuntu=", "sles=l", "=x", "ubuntu=a b", "ubuntu=a;b", "ubuntu=$(x)",
        ] {
            #expect(PackageFamily(text) == nil, "\(text)")
        }
        let table = PackageFamily.table(overriddenBy: [try #require(PackageFamily("rocky=mine"))])
        #expect(table.filter { $0.id == "rocky" }.map(\.module) == ["mine"])
        #expect(table.count == PackageFamily.table.count)
    }

    @Test func jitter() {
        #expect([0, 32, 33, 1_000, 100_000].map(RepairSettings.jitter) == [0, 0, 2, 60, 60])
    }

    @Test("The way to another kernel is printed, and not gone")
    func toKernel() async throws {
        var bench = try RepairBench()
        bench.repair.toKernel = "6.8.0-1039-aws"
        let ended = try await bench.run()
        #expect(!ended.changed && ended.judgement.verdict == .ok)
        #expect(ended.answer.plan.allSatisfy { $0.name == "to-kernel" })
        #expect(
            ended.answer.plan.first?.command
                == "apt-get install -y --no-install-recommends linux-image-6.8.0-1039-aws lustre-client-modules-6.8.0-1039-aws"
        )
        #expect(ended.answer.plan.last?.command.hasPrefix("scontrol reboot ASAP") == true)
    }
}

@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// The repair where dnf or yum brings the packages, with what these print.
@Suite("mount-lustre with dnf and yum", .timeLimit(.minutes(20)))
struct RepairDnfTests {
    private static let installed = "2.15.6-1.amzn2023"

    /// A node of Amazon Linux whose dnf answers as given.
    ///
    /// - Parameters:
    ///   - list: What lists the available packages.
    ///   - transaction: What tells the transaction that would be made.
    ///   - reinstall: What installs the package once more.
    ///   - program: The package manager, dnf or yum.
    /// - Returns: The bench.
    /// - Throws: What keeps its folder from being made.
    private func bench(
        list: String = "echo 'Error: No matching Packages to list' >&2; exit 1",
        transaction: String = "echo 'Nothing to do.'", reinstall: String = ":",
        program: String = "dnf"
    ) throws -> RepairBench {
        var bench = try RepairBench()
        try bench.root.write("ID=\"amzn\"\nVERSION_ID=\"2023\"\n", to: "etc/os-release")
        bench.programs[program] = """
            case "$*" in
            *' list '*) \(list) ;;
            *makecache*) ;;
            *--assumeno*) \(transaction) ;;
            *downloadonly*) ;;
            *reinstall*) \(reinstall) ;;
            *install*) [ ! -e "$FLEET_ROOT/has-module" ] || touch "$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko" ;;
            esac
            """
        bench.programs["rpm"] = "echo \(Self.installed)"
        return bench
    }

    @Test(
        "An installed package without a module for the kernel is installed again, and then told as such",
        arguments: [
            ":",
            """
            echo 'Installed package lustre-client-2.15.6-1.amzn2023.x86_64 (from fsx) not available.'
            echo 'Error: No packages marked for reinstall.' >&2
            exit 1
            """,
        ])
    func withoutModule(reinstall: String) async throws {
        let ended = try await bench(reinstall: reinstall).run()
        let finding = try #require(ended.judgement.findings.first)
        #expect(
            finding.message.hasPrefix(
                "module-package failed: lustre-client is installed, but holds no module for kernel \(RepairBench.kernel)"
            ), "\(finding.message)")
        #expect(finding.remedy?.hasPrefix("boot a kernel that the package supports") == true)
        #expect(ended.log.contains("dnf -y -q reinstall lustre-client"))
    }

    @Test("The row names the version that is there after the installation")
    func version() async throws {
        let ended = try await bench(
            reinstall: "touch \"$FLEET_ROOT/lib/modules/\(RepairBench.kernel)/lustre.ko\""
        ).run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        let step = try #require(ended.answer.steps.first { $0.name == "module-package" })
        #expect(step.message == "installed lustre-client \(Self.installed)")
    }

    @Test("A package that is neither available nor installed is told as missing")
    func missing() async throws {
        var bench = try bench()
        bench.programs["rpm"] = "echo 'package lustre-client is not installed'; exit 1"
        let ended = try await bench.run()
        #expect(
            ended.judgement.findings.first?.message.contains(
                "no package lustre-client in the repositories") == true, "\(ended.output)")
    }

    private static let available =
        "printf 'Available Packages\\nlustre-client.x86_64  2.15.6-1.amzn2023  fsx\\n'"

    /// A transaction as dnf 4 prints it.
    private static func table(_ rows: String) -> String {
        """
        cat <<'TABLE'
        Dependencies resolved.
        ================================================================================
         Package             Architecture   Version                  Repository    Size
        ================================================================================
        \(rows)

        Transaction Summary
        ================================================================================
        Install  1 Package

        Operation aborted.
        TABLE
        exit 1
        """
    }

    @Test(
        "What would replace a package or bring a kernel by an update is refused",
        arguments: [
            (
                """
                Installing:
                 lustre-client       x86_64         2.15.6-1.amzn2023        fsx          3.9 M
                     replacing  site-lustre.x86_64 2.12.8-1.el9
                """, "would remove site-lustre.x86_64"
            ),
            (
                """
                Installing:
                 lustre-client       x86_64         2.15.6-1.amzn2023        fsx          3.9 M
                Updating for dependencies:
                 kernel              x86_64         6.1.150-1.amzn2023       core          32 M
                """, "would bring kernel"
            ),
            (
                """
                Installing:
                 lustre-client       x86_64         2.15.6-1.amzn2023        fsx          3.9 M
                Downgrading:
                 kernel-core         x86_64         6.1.100-1.amzn2023       core          32 M
                """, "would bring kernel-core"
            ),
        ], ["dnf", "yum"])
    func refusals(_ given: (rows: String, words: String), program: String) async throws {
        let ended = try await bench(
            list: Self.available, transaction: Self.table(given.rows), program: program
        ).run()
        let message = try #require(ended.judgement.findings.first?.message)
        #expect(
            message.contains("refused: installing lustre-client \(given.words)"), "\(message)")
        #expect(!ended.log.contains { $0.contains(" -y ") })
    }

    @Test("Nothing asks a mirror before the node's turn, and in a rehearsal nothing at all")
    func turn() async throws {
        var bench = try bench(list: Self.available)
        try bench.root.write("", to: "has-module")
        bench.repair.jitterSeconds = 3
        bench.programs["sleep"] = "PATH=/usr/bin:/bin exec sleep \"$1\""
        bench.repair.isRehearsal = true
        let rehearsed = try await bench.run()
        let asked = rehearsed.log.filter { $0.hasPrefix("dnf ") }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.contains(" -C ") }, "\(asked)")

        bench.repair.isRehearsal = false
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        let turn = try #require(
            ended.log.firstIndex { $0.wholeMatch(of: /sleep [0-2]/) != nil })
        let online = try #require(
            ended.log.firstIndex { $0.hasPrefix("dnf ") && !$0.contains(" -C ") })
        #expect(turn < online, "\(ended.log)")
    }

    @Test(
        "The candidate is read from what dnf and yum print, wide or wrapped",
        arguments: [
            "Available Packages\nlustre-client.x86_64      2.15.6-1.amzn2023      fsx",
            "Available Packages\nlustre-client.x86_64\n                   2.15.6-1.amzn2023      fsx",
            "Available Packages\nlustre-client.x86_64      2.15.6-1.amzn2023\n                        fsx",
            """
            Loaded plugins: extras_suggestions, langpacks, priorities, update-motd
            Available Packages
            lustre-client.x86_64      2.15.6-1.amzn2023      amzn2extra-lustre
            """,
            "Available packages\nlustre-client.x86_64 2.15.6-1.amzn2023 fsx",
        ], ["dnf", "yum"])
    func candidates(_ text: String, program: String) async throws {
        var bench = try bench(list: "cat \"$FLEET_ROOT/list\"", program: program)
        bench.programs["rpm"] = "echo 'package lustre-client is not installed'; exit 1"
        try bench.root.write(text + "\n", to: "list")
        try bench.root.write("", to: "has-module")
        let ended = try await bench.run()
        #expect(ended.judgement.verdict == .ok, "\(ended.output)")
        #expect(!ended.log.contains { $0.contains("makecache") })
        let step = try #require(ended.answer.steps.first)
        #expect(step.message == "installed lustre-client \(Self.installed)")
    }

    @Test(
        "What is no candidate is not taken for one",
        arguments: [
            "Error: No matching Packages to list", "Last metadata check: 3",
            "Cache-only enabled but no cache for 'fsx'", "",
        ])
    func noCandidate(_ text: String) async throws {
        var bench = try bench(list: "cat \"$FLEET_ROOT/list\"")
        bench.programs["rpm"] = "exit 1"
        try bench.root.write(text + "\n", to: "list")
        let ended = try await bench.run()
        #expect(ended.log.contains { $0.contains("makecache") })
        #expect(
            ended.judgement.findings.first?.message.contains("no package lustre-client in") == true,
            "\(ended.output)")
    }

    @Test(
        "Transactions as yum and dnf print them, harmless or not told",
        arguments: [
            (
                """
                Dependencies Resolved

                ================================================================================
                 Package          Arch      Version                    Repository          Size
                ================================================================================
                Installing:
                 lustre-client    x86_64    2.12.8-1.amzn2             amzn2extra-lustre   3.1 M
                Updating for dependencies:
                 libyaml          x86_64    0.1.4-11.amzn2             amzn2-core           55 k

                Transaction Summary
                ================================================================================
                Install  1 Package
                Upgrade             ( 1 Dependent package)

                Exiting on user command
                """, nil
            ),
            (
                """
                Dependencies resolved.
                Installing:
                 kmod-lustre-client-with-a-name-that-is-wrapped-since-it-is-wide
                                     x86_64         2.15.6-1.amzn2023        fsx          3.9 M
                Installing weak dependencies:
                 lustre-doc          noarch         2.15.6-1.amzn2023        fsx          0.9 M
                Operation aborted.
                """, nil
            ),
            (
                """
                Error:\u{20}
                 Problem: conflicting requests
                  - nothing provides kernel-abi = 6.1 needed by lustre-client-2.15.6-1.x86_64 from fsx
                """, "nothing provides kernel-abi"
            ),
            ("Cache-only enabled but no cache for 'fsx'", "no cache for 'fsx'"),
            (
                """
                Removing dependent packages:
                 site-tools          x86_64         1-1                      @site        0.9 M
                Operation aborted.
                """, "would remove site-tools"
            ),
        ] as [(String, String?)])
    func transactions(_ text: String, _ words: String?) async throws {
        let bench = try bench(
            list: Self.available, transaction: "cat \"$FLEET_ROOT/table\"; exit 1")
        try bench.root.write(text + "\n", to: "table")
        try bench.root.write("", to: "has-module")
        let ended = try await bench.run()
        guard let words else {
            #expect(ended.judgement.verdict == .ok, "\(ended.output)")
            return
        }
        let message = try #require(ended.judgement.findings.first?.message)
        #expect(message.contains(words), "\(message)")
        #expect(!ended.log.contains { $0.contains(" -y ") })
    }
}

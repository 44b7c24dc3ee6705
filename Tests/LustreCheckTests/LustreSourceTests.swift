import Foundation
@testable import LustreCheck
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The functions that check and repair share for sources, by a real shell, with a getent(1) of ours.
struct LustreShell {
    let root: TemporaryFolder
    private let programs: TemporaryFolder

    /// Makes it.
    ///
    /// - Parameter names: The addresses of names, blanks between.
    /// - Throws: What keeps its folders from being made.
    init(names: [String: String] = [:]) throws {
        root = try TemporaryFolder()
        programs = try TemporaryFolder()
        let cases = names.map { name, addresses in
            "'\(name)') for a in \(addresses); do echo \"$a STREAM \(name)\"; echo \"$a RAW\"; done ;;"
        }
        try programs.write(
            "#!/bin/sh\ncase $2 in\n\(cases.joined(separator: "\n"))\n*) exit 2 ;;\nesac\n",
            to: "getent")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: programs.path + "/getent")
    }

    /// The lines that the functions print.
    func lines(_ body: String, shell: String = "/bin/dash") async throws -> [String] {
        let script =
            LustreScripts.sent([
                PackageResources.lustre_common_sh, PackageResources.lustre_sources_sh,
            ]) + body
        let ran = try await Subprocess.run(
            .path(FilePath(shell)), arguments: ["-c", script, "fleet"],
            environment: .custom([
                "PATH": "\(programs.path):/usr/bin:/bin", "FLEET_ROOT": root.path,
                "FLEET_MOUNT_POINT": "/lustre", "FLEET_FS_TYPES": "lustre",
            ]), output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        #expect(ran.standardError == "", "\(shell)")
        return ran.standardOutput.split(separator: "\n").map(String.init)
    }

    /// What the comparison of each pair comes to, in one shell.
    func compared(_ pairs: [(String, String)], shell: String = "/bin/dash") async throws
        -> [String]
    {
        let calls = pairs.map { "compare_sources '\($0.0)' '\($0.1)'; echo \"$matches\"" }
        return try await lines(calls.joined(separator: "\n"), shell: shell)
    }
}

@Suite("Sources are compared as Lustre compares NIDs", .timeLimit(.minutes(20)))
struct LustreSourceTests {
    private static let names = [
        "fs.test": "10.0.0.4", "both.test": "10.0.0.5 fd00:1::5", "six.test": "fd00:1:0:0::6",
        "mgs-a.test": "10.0.0.7 10.0.0.8",
    ]

    /// Pairs that mean the same, in either order.
    private static let same: [(String, String)] = [
        ("10.0.0.1@o2ib:/a", "10.0.0.1@o2ib0:/a"), ("10.0.0.1@tcp0:/a", "10.0.0.1:/a"),
        ("10.0.0.1@efa0:/a", "10.0.0.1@efa:/a"), ("7@gni:/a", "0x7@gni0:/a"),
        ("31@kfi2:/a", "0x1F@kfi02:/a"), ("9@ptlf0:/a", "09@ptlf:/a"), ("0@lo:/a", "0@lo:/a/"),
        ("10.0.0.1@tcp12:/a", "10.0.0.1@tcp012:/a"), ("010.0.0.1@tcp:/a", "10.0.0.1@tcp:/a"),
        ("fd00::9@tcp:/a", "[fd00::9]@tcp0:/a"), ("FD00:0:0::9@tcp:/a", "fd00::0009@tcp:/a"),
        ("fd00:1:2:3:4:5:6:7@tcp1:/a", "[fd00:1:2:3:4:5:6:7]@tcp1:/a"),
        ("::1:/a", "0:0:0:0:0:0:0:1@tcp:/a"), ("fd00::@tcp:/a", "fd00:0::0@tcp:/a"),
        ("10.0.0.1@tcp:10.0.0.2@tcp:/a", "10.0.0.2@tcp,10.0.0.9@tcp:/a"),
        ("10.0.0.1,fd00::2@tcp:[fd00::3]@tcp:/a", "fd00::3@tcp:/a"),
        ("10.0.0.1:10.0.0.2@o2ib:/a", "10.0.0.1@tcp:/a"),
        ("10.0.0.3@tcp,10.0.0.3@o2ib1:10.0.0.4@o2ib1:/a", "10.0.0.4@o2ib1:/a"),
        ("[fd00::1]@tcp:[fd00::2]@tcp:/a", "fd00::2@tcp:/a"),
        ("fs.test@tcp:/a", "10.0.0.4@tcp0:/a"), ("six.test@tcp:/a", "fd00:1::6@tcp:/a"),
        ("both.test:/a", "[fd00:1::5]@tcp:/a"), ("both.test:/a", "10.0.0.5@tcp:/a"),
        ("mgs-a.test@tcp:mgs-b.invalid@tcp:/a", "10.0.0.8@tcp:/a"),
        ("unknown.invalid@tcp:/a", "unknown.invalid@tcp0:/a"),
        ("10.0.0.1@tcp:/a//b", "10.0.0.1:/a/b/"),
    ]

    private static let different: [(String, String)] = [
        ("10.0.0.1@o2ib:/a", "10.0.0.1@o2ib1:/a"), ("10.0.0.1@tcp:/a", "10.0.0.1@o2ib:/a"),
        ("10.0.0.1@tcp1:/a", "10.0.0.1:/a"), ("7@gni:/a", "7@kfi:/a"),
        ("7@gni:/a", "0x8@gni:/a"), ("fd00:1::5@tcp:/a", "fd00:2::5@tcp:/a"),
        ("fd00::5@tcp:/a", "fd00::5:0@tcp:/a"), ("[fd00::5]@tcp1:/a", "fd00::5@tcp:/a"),
        ("fd00:aaaa::5@tcp:/a", "10.0.0.5@tcp:/a"), ("six.test@tcp:/a", "fd00:1::7@tcp:/a"),
        ("fs.test@o2ib:/a", "10.0.0.4@tcp:/a"), ("10.0.0.1@tcp:/a", "10.0.0.1@tcp:/b"),
        ("10.0.0.1@tcp:/a/bc", "10.0.0.1@tcp:/a/b"), ("unknown.invalid:/a", "10.0.0.1:/b"),
        ("10.0.0.1:10.0.0.2@o2ib:/a", "10.0.0.1@o2ib:/a"),
    ]

    @Test("Forms of the same and of other servers", arguments: ["/bin/dash", "/bin/bash"])
    func forms(shell: String) async throws {
        let node = try LustreShell(names: Self.names)
        let swapped = (Self.same + Self.different).map { ($0.1, $0.0) }
        let pairs = Self.same + Self.different + swapped
        let found = try await node.compared(pairs, shell: shell)
        try #require(found.count == pairs.count)
        for (index, pair) in pairs.enumerated() {
            let place = index % (Self.same.count + Self.different.count)
            #expect(found[index] == (place < Self.same.count ? "yes" : "no"), "\(pair)")
        }
    }

    /// The mount table may have a server's name alone.
    @Test func nameAlone() async throws {
        let pairs = [
            ("gone.invalid@o2ib:/a", "gone.invalid:/a"),
            ("gone.invalid:/a", "gone.invalid@o2ib:/a"),
        ]
        #expect(try await LustreShell().compared(pairs) == ["yes", "unknown"])
    }

    @Test("A name without an address is no answer")
    func unresolved() async throws {
        let node = try LustreShell(names: Self.names)
        let pairs = [
            ("gone.invalid@tcp:/a", "10.0.0.1@tcp:/a"), ("10.0.0.1:gone.invalid:/a", "10.0.0.2:/a"),
            ("gone.invalid@tcp:/a", "fd00::1@tcp:/a"), ("gone.invalid:/a/b", "10.0.0.1:/a"),
            ("fe80::1%eth0@tcp:/a", "10.0.0.1:/a"),
        ]
        #expect(try await node.compared(pairs) == pairs.map { _ in "unknown" })
    }

    /// 2.17 shows the file system alone where servers were named.
    @Test("The file system of which a folder is wanted is never another one")
    func folders() async throws {
        let node = try LustreShell(names: Self.names)
        let pairs = [
            ("fs.test@tcp:/a/data", "fs.test@tcp:/a"), ("fs.test@tcp:/a/data", "10.0.0.4@tcp:/a"),
            ("10.0.0.1@tcp:/a/x/y", "10.0.0.1@tcp:/a/x"), ("[fd00::1]:/a//x/", "fd00::1@tcp:/a"),
        ]
        #expect(try await node.compared(pairs) == pairs.map { _ in "part" })
        // The other way about it is one: a folder is mounted, and the whole is wanted.
        #expect(try await node.compared(pairs.map { ($0.1, $0.0) }) == pairs.map { _ in "no" })
        // NFS shows every path in full.
        #expect(
            try await node.lines("fstab_type=nfs; compare_sources h:/a/b h:/a; echo $matches")
                == ["no"])
    }

    /// Random lists of servers: written in another way they are the same, and with none in common another.
    @Test func anyList() async throws {
        var random = SeededRandom(12)
        let networks = ["tcp", "o2ib", "tcp1", "o2ib12", "efa", "kfi3"]
        func address(_ number: Int) -> (text: String, other: String) {
            let six = String(number, radix: 16)
            return switch number % 3 {
            case 0:
                ("10.1.\(number / 200).\(number % 200)", "10.001.\(number / 200).0\(number % 200)")
            case 1: ("fd00:7::\(six)", "[FD00:0007:0:0:0:0:0:\(six)]")
            default: ("\(number)", "0x\(six)")
            }
        }
        var pairs: [(String, String)] = []
        var expected: [String] = []
        for _ in 0..<300 {
            let numbers = Array((1...400).shuffled(using: &random).prefix(6))
            let network = networks.randomElement(using: &random) ?? "tcp"
            let other = network.last?.isNumber == true ? network : network + "0"
            let left = numbers.prefix(3).map { address($0).text + "@" + network }
            let sharing = Bool.random(using: &random)
            let right = numbers[(sharing ? 2 : 3)...].shuffled(using: &random)
                .map { address($0).other + "@" + other }
            pairs.append(
                (left.joined(separator: ":") + ":/f", right.joined(separator: ",") + ":/f"))
            expected.append(sharing ? "yes" : "no")
        }
        let found = try await LustreShell().compared(pairs)
        try #require(found.count == pairs.count)
        for index in pairs.indices where found[index] != expected[index] {
            Issue.record("\(pairs[index]): \(found[index]), expected \(expected[index])")
        }
    }
}

@Suite("The servers' port", .timeLimit(.minutes(20)))
struct LustrePortTests {
    struct Port: Sendable {
        var files: [String: String]
        var port: Int
        init(_ files: [String: String], _ port: Int) { (self.files, self.port) = (files, port) }
    }

    @Test(
        "accept_port of the loaded module, of the command line, of the module's options",
        arguments: [
            Port([:], 988),
            Port(["sys/module/lnet/parameters/accept_port": "6988\n"], 6988),
            Port(["etc/modprobe.d/lnet.conf": "options lnet accept_port=7988\n"], 7988),
            Port(
                ["etc/modprobe.d/x.conf": "options lnet networks=tcp(eth0) accept_port=7001 a=b"],
                7001),
            Port(["etc/modprobe.d/x.conf": "options\tlnet\t\"accept_port=7002\""], 7002),
            Port(
                ["etc/modprobe.d/x.conf": "options lnet networks=tcp \\\n  accept_port='7003'\n"],
                7003),
            Port(["usr/lib/modprobe.d/x.conf": "options lnet accept_port=7004\n"], 7004),
            Port(["run/modprobe.d/x.conf": "options lnet accept_port=7005\n"], 7005),
            Port(["etc/modprobe.conf": "options lnet accept_port=7006\n"], 7006),
            Port(["proc/cmdline": "root=/dev/x lnet.accept_port=7007 quiet\n"], 7007),
            // Another module's, another word's, a comment's.
            Port(
                [
                    "etc/modprobe.d/x.conf":
                        "# options lnet accept_port=1\noptions ksocklnd accept_port=2\noptions lnet xaccept_port=3\noptions lnet accept_port=x\n",
                    "proc/cmdline": "accept_port=4 xlnet.accept_port=5\n",
                    "etc/modprobe.d/x.conf.bak": "options lnet accept_port=6\n",
                ], 988),
            // The last counts; of two files of a name that of /etc; the loaded module before all.
            Port(
                [
                    "etc/modprobe.d/a.conf": "options lnet accept_port=1001\n",
                    "etc/modprobe.d/b.conf":
                        "options lnet accept_port=1002\noptions lnet accept_port=1003",
                ], 1003),
            Port(
                [
                    "etc/modprobe.d/b.conf": "options lnet accept_port=1004\n",
                    "usr/lib/modprobe.d/b.conf": "options lnet accept_port=1005\n",
                    "lib/modprobe.d/a.conf": "options lnet accept_port=1006\n",
                ], 1004),
            Port(
                [
                    "etc/modprobe.d/b.conf": "options lnet accept_port=1004\n",
                    "proc/cmdline": "lnet.accept_port=1007",
                ], 1007),
            Port(
                [
                    "etc/modprobe.d/b.conf": "options lnet accept_port=1004\n",
                    "sys/module/lnet/parameters/accept_port": "988\n",
                ], 988),
        ])
    func sources(_ given: Port) async throws {
        let node = try LustreShell()
        for (path, text) in given.files { try node.root.write(text, to: path) }
        for shell in ["/bin/dash", "/bin/bash"] {
            let lines = try await node.lines("find_port; echo $port", shell: shell)
            #expect(lines == ["\(given.port)"])
        }
    }
}

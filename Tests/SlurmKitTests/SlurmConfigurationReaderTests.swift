import Foundation
import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// The few keys that are read before libslurm reads slurm.conf, in files as sites have them.
@Suite struct SlurmConfigurationReaderTests {
    private func read(_ files: [String: String]) throws -> SlurmConfigurationReader {
        let folder = try TemporaryFolder(files)
        return try SlurmConfigurationReader.read(path: folder.path + "/slurm.conf", origin: "")
    }

    private func read(_ text: String) throws -> SlurmConfigurationReader {
        try read(["slurm.conf": text])
    }

    private static let lines = [
        "ClusterName=c1", "SlurmctldHost=head-a(10.0.0.1)", "SlurmctldHost=head-b",
        "SlurmctldPort=6820", "AuthType=auth/munge", "AuthInfo=socket=/run/m.socket,ttl=60",
        "PluginDir=/sw/lib/slurm", "SlurmUser=slurm", "RebootProgram=\"/sbin/reboot now\"",
    ]

    private func isWhole(_ found: SlurmConfigurationReader) -> Bool {
        found.clusterName == "c1" && found.controllers == ["head-a", "head-b"]
            && found.addresses == ["10.0.0.1", "head-b"] && found.port == "6820"
            && found.authType == "auth/munge" && found.authInfo == "socket=/run/m.socket,ttl=60"
            && found.pluginFolder == "/sw/lib/slurm" && found.slurmUser == "slurm"
            && found.rebootProgram == "/sbin/reboot now"
    }

    @Test(
        "Every key is found however its line ends, is continued, spaced, written and commented",
        arguments: ["\n", "\r\n", "\n\n\n", " \\\n", "\\\n ", " # a note \\\n", "\n#", "\t"])
    func ends(_ end: String) throws {
        let separator = end == "\n#" ? "\n#ClusterName=other\n" : end
        #expect(isWhole(try read(Self.lines.joined(separator: separator))))
        let shouted = Self.lines.map { line in
            let equals = line.firstIndex(of: "=") ?? line.endIndex
            return line[..<equals].uppercased() + line[equals...]
        }
        #expect(isWhole(try read(shouted.joined(separator: separator))))
        let spaced = Self.lines.map { line in
            let equals = line.firstIndex(of: "=") ?? line.endIndex
            return "  \(line[..<equals])\t = \(line[line.index(after: equals)...])"
        }
        #expect(isWhole(try read(spaced.joined(separator: separator))))
    }

    @Test("A pair of controllers in the keys of old, in any order, is two that may answer")
    func oldKeys() throws {
        let lines = [
            "ControlMachine=head-a", "ControlAddr=10.0.0.1", "BackupController=head-b",
            "BackupAddr=10.0.0.2",
        ]
        for lines in [lines, lines.reversed()] {
            let found = try read(lines.joined(separator: "\n"))
            #expect(found.controllers == ["head-a", "head-b"])
            #expect(found.addresses == ["10.0.0.1", "10.0.0.2"])
        }
        let named = try read("ControlMachine=head-a\nBackupController=head-b\n")
        #expect(named.addresses == ["head-a", "head-b"])
        #expect(try read("ControlAddr=10.0.0.1\n").addresses == [])
        #expect(try read("ControlMachine=a\nBackupController=\"\"\n").controllers == ["a"])
        // With the new key libslurm passes the old ones over, and so does this.
        let mixed = try read((lines + ["SlurmctldHost=new(10.9.9.9)"]).joined(separator: "\n"))
        #expect(mixed.controllers == ["new"] && mixed.addresses == ["10.9.9.9"])
    }

    @Test("The keys may stand in any order, apart or together, among lines of thousands of nodes")
    func orders() throws {
        var random = SeededRandom(3)
        let others = (0..<40).map {
            "NodeName=n\($0) CPUs=96 Gres=gpu:h100:8 Feature=\"a,b c\" Comment=ClusterName"
        }
        for _ in 0..<20 {
            // Controllers are tried in their order.
            var lines = Self.lines.filter { !$0.contains("Host") } + others
            lines.shuffle(using: &random)
            let place = Int.random(in: 0...lines.count, using: &random)
            lines.insert(contentsOf: Self.lines.filter { $0.contains("Host") }, at: place)
            #expect(isWhole(try read(lines.joined(separator: "\n"))))
        }
    }

    @Test("The last of two values counts, as libslurm has it, and an empty one says nothing")
    func twice() throws {
        let found = try read(
            "ClusterName=a\nClusterName=b\nClusterName=\nSlurmUser=\"\"\nSlurmctldPort=1 \\\nSlurmctldPort=2\n"
        )
        #expect(found.clusterName == "b" && found.slurmUser == nil && found.port == "2")
    }

    @Test(
        "What only looks like a key is none",
        arguments: [
            "MyClusterName=x", "ClusterNames=x", "Cluster Name=x", "#ClusterName=x",
            "Comment=\"ClusterName=x\"", "NodeName=n Comment=ClusterName=x", "ClusterName",
            "ClusterName = ", "=ClusterName", "Comment=\"a ClusterName=x b\" CPUs=1",
            "Ⓒlustername=x",
        ])
    func noKeys(_ line: String) throws {
        let found = try read("\(line)\nSlurmUser=s\n")
        #expect(found.clusterName == nil && found.slurmUser == "s")
    }

    @Test("A quote without an end, bytes of no text and a key at the very end harm nothing else")
    func damaged() throws {
        for text in ["Comment=\"open", "X=\u{0}\u{1}", "=====", "\\", "\\\n\\\n\\", "a=\\"] {
            let found = try read("SlurmUser=s\n\(text)\n")
            #expect(found.slurmUser == "s", "\(text)")
            #expect(try read("\(text) SlurmUser=s").clusterName == nil)
        }
        var random = SeededRandom(4)
        let whole = Array(Self.lines.joined(separator: " \\\n").utf8)
        let folder = try TemporaryFolder()
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<5 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/slurm.conf"))
            let found = try? SlurmConfigurationReader.read(
                path: folder.path + "/slurm.conf", origin: "")
            // A controller without an address would be one that is never reached.
            #expect(found.map { $0.controllers.count == $0.addresses.count } ?? true)
        }
    }

    @Test("An empty line ends a line that was to be continued: what it includes is read")
    func continuedByNothing() throws {
        let found = try read([
            "slurm.conf": "ClusterName=c \\\n\nInclude more.conf\n", "more.conf": "SlurmUser=s\n",
        ])
        #expect(found.clusterName == "c" && found.slurmUser == "s")
    }

    @Test(
        "A list that is continued over twenty thousand lines is one line, and no key of it is lost")
    func longLine() throws {
        let parts = (0..<20_000).map { "n\($0),\\\n" }.joined()
        let found = try read("SlurmUser=s Nodes=\(parts)end AuthType=a\nClusterName=c\n")
        #expect(found.clusterName == "c" && found.slurmUser == "s" && found.authType == "a")
    }

    @Test(
        "Files include files up to eight deep, by paths from the file they stand in, through links")
    func includes() throws {
        var files = ["slurm.conf": "ClusterName=c\nInclude d1/f.conf\n"]
        for depth in 1...8 {
            let folder = (1...depth).map { "d\($0)" }.joined(separator: "/")
            files["\(folder)/f.conf"] =
                "SlurmctldHost=h\(depth)\n  iNcLuDe\t d\(depth + 1)/f.conf # next\n"
        }
        let folder = try TemporaryFolder(files)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.conf", withDestinationPath: "slurm.conf")
        for name in ["slurm.conf", "link.conf"] {
            let found = try SlurmConfigurationReader.read(
                path: "\(folder.path)/\(name)", origin: "")
            #expect(found.controllers == (1...8).map { "h\($0)" })
        }
    }

    @Test("Many files are read, and one that includes itself many times ends as an error, soon")
    func manyIncludes() throws {
        var files = ["slurm.conf": (0..<900).map { "Include f\($0).conf\n" }.joined()]
        for number in 0..<900 { files["f\(number).conf"] = "SlurmctldHost=h\(number)\n" }
        #expect(try read(files).controllers.count == 900)
        // Ten to the power of eight files, of which the first thousand tell enough.
        for text in ["", "ClusterName=c\n"] {
            let error = try #require(throws: SlurmError.self) {
                try read(text + String(repeating: "Include slurm.conf\n", count: 10))
            }
            #expect(error.kind == .configuration && error.description.contains("1,000 files"))
        }
        // Once is read as deep as any other.
        #expect(try read("ClusterName=c\nSlurmctldHost=h\nInclude slurm.conf\n").clusterName == "c")
    }

    @Test("What follows an included file overrides it, and what it says overrides what came before")
    func includeOrder() throws {
        let found = try read([
            "slurm.conf": "SlurmUser=a\nAuthType=a\nInclude more.conf\nAuthType=c\n",
            "more.conf": "SlurmUser=b\nAuthType=b\n",
        ])
        #expect(found.slurmUser == "b" && found.authType == "c")
    }

    @Test(
        "A file that cannot be read names itself, who includes it, and why",
        arguments: [
            ("", "the file is empty"), (nil, "No such file or directory"),
        ] as [(String?, String)])
    func unreadable(_ text: String?, _ cause: String) throws {
        let folder = try TemporaryFolder(["slurm.conf": "ClusterName=c\nInclude more.conf\n"])
        if let text { try folder.write(text, to: "more.conf") }
        let error = try #require(throws: SlurmError.self) {
            try SlurmConfigurationReader.read(
                path: folder.path + "/slurm.conf", origin: " (named by SLURM_CONF)")
        }
        #expect(
            error.description
                == "cannot read \(folder.path)/more.conf (included by \(folder.path)/slurm.conf): "
                + "\(cause)\nSet SLURM_CONF to a readable slurm.conf.")
    }

    @Test("A huge file is refused by its size, not read")
    func huge() throws {
        let folder = try TemporaryFolder(["slurm.conf": "x"])
        let file = try #require(FileHandle(forWritingAtPath: folder.path + "/slurm.conf"))
        try file.truncate(atOffset: 1 << 40)
        let error = try #require(throws: SlurmError.self) {
            try SlurmConfigurationReader.read(path: folder.path + "/slurm.conf", origin: "")
        }
        #expect(error.cause.hasSuffix("has \(1 << 40) bytes, and \(64 << 20) is the most"))
    }

    @Test(
        "A port that is none leaves Slurm's own, and a range its first",
        arguments: [
            ("6820", 6_820), ("6817-6820", 6_817), ("0", 0), ("65535", 65_535), ("65536", 6_817),
            ("-1", 6_817), ("many", 6_817), ("6820x", 6_817),
        ] as [(String, UInt16)])
    func ports(_ text: String, _ port: UInt16) throws {
        let folder = try TemporaryFolder([
            "slurm.conf": "ClusterName=c\nSlurmctldHost=h\nSlurmctldPort=\(text)\n"
        ])
        let found = try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        #expect(found.port == port && found.controllers == ["h:\(text)"])
    }

    @Test(
        "munge's socket is found in AuthInfo wherever it stands there",
        arguments: [
            ("socket=/run/m", "/run/m"), ("ttl=5,socket=/run/m", "/run/m"),
            ("Socket=/run/m,ttl=5", "/run/m"), ("ttl=5", nil), ("/run/socket=m", nil),
            ("cred_expire=60,SOCKET=/a=b", "/a=b"),
        ] as [(String, String?)])
    func mungeSocket(_ text: String, _ socket: String?) throws {
        let folder = try TemporaryFolder([
            "slurm.conf": "ClusterName=c\nSlurmctldHost=h\nAuthInfo=\(text)\n"
        ])
        let found = try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        #expect(found.mungeSocket == socket && found.slurmUser == "root")
    }
}

@testable import FanOut
import Foundation
@testable import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The wrapper as root on a node where another user is at work.
@Suite(
    "Wrapper: trust", .enabled(if: OtherUser.isThere, OtherUser.whyNot), .timeLimit(.minutes(20)),
    .serialized)
struct WrapperTrustTests {
    // MARK: - The run folder

    struct Planted: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the other user does in the base, which is his, and in which root's run lies as `real`.
        var line: String
    }

    /// The run's folder lies in a base of the other user's, who knows its name; SECRET stands for a file of root's.
    @Test(
        "A run folder that somebody else put together is not the run's",
        arguments: [
            Planted(
                testDescription: "records of his own, root's nonce through a link",
                line: "mkdir -p r1/records && ln -s ../real/nonce r1/nonce"),
            Planted(
                testDescription: "all of his own, with the nonce",
                line: "mkdir -p r1/records && echo secret >r1/nonce"),
            Planted(
                testDescription: "his own records in root's place, by links",
                line: "mkdir -p mine r1 && ln -s ../mine r1/records && ln -s ../real/nonce r1/nonce"
            ),
        ])
    func planted(_ planted: Planted) async throws {
        let bench = try WrapperBench()
        let secret = try bench.folder.secret()
        let base = FilePath(bench.directory.path).removingLastComponent().string
        try FileManager.default.setAttributes(
            [.ownerAccountID: Int(OtherUser.id)], ofItemAtPath: base)
        try FileManager.default.moveItem(atPath: bench.directory.path, toPath: "\(base)/real")
        try await OtherUser.sh(planted.line, in: base)
        try await OtherUser.sh(
            """
            cd r1/records && for name in .gpu-1.local.out .gpu-1.local.err gpu-1.local .gpu-1.local.record .gpu-1.1.claim
            do ln -s \(secret) "$name"; done
            """, in: base)
        let marker = "\(bench.folder.path)/ran"
        let ended = try await bench.run(
            Payload(arguments: ["sh", "-c", "echo x; touch \(marker)"], timeout: 20))
        #expect(
            ended.status == .exited(Int32(WrapperFailure.otherDirectory.rawValue)))
        #expect(try TemporaryFolder.isUntouched(secret))
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test("What a cut-off start has left does not stop the next one, and is not written through")
    func leftOver() async throws {
        let bench = try WrapperBench()
        let secret = try bench.folder.secret()
        let records = "\(bench.directory.path)/records"
        try FileManager.default.createSymbolicLink(
            atPath: "\(records)/.gpu-1.local.out", withDestinationPath: secret)
        let record = try await bench.record(Payload(arguments: ["echo", "hi"], timeout: 20))
        #expect(record.stdout == Array("hi\n".utf8))
        #expect(try TemporaryFolder.isUntouched(secret))
    }

    // MARK: - Copies

    /// A folder of the other user's, its parent too, and what of root's must not change.
    private struct Site {
        let folder: TemporaryFolder
        let home: String
        let victim: String
        let secret: String

        init() async throws {
            folder = try TemporaryFolder()
            secret = try folder.secret()
            victim = try folder.folder("victim")
            home = try folder.folder("home", owner: OtherUser.id)
            try await OtherUser.sh("mkdir conf", in: home)
        }

        /// Puts the file `new` to a path so many times, in one shell.
        ///
        /// - Returns: What was said, and how often it went well.
        func place(_ target: String, times: Int, mode: String = "0644") async throws
            -> (said: String, good: Int)
        {
            let functions = String(
                decoding: PackageResources.wrapper_files_sh, as: UTF8.self)
            let script = """
                umask 077
                fleet_file() { printf 'new\\n'; }
                \(functions)
                sum=$(fleet_file | sha256sum)
                round=0 good=0
                while [ "$round" -lt \(times) ]; do
                    round=$((round + 1))
                    place copy-1 "${sum%% *}" \(mode) \(ShellQuote.word(target)) app.conf && good=$((good + 1))
                done
                echo "$good" >&2
                """
            let ended = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", script], input: .none,
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            let last = ended.standardError.split(separator: "\n").last ?? ""
            return (ended.standardOutput, Int(last) ?? -1)
        }
    }

    struct Race: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Where the attacker's loop runs, in his home.
        var folder: String
        /// What he does over and over, in perl; SECRET, VICTIM stand for root's file and folder.
        var loop: String
        /// What he prepares.
        var line = "true"
    }

    @Test(
        "As often as it is tried he is as fast as he can: root's file keeps its mode and text, root's folder gets nothing",
        arguments: [
            Race(
                testDescription: "links in the place of what is being written", folder: "conf",
                loop:
                    "for my $name (glob(\".fleet-* app.conf.fleet-*\")) { unlink $name; symlink(\"SECRET\", $name); }"
            ),
            Race(
                testDescription: "a link in the place of the folder", folder: ".",
                loop: OtherUser.exchange("conf", "evil"), line: "ln -s VICTIM evil"),
            Race(
                testDescription: "links in the place of the target", folder: "conf",
                loop:
                    "symlink(\"SECRET\", \"app.conf\"); unlink \"app.conf\"; symlink(\"VICTIM\", \"app.conf\"); unlink \"app.conf\";"
            ),
        ])
    func races(_ race: Race) async throws {
        let site = try await Site()
        func filled(_ text: String) -> String {
            text.replacing("SECRET", with: site.secret).replacing("VICTIM", with: site.victim)
        }
        try await OtherUser.sh(filled(race.line), in: site.home)
        try await OtherUser.while_(filled(race.loop), in: "\(site.home)/\(race.folder)") {
            _ = try await site.place(
                "\(site.home)/conf/app.conf", times: Fuzzing.rounds(200, few: 8))
        }
        #expect(try TemporaryFolder.isUntouched(site.secret))
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.victim) == [])
    }

    @Test(
        "Links in his folder are refused, to a file, to a folder and on the way; his folder itself is not",
        arguments: [
            ("conf/app.conf", "ln -s SECRET conf/app.conf", "conf/app.conf"),
            ("conf/link/app.conf", "ln -s VICTIM conf/link", "conf/link"),
            ("conf/link/", "ln -s VICTIM conf/link", "conf/link"),
            (
                "conf/folder", "mkdir conf/folder && ln -s SECRET conf/folder/app.conf",
                "conf/folder/app.conf"
            ),
            ("conf/../link/app.conf", "ln -s VICTIM link", "link"),
        ])
    func links(_ target: String, _ line: String, _ link: String) async throws {
        let site = try await Site()
        try await OtherUser.sh(
            line.replacing("SECRET", with: site.secret).replacing("VICTIM", with: site.victim),
            in: site.home)
        let (said, good) = try await site.place("\(site.home)/\(target)", times: 1)
        #expect(good == 0)
        #expect(said == "\(site.home)/\(link) is a link in a folder of user 65534\n")
        #expect(try TemporaryFolder.isUntouched(site.secret))
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.victim) == [])
        let (_, well) = try await site.place("\(site.home)/new.conf", times: 1, mode: "0640")
        #expect(well == 1)
        let facts = try FileManager.default.attributesOfItem(atPath: "\(site.home)/new.conf")
        #expect(facts[.posixPermissions] as? Int == 0o640)
        #expect(facts[.ownerAccountID] as? Int == 0)
    }
}

@testable import FanOut
import Foundation
import SlurmModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What a payload finds when it begins, and what is left of it at its end.
@Suite("Wrapper: payload", .timeLimit(.minutes(20)))
struct WrapperPayloadTests {
    private func output(
        _ arguments: String..., change: (inout Payload) -> Void = { _ in }
    ) async throws -> String {
        var payload = Payload(arguments: arguments, timeout: 20)
        change(&payload)
        let record = try await WrapperBench().record(payload)
        return String(decoding: record.stdout, as: UTF8.self)
    }

    @Test("Its files are for others to read, whatever the wrapper's are")
    func umask() async throws {
        #expect(try await output("sh", "-c", "umask") == "0022\n")
        let bench = try WrapperBench()
        _ = try await bench.record(Payload(arguments: ["true"], timeout: 20))
        let file = "\(bench.directory.path)/records/gpu-1.local"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("It begins at home, or at the root where a home may hang")
    func folder() async throws {
        #expect(try await output("pwd") == "/\n")
        #expect(try await output("pwd") { $0.beginsAtHome = true } == "/tmp\n")
    }

    @Test("A home that is not there ends nothing")
    func noHome() async throws {
        let record = try await WrapperBench().record(
            Payload(arguments: ["pwd"], timeout: 20, beginsAtHome: true),
            environment: ["HOME": "/no/such/home"])
        #expect(record.stdout == Array("/\n".utf8))
    }

    @Test(
        "Variables arrive exactly as given, for the payload alone",
        arguments: ["", "a b", "it's", "$HOME `id` \\", "a\nb", "x=y", "한글 🚀"])
    func environment(_ value: String) async throws {
        let text = try await output("sh", "-c", "printf %s \"$FLEET_X\"") {
            $0.environment = ["FLEET_X=\(value)", "OTHER=1"]
        }
        #expect(text == value)
    }

    @Test("Variables that the wrapper or a shell has too arrive as given, and its own work goes on")
    func sharedNames() async throws {
        let variables = [
            "PATH=/no/such/folder", "limit=x", "grace=", "staging=/no", "node=other", "IFS=a",
            "LINENO=7", "UID=3", "RANDOM=four", "OPTIND=x", "LC_ALL=no_SUCH", "out=a b", "PWD=/x",
        ]
        let bench = try WrapperBench()
        var payload = Payload(arguments: ["/usr/bin/env"], timeout: 20)
        payload.environment = variables
        let record = try await bench.record(payload)
        #expect(record.exit == .exited(0))
        #expect(record.stderr == [])
        let lines = Set(String(decoding: record.stdout, as: UTF8.self).split(separator: "\n"))
        for variable in variables { #expect(lines.contains(Substring(variable))) }
    }

    @Test("A variable's value stands in no process's arguments")
    func secret() async throws {
        var payload = Payload(
            arguments: ["sh", "-c", "tr '\\0' ' ' </proc/$PPID/cmdline; echo; echo \"$TOKEN\""],
            timeout: 20)
        payload.environment = ["TOKEN=hunter2"]
        let record = try await WrapperBench().record(payload)
        let lines = String(decoding: record.stdout, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("timeout") == true)
        #expect(lines.first?.contains("hunter2") == false)
        #expect(lines.last == "hunter2")
    }

    @Test("{node} stands for the node's name only where that was asked for")
    func template() async throws {
        #expect(try await output("echo", "{node}", "a{node}b{node}") == "{node} a{node}b{node}\n")
        let filled = try await output("echo", "{node}", "a{node}b{node}", "{nodes}") {
            $0.isTemplate = true
        }
        #expect(filled == "gpu-1 agpu-1bgpu-1 {nodes}\n")
    }

    @Test("It is told to end politely, and the grace is its own")
    func polite() async throws {
        let script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.1; done"
        let record = try await WrapperBench().record(
            Payload(arguments: ["sh", "-c", script], timeout: 1))
        #expect(record.timedOut)
        #expect(record.stdout == Array("up\nbye\n".utf8))
    }

    @Test("Children that ignore TERM are gone after the deadline, and after a normal end")
    func stubbornChildren() async throws {
        for (script, timeout) in [
            ("trap '' TERM; sh -c 'trap \"\" TERM; sleep MARK' & exec sleep MARK", 1),
            (
                "trap '' TERM HUP; (trap '' TERM HUP; sleep MARK) & nohup sleep MARK >/dev/null 2>&1 & echo left",
                20
            ),
        ] {
            let mark = "1618.\(UInt32.random(in: 10_000...99_999))"
            let text = script.replacingOccurrences(of: "MARK", with: mark)
            let record = try await WrapperBench().record(
                Payload(arguments: ["sh", "-c", text], timeout: timeout))
            #expect(record.timedOut == (timeout == 1))
            #expect(try !WrapperBench.isRunning("sleep \(mark)"))
        }
    }

    @Test("A TERM in the moment in which the payload starts is not lost")
    func toldToEndAtTheStart() async throws {
        let bench = try WrapperBench()
        let up = "\(bench.folder.path)/up"
        let script = JobScript.text(
            payload: Payload(arguments: ["sh", "-c", "touch '\(up)'; sleep 50"], timeout: 40),
            key: bench.key, carrier: .directory(bench.directory.path))
        // On a busy machine the payload may be there before the wrapper knows its number.
        let slow = script.replacingOccurrences(
            of: "    child=$!\n", with: "    number=$!; sleep 2; child=$number\n")
        #expect(slow != script)
        _ = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", WrapperBench.tellToEnd, "sh", slow, up],
            input: .none, output: .discarded, error: .discarded)
        let record = try bench.directory.record(for: bench.key)
        #expect(record.ended)
        #expect(!record.timedOut)
        #expect(record.duration < 30)
    }

    @Test("With root's rights, too, a TERM in the moment in which the payload starts is not lost")
    func toldToEndAtTheStartAsRoot() async throws {
        let bench = try WrapperBench()
        // A sudo that asks nothing, and a user who needs it.
        for (name, body) in [
            ("sudo", "shift; exec \"$@\""), ("id", "echo 1000"),
        ] {
            try bench.folder.write("#!/bin/sh\n\(body)\n", to: "bin/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(bench.folder.path)/bin/\(name)")
        }
        let up = "\(bench.folder.path)/up"
        let script = JobScript.text(
            payload: Payload(
                arguments: ["sh", "-c", "touch '\(up)'; sleep 50"], timeout: 40, wantsRoot: true),
            key: bench.key, carrier: .directory(bench.directory.path))
        let slow = script.replacingOccurrences(
            of: "    group=$!\n", with: "    number=$!; sleep 2; group=$number\n")
        #expect(slow != script)
        let path = "PATH=\(bench.folder.path)/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        _ = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: [path, "sh", "-c", WrapperBench.tellToEnd, "sh", slow, up],
            input: .none, output: .discarded, error: .discarded)
        let record = try bench.directory.record(for: bench.key)
        #expect(record.ended)
        #expect(record.duration < 30)
    }

    @Test("A TERM for the wrapper while its files are being put in place leaves nothing running")
    func toldToEndEarly() async throws {
        let bench = try WrapperBench()
        let lines = JobScript.text(
            payload: Payload(arguments: ["touch", "\(bench.folder.path)/ran"], timeout: 40),
            key: bench.key, carrier: .directory(bench.directory.path)
        ).replacingOccurrences(
            of: "stage() { true; }",
            with: "stage() { touch '\(bench.folder.path)/stage'; sleep 3; }")
        let ended = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: [
                "-c", WrapperBench.tellToEnd, "sh", lines, "\(bench.folder.path)/stage",
            ],
            input: .none, output: .discarded, error: .discarded)
        #expect(ended.terminationStatus == .exited(143))
        #expect(!FileManager.default.fileExists(atPath: "\(bench.folder.path)/ran"))
        // A claim without a record: the head says that it was told to end, not that it ran well.
        #expect(bench.directory.claim(node: "gpu-1", attempt: 1) == .begun)
    }

    @Test("The records folder is full or read-only: the exit code says so, and nothing runs")
    func notWritable() async throws {
        let bench = try WrapperBench()
        let marker = "\(bench.folder.path)/ran"
        let script = JobScript.text(
            payload: Payload(arguments: ["touch", marker], timeout: 20), key: bench.key,
            carrier: .directory(bench.directory.path))
        // A file-system of one page, in a mount namespace of its own.
        let ended = try await Subprocess.run(
            .path("/usr/bin/unshare"),
            arguments: [
                "--mount", "sh", "-c",
                "mount -t tmpfs -o ro fleet \"$2\" || exit 99; sh -c \"$1\"", "sh", script,
                "\(bench.directory.path)/records",
            ], output: .discarded, error: .string(limit: 4_096))
        try #require(
            ended.terminationStatus != .exited(99), "no right to mount: \(ended.standardError)")
        #expect(ended.terminationStatus == .exited(Int32(WrapperFailure.notWritable.rawValue)))
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test("Storage that fills up while the payload writes: no record, and the exit code says so")
    func full() async throws {
        let bench = try WrapperBench()
        let script = JobScript.text(
            payload: Payload(arguments: ["head", "-c", "3000000", "/dev/zero"], timeout: 20),
            key: bench.key, carrier: .directory(bench.directory.path))
        let ended = try await Subprocess.run(
            .path("/usr/bin/unshare"),
            arguments: [
                "--mount", "sh", "-c",
                """
                mount -t tmpfs -o size=4m fleet "$2" || exit 99
                sh -c "$1"; status=$?
                [ -e "$2/gpu-1.local" ] && exit 98
                exit $status
                """, "sh", script, "\(bench.directory.path)/records",
            ], output: .discarded, error: .string(limit: 4_096))
        try #require(
            ended.terminationStatus != .exited(99), "no right to mount: \(ended.standardError)")
        #expect(ended.terminationStatus == .exited(Int32(WrapperFailure.writeFailed.rawValue)))
    }
}

import FoundationEssentials
import Testing

/// What runs on the node: arguments, scripts, standard input, variables and files arrive as they were given.
@Suite(
    "Payloads", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"), .timeLimit(.minutes(40)))
struct PayloadTests {
    /// Arguments that a shell in between would change.
    private let words = ["a b", "", "*", "$HOME", "it's", "x\ny", "\"q\"", "\\", "-n", "~", ""]

    @Test("Arguments, scripts, input and variables", arguments: ["job", "srun", "direct"])
    func arrives(via: String) async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            func output(_ words: [String], environment: [String: String] = [:]) async throws
                -> String?
            {
                let document = try await trial.document(
                    ["run", "--via", via] + words, environment: environment)
                let node = try #require(document.nodes.first)
                #expect(node.launcher == via)
                #expect(node.exit_code == 0, "\(node)")
                return node.stdout
            }
            let bracketed = words.map { "[\($0)]" }.joined()
            #expect(try await output(["--", "printf", "[%s]"] + words) == bracketed)
            #expect(
                try await output(["--shell", "echo one two | cut -d' ' -f2; echo $0 $#"])
                    == "two\nfleet 0\n")

            // Executable there, whatever it is here; the shell has to be bash for the array.
            let script = try trial.write(
                "#!/usr/bin/env bash\nall=(\"$@\")\nprintf '[%s]' \"${all[@]}\"\ncat\n",
                to: "script.sh")
            let input = try trial.write("in\u{0}put\n  without end", to: "input")
            #expect(
                try await output(["--script", script, "--stdin", input, "--"] + words)
                    == bracketed + "in\u{0}put\n  without end")
            let piped = try await trial.shell(
                "head -c 300000 /dev/zero | tr '\\0' z | fleet run --via \(via) --format json --stdin - -- wc -c"
            )
            #expect(piped.out.contains("\"stdout\" : \"300000\\n\""), "\(piped.out) \(piped.err)")
            #expect(try await output(["--", "cat"]) == "")

            #expect(
                try await output(
                    [
                        "--env", "GIVEN=a 'b' $c\nd", "--env", "TAKEN", "--env", "EMPTY=",
                        "--shell",
                        "printf '%s|%s|%s|%s' \"$GIVEN\" \"$TAKEN\" \"${EMPTY-unset}\" \"${HIDDEN-unset}\"",
                    ], environment: ["TAKEN": "from here", "HIDDEN": "secret"])
                    == "a 'b' $c\nd|from here||unset")
            #expect(
                try await output(["--template", "--", "echo", "{node}:{node}", "{nodes}"])
                    == "gpu-1:gpu-1 {nodes}\n")
            #expect(try await output(["--", "echo", "{node}"]) == "{node}\n")
        }
    }

    @Test("Wrong payloads are refused before anything is sent")
    func refused() async throws {
        try await Trial.with(["--nodes", "1"]) { trial in
            for (words, message) in [
                (["--env", "NOT_SET_HERE", "--", "true"], "it is not set here"),
                (["--env", "1=2", "--", "true"], "no name of a variable"),
                (["--script", "/no/such/file"], "cannot read /no/such/file"),
                (["--stdin", "/", "--", "cat"], "it is no regular file"),
                (["--copy", "/etc/hosts:relative", "--", "true"], "absolute path"),
                (["--shell", "true", "--", "true"], "no command after --"),
            ] {
                let ran = try await trial.fleet(["run"] + words)
                #expect(ran.status == 64, "\(words): \(ran.err)")
                #expect(ran.err.contains(message), "\(words): \(ran.err)")
            }
            #expect(!FileManager.default.fileExists(atPath: trial.runs))
        }
    }

    @Test(
        "--copy: mode, folders, the same file again, a target that all nodes share, one that cannot be written"
    )
    func copies() async throws {
        try await Trial.with { trial in
            // No text, and more than a pipe holds.
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
            let file = try trial.write(bytes, to: "app conf.bin")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            for via in ["job", "srun", "direct"] {
                let run = ["run", "--via", via]
                let copied = try await trial.document(
                    run + [
                        "--copy", "\(file):/etc/\(via).bin", "--copy", "\(file):/srv/", "--",
                        "sh", "-c",
                        "stat -c '%a %s' \"$1\" \"/srv/app conf.bin\"; cmp \"$1\" \"/srv/app conf.bin\"; stat -c '%i %Y' \"$1\"; ls -a /etc | grep -c fleet-",
                        "sh", "/etc/\(via).bin",
                    ])
                let first = copied.nodes.map { $0.stdout?.split(separator: "\n") ?? [] }
                #expect(
                    first.allSatisfy { $0.prefix(2) == ["640 200000", "640 200000"] },
                    "\(copied.nodes)")
                #expect(copied.nodes.allSatisfy { $0.stderr == "" })
                // Nothing half-written stays beside it.
                #expect(first.allSatisfy { $0.last == "0" })

                let again = try await trial.document(
                    run + [
                        "--copy", "\(file):/etc/\(via).bin", "--", "stat", "-c", "%i %Y",
                        "/etc/\(via).bin",
                    ])
                #expect(
                    again.nodes.map { $0.stdout?.dropLast().description }
                        == first.map { $0.dropLast().last.map(String.init) })

                let target = "\(trial.shared)/\(via).bin"
                let together = try await trial.document(
                    run + ["--copy", "\(file):\(target)", "--", "cksum", target])
                #expect(together.summary == RunDocument.Summary(ok: 4), "\(together.nodes)")
                #expect(Set(together.nodes.map(\.stdout)).count == 1)
                #expect(try Array(Data(contentsOf: URL(filePath: target))) == bytes)

                let unwritable = try await trial.document(
                    run + [
                        "-n", "gpu-1", "--retry", "2", "--copy", "\(file):/proc/none/x", "--",
                        "touch", "/srv/ran-\(via)",
                    ])
                let node = try #require(unwritable.nodes.first)
                #expect(node.outcome == "launch_failed")
                #expect(node.reason_code == "files")
                #expect(node.verdict == "fail")
                #expect(node.attempts == 1)
                #expect(
                    node.reason?.hasPrefix("its files could not be put in place: ") == true,
                    "\(node)")
            }
            let left = try await trial.document(
                [
                    "run", "--shell",
                    "ls -d /srv/ran-* /tmp/fleet.* /var/tmp/fleet.* 2>/dev/null; true",
                ])
            #expect(Set(left.nodes.map(\.stdout)) == [""], "\(left.nodes)")
            let names = try FileManager.default.contentsOfDirectory(atPath: trial.shared)
            #expect(Set(names) == ["runs", "job.bin", "srun.bin", "direct.bin"])
        }
    }
}

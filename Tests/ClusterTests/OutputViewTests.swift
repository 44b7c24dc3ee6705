import FoundationEssentials
import Testing

/// What the nodes wrote, byte for byte, in every view, through job and direct.
@Suite(
    "Output views on a cluster", .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct OutputViewTests {
    /// Lines of 8 KB, 80 KB and 10 MB, all bytes there are, and no newline at the end.
    private static let output: [UInt8] =
        line("a", 8_000) + line("b", 80_000) + line("c", 10_000_000)
        + [UInt8](0...255) + Array("\r\n\ttab \u{1b}[31m \"quoted\", comma\nno end".utf8)
    private static let errors: [UInt8] = Array("warning: \"x\"".utf8) + [0, 255]

    private static func line(_ letter: Character, _ count: Int) -> [UInt8] {
        [UInt8](repeating: letter.asciiValue ?? 0, count: count) + [UInt8(ascii: "\n")]
    }

    @Test(
        "Long lines, binary output and missing newlines survive every view",
        arguments: ["job", "direct"])
    func survives(via: String) async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let (output, errors) = (Self.output, Self.errors)
            let out = try trial.write(output, to: "out", in: trial.shared)
            let err = try trial.write(errors, to: "err", in: trial.shared)
            let command = ["--", "sh", "-c", "cat \"$1\"; cat \"$2\" >&2", "sh", out, err]

            // One node alone is what srun prints, byte for byte.
            let one = try await trial.fleet(["run", "--via", via, "-n", "gpu-2"] + command)
            #expect(one.status == 0 && one.stdout == output, "\(one.stdout.count) bytes")
            #expect(one.err.contains("warning: \"x\"") && one.err.contains("1 node: 1 ok"))

            let folder = "\(trial.local)/answers"
            let gathered = try await trial.fleet(
                ["run", "--via", via, "--gather", "--output-dir", folder] + command)
            #expect(gathered.status == 0, "\(gathered.err)")
            let missing = Array("\n\\ No newline at end of file\n".utf8)
            let block =
                Array("=== gpu-[1-2] (2 nodes): exit 0\n".utf8) + output + missing
                + Array("=== stderr:\n".utf8) + errors + missing
            #expect(gathered.stdout == block, "\(gathered.stdout.count) of \(block.count) bytes")
            for node in ["gpu-1", "gpu-2"] {
                let files = try ["out", "err"].map {
                    try Array(Data(contentsOf: URL(filePath: "\(folder)/\(node).\($0)")))
                }
                #expect(files == [output, errors])
            }

            let labelled = try await trial.fleet(["run", "--via", via, "--label"] + command)
            for node in ["gpu-1", "gpu-2"] {
                let label = Array("\(node): ".utf8)
                let lines = labelled.stdout.split(
                    separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
                ).filter { $0.starts(with: label) }.map { $0.dropFirst(label.count) }
                let joined = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
                #expect(joined == output, "\(node): \(joined.count) of \(output.count) bytes")
            }

            let document = try await trial.document(["run", "--via", via] + command)
            for node in document.nodes {
                #expect(node.stdout == nil)
                #expect(node.stdout_base64.flatMap { Data(base64Encoded: $0) } == Data(output))
                #expect(node.stderr_base64.flatMap { Data(base64Encoded: $0) } == Data(errors))
            }

            // From the run directory, by another process.
            let kept = try await trial.fleet(["show", "--format", "csv"])
            let rows = Self.csv(kept.stdout)
            try #require(rows.count == 3)
            let heading = rows[0].map { String(decoding: $0, as: UTF8.self) }
            let columns = try ["node", "stdout", "stderr"].map {
                try #require(heading.firstIndex(of: $0))
            }
            #expect(
                Set(rows.dropFirst().map { String(decoding: $0[columns[0]], as: UTF8.self) }) == [
                    "gpu-1", "gpu-2",
                ])
            #expect(
                rows.dropFirst().allSatisfy { $0[columns[1]] == output && $0[columns[2]] == errors }
            )
            let shown = try await trial.fleet(["show", "--gather"])
            #expect(shown.stdout == block)
        }
    }

    @Test("--gather --diff shows the odd node; --label shows lines while the command runs")
    func oddAndLive() async throws {
        try await Trial.with { trial in
            let odd = try await trial.fleet(
                [
                    "run", "--gather", "--diff", "--shell",
                    "echo same; [ \"$(hostname)\" = gpu-3 ] && echo odd || echo even; echo end",
                ])
            #expect(
                odd.out == """
                    === gpu-[1-2,4] (3 nodes): exit 0
                    same
                    even
                    end

                    === gpu-3 (1 node): exit 0
                    --- gpu-1
                    +++ gpu-3
                    @@ -1,3 +1,3 @@
                     same
                    -even
                    +odd
                     end

                    """, "\(odd.out)")

            // Each line with the time at which it was read here; the payload's own first line is its time.
            let live = try await trial.shell(
                """
                fleet run --label -n gpu-1 --shell 'cat /proc/uptime; echo err >&2; sleep 6; echo last' 2>&1 |
                    while IFS= read -r line; do read -r up rest </proc/uptime; echo "$up $line"; done
                """)
            let lines = live.out.split(separator: "\n").map { $0.split(separator: " ") }
            let first = try #require(lines.first { $0.count > 2 && $0[1] == "gpu-1:" })
            let delay = try #require(Double(first[0])) - #require(Double(first[2]))
            #expect((0..<2).contains(delay), "\(live.out)")
            #expect(lines.contains { $0.suffix(2) == ["gpu-1:", "err"] }, "\(live.out)")
            let last = try #require(lines.first { $0.suffix(2) == ["gpu-1:", "last"] })
            #expect(try #require(Double(last[0])) - #require(Double(first[2])) > 5.5)
        }
    }

    /// Reads RFC 4180 by the byte.
    private static func csv(_ bytes: [UInt8]) -> [[[UInt8]]] {
        let (quote, comma, newline) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"))
        var rows: [[[UInt8]]] = []
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != quote {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == quote {
                    field.append(quote)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == quote {
                isQuoted = true
            } else if byte == comma || byte == newline {
                row.append(field)
                field = []
                if byte == newline {
                    rows.append(row)
                    row = []
                }
            } else if byte != UInt8(ascii: "\r") {
                // One outside of quotes belongs to the row's end.
                field.append(byte)
            }
        }
        return rows
    }

    @Test(
        "A folder that takes no files, and streams that are closed, cost no row and no wrong file")
    func lost() async throws {
        try await Trial.with(["--nodes", "2"]) { trial in
            let folder = "\(trial.local)/answers"
            try FileManager.default.createDirectory(
                atPath: "\(folder)/gpu-1.out", withIntermediateDirectories: true)
            let ran = try await trial.fleet(["run", "--output-dir", folder, "--", "echo", "x"])
            #expect(ran.status == 3, "\(ran.err)")
            #expect(ran.out.contains("gpu-[1-2] "), "\(ran.out)")
            #expect(ran.err.contains("2 nodes: 2 ok (run "), "\(ran.err)")
            #expect(ran.err.contains("cannot write \(folder)/gpu-1.out: "), "\(ran.err)")
            #expect(!ran.err.contains("standard output"), "\(ran.err)")

            let closed = try await trial.shell(
                """
                fleet run -- true >&-; echo $?; fleet nodes -n - <&-; echo $?
                echo x | fleet run --dry-run --stdin - -- cat >/dev/null; ls /tmp/fleet-stdin-* 2>&1
                """)
            #expect(closed.out.hasPrefix("3\n64\n"), "\(closed.out)")
            #expect(closed.out.contains("No such file"), "\(closed.out)")
            #expect(closed.err.contains("2 nodes: 2 ok (run "), "\(closed.err)")
        }
    }
}

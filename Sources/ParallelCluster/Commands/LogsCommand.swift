import ArgumentParser
import Terminal

/// `fleet cluster logs`.
struct LogsCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract:
            "The head node's and the nodes' logs by their short names; without a name, which there are.",
        discussion: """
            Such as chef-client, cfn-init, clustermgtd, cloud-init-output, slurm_resume. The name is looked up in the \
            list first: pcluster says of an unknown one that logging is not enabled.
            """)

    @OptionGroup var options: ClusterOptions

    @Argument(help: ArgumentHelp("The stream, by its short or its full name.", valueName: "stream"))
    var stream: String?

    @Flag(
        help:
            "Only lines that tell of an error; without a name, those of chef-client, cfn-init and clustermgtd."
    )
    var errors = false

    @Option(
        help: ArgumentHelp(
            "Another machine's than the head node's: its host name or instance.", valueName: "node")
    )
    var node: String?

    @Option(help: ArgumentHelp("At most so many lines of a stream, the newest.", valueName: "n"))
    var limit = 200

    @Option(
        help: ArgumentHelp("Write each stream into a file of this folder.", valueName: "folder"))
    var save: String?

    mutating func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        let pcluster = try session.pcluster()
        let all = try await HeadNodeLogs(pcluster: pcluster, name: name).streams()
        guard !all.isEmpty else {
            session.console.say("fleet: \(name): no log stream: the head node has sent nothing")
            return 2
        }
        guard stream != nil || errors || save != nil else {
            let named = node.map { streams(of: $0, among: all) } ?? all
            guard !named.isEmpty else { throw Self.noLog(of: node) }
            return try list(named, session)
        }
        let wanted = try chosen(among: all)
        var lines: [(stream: LogStream, lines: [LogLine])] = []
        for stream in wanted {
            let found = try await pcluster.logEvents(name, stream: stream, limit: limit)
            lines.append((stream, errors ? found.filter(\.isError) : found))
        }
        if let save { return try keep(lines, in: save, session) }
        guard session.options.format == .table else {
            try session.show(Self.document(lines)) { [] }
            return 0
        }
        for (stream, found) in lines {
            try session.console.print(
                found.map { line in
                    let label = wanted.count > 1 ? "\(stream.short): " : ""
                    return
                        "\(UTCTime.text(Int(line.time))) \(label)\(TerminalText.visible(line.text))"
                })
        }
        return 0
    }

    /// What was read of each stream.
    private static func document(_ read: [(stream: LogStream, lines: [LogLine])]) -> JSONValue {
        let lines = read.flatMap { stream, found in
            found.map { line in
                JSONValue.object([
                    "stream": .string(stream.name), "time": .double(line.time),
                    "text": .string(line.text),
                ])
            }
        }
        return .object([
            "schema": .string("fleet.cluster.logs/1"),
            "streams": .array(read.map { .string($0.stream.name) }), "lines": .array(lines),
        ])
    }

    /// Those of a machine, by its host or its instance.
    private func streams(of node: String, among all: [LogStream]) -> [LogStream] {
        all.filter { $0.host == node || $0.instance == node }
    }

    private func chosen(among all: [LogStream]) throws -> [LogStream] {
        let head = HeadNodeLogs.host(among: all)
        let places =
            node.map { streams(of: $0, among: all) } ?? all.filter { $0.host == head }
        guard let stream else {
            // Without a stream to look into, no error was found because nothing was read.
            guard !places.isEmpty else { throw Self.noLog(of: node) }
            return places.filter {
                save != nil || node != nil || HeadNodeLogs.telling.contains($0.short)
            }
        }
        let found = (all.filter { $0.name == stream } + places.filter { $0.short == stream })
            .prefix(1)
        guard !found.isEmpty else {
            let names = Set(places.map(\.short)).sorted().joined(separator: ", ")
            throw ClusterError(
                .usage, stream, "there is no such log of \(node ?? "the head node")",
                next: names.isEmpty ? "fleet cluster logs" : names)
        }
        return Array(found)
    }

    private static func noLog(of node: String?) -> ClusterError {
        ClusterError(
            node == nil ? .unclear : .usage, node ?? "the head node", "there is no log of it",
            next: "fleet cluster logs shows which there are")
    }

    private func list(_ all: [LogStream], _ session: ClusterSession) throws -> Int32 {
        try session.show(
            .object([
                "schema": .string("fleet.cluster.logs/1"),
                "streams": .array(all.map { .string($0.name) }),
            ])
        ) {
            var table = Table([.init("STREAM"), .init("HOST"), .init("INSTANCE")])
            for stream in all.sorted(by: { ($0.host, $0.short) < ($1.host, $1.short) }) {
                table.add([stream.short, stream.host, stream.instance])
            }
            return session.lines(of: table)
        }
        return 0
    }

    private func keep(
        _ lines: [(stream: LogStream, lines: [LogLine])], in folder: String,
        _ session: ClusterSession
    ) throws -> Int32 {
        try PrivateFile.makeFolder(folder)
        for (stream, found) in lines {
            // AWS chose the stream's name, so characters that are unsafe in a path are removed.
            let name = stream.name.filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
            }
            try PrivateFile.write(
                found.map { "\(UTCTime.text(Int($0.time))) \($0.text)\n" }.joined(),
                to: "\(folder)/\(name).log")
        }
        session.console.say("fleet: \(lines.count) logs in \(folder)")
        return 0
    }
}

import ArgumentParser
import Terminal

/// How a stack is followed.
struct WatchOptions: ParsableArguments {
    @Option(help: .hidden)
    var interval: Double = 15

    @Option(help: .hidden)
    var slowInterval: Double = 60

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "End after so many minutes, with 2 where it still goes on.", valueName: "minutes"))
    var limit: Double?

    @Flag(help: "End with 1 at the first warning; the stack is left alone.")
    var failFast = false

    mutating func validate() throws {
        if let limit, !(limit > 0) { throw ValidationError("--for is more than 0 minutes.") }
        // A sleep takes no number that is none, and no longer one than this.
        guard [interval, slowInterval].allSatisfy({ (0.01...86_400).contains($0) }) else {
            throw ValidationError("An interval is from 0.01 s to a day.")
        }
    }

    /// The options of the watch.
    var plan: StackWatch.Plan {
        StackWatch.Plan(
            interval: interval, slowInterval: slowInterval, limit: limit.map { $0 * 60 },
            failsFast: failFast)
    }
}

/// `fleet cluster watch`.
struct ClusterWatchCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract:
            "Follow a creation, an update or a deletion to its end, and say what keeps it from ending.",
        discussion: """
            It changes nothing: end it with Ctrl-C and begin it again, here or on another machine. Where it fails, root \
            event, log lines, cause and next commands are one answer. Exit codes: 0 it ended well; 1 it failed; 2 it \
            still goes on (--for), or AWS could not be asked; 130 Ctrl-C.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var pace: WatchOptions

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        return try await StackWatch.interruptible(
            session, name: try session.clusterName(), stack: nil, plan: pace.plan)
    }
}

extension StackWatch {
    /// Follows to the end, or to the first Ctrl-C, which leaves the stack alone.
    ///
    /// - Parameters:
    ///   - session: Where the programs are.
    ///   - name: The cluster.
    ///   - stack: Its stack's ARN, where that is known.
    ///   - plan: What to do.
    ///   - note: What else is said at Ctrl-C.
    /// - Returns: The exit code.
    /// - Throws: A ``ClusterError``, or what the output throws.
    static func interruptible(
        _ session: ClusterSession, name: String, stack: String?, plan: Plan, note: String = ""
    ) async throws -> Int32 {
        let interruptions = Interruptions(session.console, words: wordsAtEnd(name) + note)
        let signals = await interruptions.listen()
        defer { signals.cancel() }
        var watch = try StackWatch(session, name: name, stack: stack, plan: plan)
        return try await watch.run()
    }

    /// What is said when the watch is ended before the stack is.
    static func wordsAtEnd(_ name: String) -> String {
        "the stack is left alone, and goes on -> fleet cluster watch -n \(name); "
            + "fleet cluster delete -n \(name) takes it away"
    }
}

/// `fleet cluster events`.
struct EventsCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "The stack's events with those of its nested stacks, the newest last.")

    @OptionGroup var options: ClusterOptions

    @Flag(help: "Only failed resources, without those cancelled because another failed.")
    var failed = false

    @Option(
        help: ArgumentHelp("How many events to show at most; the newest are kept.", valueName: "n"))
    var limit: Int?

    mutating func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        let aws = try session.aws()
        var history = StackHistory(name: name)
        _ = history.take(try await aws.events(ofStack: name, most: nil))
        for nested in history.nested {
            // The events of a deleted nested stack cannot be read any more.
            _ = history.take((try? await aws.events(ofStack: nested, most: nil)) ?? [])
        }
        var events = history.events.filter { !failed || $0.isFailure }
        if let limit { events = Array(events.suffix(limit)) }
        if options.format == .jsonl {
            for event in events {
                try session.console.print(try JSONOutput.line(EventDocument.json(event)))
            }
            return 0
        }
        try session.show(
            .object([
                "schema": .string("fleet.cluster.events/1"), "cluster": .string(name),
                "events": .array(events.map(EventDocument.json)),
            ])
        ) {
            var table = Table([
                .init("TIME"), .init("STATUS"), .init("TYPE"), .init("RESOURCE"), .init("REASON"),
            ])
            for event in events {
                let isBad = event.status.hasSuffix("FAILED")
                table.add(
                    [
                        UTCTime.text(Int(event.time)), event.status, event.type, event.logicalID,
                        event.reason,
                    ], styles: isBad ? [1: .bad] : [:])
            }
            return session.lines(of: table)
        }
        return 0
    }
}

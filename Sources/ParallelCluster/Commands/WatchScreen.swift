import Terminal

/// The output of a watch: a line for each event, and on a terminal a status block below them that is repainted.
struct WatchScreen {
    private let session: ClusterSession
    private var painted = 0

    /// Shows on a session's streams.
    init(_ session: ClusterSession) {
        self.session = session
    }

    private var console: Console { session.console }

    /// Shows new events.
    mutating func show(_ events: [StackEvent], name: String) throws {
        guard !events.isEmpty else { return }
        clear()
        switch session.options.format {
        case .jsonl:
            for event in events {
                try console.print(try JSONOutput.line(EventDocument.json(event)))
            }
        case .json: break
        case .table:
            try console.print(events.map { TerminalText.visible(EventDocument.line($0)) })
        }
    }

    /// Paints the block.
    mutating func paint(_ lines: [String]) throws {
        guard console.errorIsTerminal, console.isCapable, session.options.format == .table else {
            return
        }
        clear()
        let width = max(20, (console.columns ?? 80) - 1)
        // CloudWatch's lines have up to 256 KiB: of what is cut off, little need be looked at.
        let safe = lines.map { line in
            let head = String(String.UnicodeScalarView(line.unicodeScalars.prefix(4 * width)))
            return TerminalText.wrap(TerminalText.visible(head), columns: width).first ?? ""
        }
        console.sayBytes(Array((safe.joined(separator: "\n") + "\n").utf8))
        painted = safe.count
    }

    /// Removes the block.
    mutating func clear() {
        guard painted > 0 else { return }
        // ECMA-48: moves up by the number of painted lines, and erases everything below.
        console.sayBytes(Array("\u{1b}[\(painted)A\r\u{1b}[J".utf8))
        painted = 0
    }
}

/// An event, for people and programs.
enum EventDocument {
    /// One line: the time, the resource with its new state, and the reason.
    static func line(_ event: StackEvent) -> String {
        "\(UTCTime.text(Int(event.time)))  \(event.status)  \(event.type)  \(event.logicalID)"
            + (event.reason.isEmpty || event.reason == "User Initiated" ? "" : "  \(event.reason)")
    }

    /// `fleet.cluster.event/1`.
    static func json(_ event: StackEvent) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.event/1"), "id": .string(event.id),
            "time": JSONOutput.time(Int(event.time)), "stack": .string(event.stackName),
            "logical_id": .string(event.logicalID), "type": .string(event.type),
            "status": .string(event.status),
            "reason": JSONValue(event.reason.isEmpty ? nil : event.reason),
        ])
    }
}

/// A failure, for programs.
enum FailureDocument {
    /// `fleet.cluster.failure/1`.
    static func json(_ report: FailureReport) -> JSONValue {
        .object([
            "schema": .string("fleet.cluster.failure/1"), "cluster": .string(report.cluster),
            "stack": JSONValue(report.stack), "status": JSONValue(report.status),
            "phase": JSONValue(report.phase?.rawValue),
            "elapsed_s": .int(report.elapsed),
            "root_event": report.root.map { root in
                .object([
                    "logical_id": .string(root.logicalID), "type": .string(root.type),
                    "reason": .string(root.reason), "timestamp": JSONOutput.time(Int(root.time)),
                ])
            } ?? .null,
            "pcluster": report.pcluster.map {
                .object(["code": JSONValue($0.failureCode), "reason": JSONValue($0.failureReason)])
            } ?? .null,
            "cause": .string(report.cause.cause), "remedy": .string(report.cause.remedy),
            "evidence": .array(
                report.evidence.map {
                    .object([
                        "stream": .string($0.stream), "line": .string($0.text),
                        "time": JSONOutput.time(Int($0.time)),
                    ])
                }),
            "saved_in": JSONValue(report.savedIn),
            "next": .array(report.next.map(JSONValue.string)),
        ])
    }
}

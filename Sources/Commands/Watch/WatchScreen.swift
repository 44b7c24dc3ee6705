package import ClusterView
import Synchronization
import Terminal

/// The picture of a watch on a terminal: what is known, how old it is, and which part of it is seen.
package struct WatchScreen: Sendable {
    /// What is shown and in which order.
    package struct Choice: Sendable {
        /// How the cluster is shown.
        package var view: StatusView
        /// The order of the nodes; nil is slurmctld's.
        package var order: NodeOrder?
        /// Seconds between two looks.
        package var interval: Int

        /// Makes a choice.
        package init(view: StatusView, order: NodeOrder? = nil, interval: Int = 2) {
            self.view = view
            self.order = order
            self.interval = interval
        }
    }

    private let choice: Choice
    private let styled: Bool
    private let clock: @Sendable (Int) -> String
    private var status: ClusterStatus?
    private var earlier: ClusterStatus?
    private var freshness = WatchFreshness()
    private var body: [String] = []
    /// The terminal's columns and rows.
    private var columns: Int
    private var rows: Int
    /// The first line of the body that is seen.
    private var top = 0

    /// Makes an empty screen.
    ///
    /// - Parameters:
    ///   - choice: What is shown.
    ///   - columns: The terminal's columns.
    ///   - rows: The terminal's rows.
    ///   - styled: Whether it has colours, and may show them.
    ///   - clock: A moment as people read it, with its seconds.
    package init(
        _ choice: Choice, columns: Int, rows: Int, styled: Bool,
        clock: @escaping @Sendable (Int) -> String
    ) {
        self.choice = choice
        self.columns = columns
        self.rows = rows
        self.styled = styled
        self.clock = clock
    }

    /// slurmctld is being asked.
    package mutating func ask(at now: Int) { freshness.ask(at: now) }

    /// slurmctld answered.
    package mutating func show(_ answer: ClusterStatus, at now: Int) {
        freshness.answer(at: now)
        earlier = status
        var answer = answer
        if let order = choice.order { answer.nodes = order.sorted(answer) }
        status = answer
        layOut()
    }

    /// slurmctld did not answer, and why.
    package mutating func fail(_ words: String) {
        freshness.fail(words)
    }

    /// The terminal has another size.
    package mutating func resize(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        layOut()
    }

    /// Another part of the picture is to be seen.
    ///
    /// - Parameters:
    ///   - key: Which.
    ///   - now: The present, in seconds since 1970: the heading's lines follow from it.
    package mutating func scroll(_ key: WatchKey, at now: Int) {
        let room = room(below: heading(now))
        top = max(0, min(top, body.count - room))
        switch key {
        case .lines(let count): top += count
        case .screens(let count): top += count * max(1, room - 1)
        case .top: top = 0
        case .bottom: top = body.count
        case .quit, .suspend, .repaint: break
        }
        top = max(0, min(top, body.count - room))
    }

    /// What could not be found out stands first: what is below may look better than it is.
    private func picture(of status: ClusterStatus) -> StatusPicture {
        let picture = status.picture(choice.view, width: columns)
        return StatusPicture(status.warnings.map { .text($0, .unsure) } + picture.parts)
    }

    private mutating func layOut() {
        guard let status else { return }
        var picture = picture(of: status)
        if let earlier {
            picture = picture.marking(
                changesSince: self.picture(of: earlier))
        }
        body = picture.lines(width: columns, styled: styled, isPainted: true)
        // A frame moves it up further where its heading leaves more room.
        top = max(0, min(top, body.count - 1))
    }

    /// The rows between a heading and the last.
    private func room(below heading: [String]) -> Int { max(1, rows - 1 - heading.count) }

    /// A warning that is longer than the terminal is wide takes so many lines at most.
    private static let mostHeading = 3

    /// The lines to paint, as many as the terminal has rows or fewer; the terminal cuts what is too wide.
    package func frame(at now: Int) -> [String] {
        let heading = heading(now)
        guard rows >= 3 else { return Array((heading + body).prefix(max(1, rows))) }
        let room = room(below: heading)
        let top = max(0, min(top, body.count - room))
        let seen = body.dropFirst(top).prefix(room)
        let empty = Array(repeating: "", count: room - seen.count)
        return (heading + seen + empty).prefix(rows - 1) + [footer(top, room)]
    }

    private func heading(_ now: Int) -> [String] {
        guard let warning = freshness.warning(at: now, clock: clock) else {
            let text = freshness.answered.map { "\(clock($0)), every \(choice.interval) s" }
            return [text.map { styled ? TextStyle.faint.paint($0) : $0 } ?? "asking slurmctld ..."]
        }
        let lines = TerminalText.wrap(TerminalText.visible(warning), columns: max(20, columns))
        return lines.prefix(Self.mostHeading).map { styled ? TextStyle.changed.paint($0) : $0 }
    }

    private func footer(_ top: Int, _ room: Int) -> String {
        let last = min(top + room, body.count)
        let place =
            body.count > room ? "lines \(top + 1)-\(last) of \(body.count); arrows, space, b; " : ""
        let text = place + "q quits"
        return styled ? TextStyle.faint.paint(text) : text
    }
}

/// What the terminal shows now.
final class Painted: Sendable {
    private let lines = Mutex<[String]?>(nil)

    /// Notes a new picture.
    ///
    /// - Returns: Whether it differs.
    func replace(with new: [String]) -> Bool {
        lines.withLock { old in
            defer { old = new }
            return old != new
        }
    }

    /// Nothing is known of what it shows.
    func forget() { lines.withLock { $0 = nil } }
}

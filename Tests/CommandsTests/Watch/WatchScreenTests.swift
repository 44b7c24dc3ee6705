@testable import ClusterView
@testable import Commands
import SlurmKit
import SlurmModel
import Testing

@Suite struct WatchScreenTests {
    private static let now = StatusFixtures.now

    private func screen(
        _ view: StatusView = .overview, columns: Int = 80, rows: Int = 24, styled: Bool = false
    ) -> WatchScreen {
        WatchScreen(
            WatchScreen.Choice(view: view, interval: 2), columns: columns, rows: rows,
            styled: styled, clock: { "<\($0 - Self.now)>" })
    }

    @Test func frames() throws {
        var screen = screen()
        #expect(screen.frame(at: Self.now).first == "asking slurmctld ...")
        screen.show(StatusFixtures.status, at: Self.now)
        try Golden.check(screen.frame(at: Self.now).joined(separator: "\n"), "watch-80x24")
        screen.scroll(.bottom, at: Self.now)
        try Golden.check(screen.frame(at: Self.now).joined(separator: "\n"), "watch-80x24-bottom")
        screen.resize(columns: 200, rows: 50)
        try Golden.check(screen.frame(at: Self.now).joined(separator: "\n"), "watch-200x50")
    }

    @Test(arguments: [1, 2, 3, 4, 10, 24, 200], [1, 20, 40, 80, 300])
    func everySize(rows: Int, columns: Int) {
        var screen = screen(.nodes(NodeColumn.standard), columns: columns, rows: rows)
        screen.show(StatusFixtures.status, at: Self.now)
        screen.fail(String(repeating: "slurmctld is away ", count: 20))
        for key: WatchKey in [.bottom, .lines(-1), .screens(-1), .screens(5), .lines(1), .top] {
            screen.scroll(key, at: Self.now)
            let frame = screen.frame(at: Self.now)
            #expect(frame.count <= rows)
            #expect(!frame.isEmpty)
        }
    }

    /// The last line is seen below a heading of three lines too, and the footer counts what is seen.
    @Test func bottomBelowALongWarning() {
        var screen = screen(.nodes([.node]), rows: 8)
        screen.show(StatusFixtures.status, at: Self.now)
        screen.fail(String(repeating: "slurmctld is away ", count: 20))
        screen.scroll(.bottom, at: Self.now)
        var frame = screen.frame(at: Self.now)
        #expect(frame[6] == "cpu-1")
        #expect(frame[7].hasPrefix("lines 9-12 of 12;"))
        screen.show(StatusFixtures.status, at: Self.now)
        frame = screen.frame(at: Self.now)
        #expect(frame[6] == "cpu-1")
        #expect(frame[7].hasPrefix("lines 7-12 of 12;"))
    }

    @Test func stale() {
        var screen = screen()
        screen.show(StatusFixtures.status, at: Self.now)
        #expect(screen.frame(at: Self.now + 1)[0] == "<0>, every 2 s")
        screen.ask(at: Self.now + 2)
        #expect(screen.frame(at: Self.now + 4)[0] == "<0>, every 2 s")
        #expect(
            screen.frame(at: Self.now + 5)[0]
                == "stale since <0>: slurmctld has not answered for 3 s")
        screen.fail("slurmctld: gone\u{1b}[2J (1800)\nmore")
        #expect(
            screen.frame(at: Self.now + 6)[0]
                == "stale since <0>: slurmctld: gone\\x1b[2J (1800)")
        // What is known stays in sight.
        #expect(screen.frame(at: Self.now + 6)[1].hasPrefix("demo: 11 nodes"))
        screen.show(StatusFixtures.status, at: Self.now + 8)
        #expect(screen.frame(at: Self.now + 8)[0] == "<8>, every 2 s")
    }

    @Test func highlights() {
        var screen = screen(.nodes([.node, .state, .load]), styled: true)
        screen.show(StatusFixtures.status, at: Self.now)
        #expect(!screen.frame(at: Self.now).joined().contains("\u{1b}[7m"))
        var nodes = StatusFixtures.nodes
        nodes[0].state = NodeState(base: .idle, flags: [.drain])
        // Load is never at rest: no news.
        nodes[1].cpus.load = 3
        screen.show(StatusFixtures.status(nodes), at: Self.now + 2)
        let marked = screen.frame(at: Self.now + 2).filter { $0.contains("\u{1b}[7m") }
        #expect(marked == ["gpu-1    \u{1b}[7midle+drain\u{1b}[0m                 95.3"])
        screen.show(StatusFixtures.status(nodes), at: Self.now + 4)
        #expect(!screen.frame(at: Self.now + 4).joined().contains("\u{1b}[7m"))
    }

    /// A node that comes is marked whole; one that goes leaves no trace.
    @Test func comingAndGoing() {
        var screen = screen(.nodes([.node, .state]), styled: true)
        screen.show(StatusFixtures.status(Array(StatusFixtures.nodes.prefix(2))), at: Self.now)
        screen.show(StatusFixtures.status(Array(StatusFixtures.nodes[1...2])), at: Self.now)
        let body = screen.frame(at: Self.now).dropFirst(2).prefix(2)
        #expect(body.first == "gpu-2  allocated")
        #expect(body.last?.contains("\u{1b}[7mgpu-3\u{1b}[0m") == true)
    }

    @Test(
        arguments: [
            ("q", [.quit]), ("\u{1b}[A\u{1b}[B", [.lines(-1), .lines(1)]),
            ("\u{1b}OA", [.lines(-1)]),
            ("\u{1b}[5~x\u{1b}[6~", [.screens(-1), .screens(1)]), ("\u{1a}", [.suspend]),
            (
                "gGjk b\u{0c}",
                [.top, .bottom, .lines(1), .lines(-1), .screens(1), .screens(-1), .repaint]
            ),
            // Keys that mean nothing here, and a sequence that ends in a letter which would.
            ("\u{1b}[15~", []), ("\u{1b}[1;5q", []), ("\u{1b}", []), ("xyz", []), ("", []),
        ] as [(String, [WatchKey])])
    func keys(_ text: String, _ keys: [WatchKey]) {
        #expect(WatchKey.read(Array(text.utf8)) == keys)
    }

    @Test(
        arguments: [
            ("2", 2), ("10s", 10), ("86400", 86_400), ("0", nil), ("86401", nil), ("", nil),
            ("-1", nil), ("x", nil), ("1.5", nil),
        ] as [(String, Int?)])
    func interval(_ text: String, _ count: Int?) {
        #expect(WatchInterval(argument: text)?.count == count)
    }
}

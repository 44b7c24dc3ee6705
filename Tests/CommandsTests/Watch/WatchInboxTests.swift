@testable import ClusterView
@testable import Commands
import Testing

@Suite struct WatchInboxTests {
    private static func word(_ event: WatchEvent) -> String {
        switch event {
        case .asking: "asking"
        case .answer(let status): "answer \(status.generated)"
        case .failure(let words): "failure \(words)"
        case .keys(let keys): "keys \(keys.count)"
        case .resized: "resized"
        case .second: "second"
        case .continued: "continued"
        }
    }

    /// However long output is blocked, one answer is kept, the newest, and the keys in their order.
    @Test func blockedForHours() {
        let inbox = WatchInbox()
        for round in 0..<1_000 {
            inbox.put(.asking)
            inbox.put(.second)
            inbox.put(.failure("\(round)"))
            inbox.put(.resized)
            inbox.put(.asking)
            inbox.put(.answer(StatusFixtures.status([], generated: round)))
            if round == 500 { inbox.put(.keys([.quit])) }
        }
        #expect(
            inbox.take().map(Self.word) == ["keys 1", "second", "resized", "answer 999"])
        #expect(inbox.take().isEmpty)
    }

    /// A failure after an answer takes nothing from it.
    @Test func failureAfterAnswer() {
        let inbox = WatchInbox()
        inbox.put(.answer(StatusFixtures.status([], generated: 1)))
        inbox.put(.asking)
        inbox.put(.failure("gone"))
        #expect(inbox.take().map(Self.word) == ["answer 1", "failure gone"])
    }

    @Test func arrivals() async {
        let inbox = WatchInbox()
        inbox.put(.second)
        inbox.put(.asking)
        for await _ in inbox.arrivals { break }
        #expect(inbox.take().count == 2)
        for _ in 0..<1_000 { inbox.put(.keys([.top])) }
        #expect(inbox.take().count == WatchInbox.mostKeys)
    }
}

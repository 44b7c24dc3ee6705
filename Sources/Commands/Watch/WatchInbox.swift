package import ClusterView
import Synchronization

/// What has happened since a watch last looked; of what a later event makes old, only the newest.
///
/// Output may be blocked for hours, by Ctrl-S or a pager: what is kept meanwhile does not grow.
package final class WatchInbox: Sendable {
    /// One element, or more that have become one, whenever there is something to take.
    package let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let events = Mutex<[WatchEvent]>([])

    /// So many bundles of keys are kept: nobody means more of them while nothing moves.
    static let mostKeys = 64

    /// Makes an empty inbox.
    package init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Puts an event in.
    package func put(_ event: WatchEvent) {
        events.withLock { events in
            events.removeAll { $0.isOld(after: event) }
            if case .keys = event {
                let keys = events.count { if case .keys = $0 { true } else { false } }
                guard keys < Self.mostKeys else { return }
            }
            events.append(event)
        }
        arrival.yield()
    }

    /// Takes everything out, in the order in which it came.
    package func take() -> [WatchEvent] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}

extension WatchEvent {
    /// Whether a later event says all that this one would.
    func isOld(after later: WatchEvent) -> Bool {
        switch (self, later) {
        case (.asking, .asking), (.asking, .answer), (.asking, .failure), (.answer, .answer),
            (.failure, .answer), (.failure, .failure), (.second, .second), (.resized, .resized),
            (.continued, .continued):
            true
        default: false
        }
    }
}

/// Something a watch must react to.
package enum WatchEvent: Sendable {
    /// slurmctld is being asked.
    case asking
    /// It answered.
    case answer(ClusterStatus)
    /// It did not, and why.
    case failure(String)
    /// Keys were pressed.
    case keys([WatchKey])
    /// The terminal has another size.
    case resized
    /// Another second has passed.
    case second
    /// The process goes on after it was stopped.
    case continued
}

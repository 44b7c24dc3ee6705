/// The events of a kernel log that still count, sorted and merged.
///
/// They are ordered by time and not by line: an event that happened before a reset or before the driver was loaded
/// again is over, wherever its line is in the log.
struct KernelHistory: Sendable {
    /// The events in the order of their last occurrence; equal events are merged and counted.
    private(set) var events: [KernelEvent] = []
    /// The number of important events that did not fit into the answer, and so cannot be judged.
    let lost: Int
    /// Seconds since boot; nil where they are not known.
    private let uptime: Double?

    /// A fault and the line that names its GPU belong together within this many seconds.
    private static let neighbourSeconds = 10.0

    /// Reads a log: only events after the driver was loaded, after a GPU's recovery, and within the given hours.
    init(_ log: KernelLog, uptime: Double?, hours: Int) {
        self.uptime = uptime
        lost = log.lost + max(0, log.lines.count - KernelRecord.most)
        var all = KernelRecord.records(log.lines.prefix(KernelRecord.most)).compactMap {
            KernelEvent($0)
        }
        // A stable sort: events with equal times keep the order of the lines.
        if Set(all.map { $0.stamp?.isSinceBoot }).count == 1, all.first?.stamp != nil {
            all = all.enumerated().sorted { left, right in
                (left.element.stamp?.seconds ?? 0, left.offset)
                    < (right.element.stamp?.seconds ?? 0, right.offset)
            }.map(\.element)
        }
        Self.nameDevices(&all)
        let endings = Endings(all)
        let standing = all.enumerated().filter { place, event in
            endings.concerns(event, at: place) == false && isRecent(event, hours)
        }.map(\.element)
        events = Self.folded(standing)
    }

    /// Merges and counts equal events, in the order of their last occurrence.
    private static func folded(_ all: [KernelEvent]) -> [KernelEvent] {
        var last: [KernelEvent.Identity: (place: Int, event: KernelEvent)] = [:]
        for (place, event) in all.enumerated() {
            var event = event
            event.count += last[event.identity]?.event.count ?? 0
            last[event.identity] = (place, event)
        }
        return last.values.sorted { $0.place < $1.place }.map(\.event)
    }

    private func isRecent(_ event: KernelEvent, _ hours: Int) -> Bool {
        guard let age = age(of: event) else { return true }
        return age <= Double(hours) * 3600
    }

    /// Seconds since an event; nil where they are not known.
    func age(of event: KernelEvent) -> Double? {
        guard let uptime, let time = event.time else { return nil }
        return max(0, uptime - time)
    }

    /// Seconds from one time to another; 0 when they cannot be compared.
    private static func seconds(from first: KernelTime?, to last: KernelTime?) -> Double {
        guard let first, let last, first.isSinceBoot == last.isSinceBoot else { return 0 }
        return last.seconds - first.seconds
    }

    /// A fault that names no GPU gets the GPU that the next failure at the same time names.
    private static func nameDevices(_ events: inout [KernelEvent]) {
        var next: KernelEvent?
        for index in events.indices.reversed() {
            let event = events[index]
            if event.address != nil, [.initFailed, .offBus].contains(event.kind) { next = event }
            guard event.address == nil, case .refused = event.kind, let next,
                seconds(from: event.stamp, to: next.stamp) <= neighbourSeconds
            else { continue }
            events[index].address = next.address
        }
    }
}

/// For each kind of ending, the position of the last event that ends earlier ones.
private struct Endings {
    private var reloaded = 0
    private var loaded: KernelTime?
    private var reset: [PCIAddress?: Int] = [:]
    private var asked: [PCIAddress?: Int] = [:]
    private var smoothed: [PCIAddress?: Int] = [:]

    /// How many seconds before the driver's last loading line it may have looked at the GPUs.
    private static let loadSeconds = 60.0

    init(_ events: [KernelEvent]) {
        for (place, event) in events.enumerated() {
            switch event.kind {
            case .reloaded: reloaded = place
            case .loaded: loaded = event.stamp ?? loaded
            case .xid(154):
                asked[event.address] = place
                if event.recovery == KernelEvent.Recovery.none { reset[event.address] = place }
            // Power smoothing works again.
            case .xid(162): smoothed[event.address] = place
            default: break
            }
        }
    }

    /// Whether an event is not judged: it only ends others, or it is over itself.
    func concerns(_ event: KernelEvent, at place: Int) -> Bool {
        switch event.kind {
        case .reloaded, .loaded: return true
        // Only the driver's latest request counts.
        case .xid(154) where place < asked[event.address] ?? 0: return true
        case .xid(163) where place < smoothed[event.address] ?? 0: return true
        case .sxid: break
        default:
            if let reset = reset[event.address], place <= reset { return true }
        }
        return place < reloaded || isBeforeLoad(event)
    }

    private func isBeforeLoad(_ event: KernelEvent) -> Bool {
        guard let loaded, let time = event.stamp, time.isSinceBoot == loaded.isSinceBoot else {
            return false
        }
        return loaded.seconds - time.seconds > Self.loadSeconds
    }
}

extension KernelEvent {
    /// The fields that equal events share.
    struct Identity: Hashable {
        var kind: Kind
        var address: PCIAddress?
        var word: Word
        var cause: Int?
        var recovery: Recovery?
        var isDetail: Bool
    }

    /// Whether it is about an NVSwitch.
    var isSwitch: Bool {
        if case .sxid = kind { true } else { false }
    }

    /// The fields that an equal event shares.
    var identity: Identity {
        Identity(
            kind: kind, address: address, word: word, cause: cause, recovery: recovery,
            isDetail: isDetail)
    }
}

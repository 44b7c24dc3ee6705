/// Lets a few clusters run at once, and one alone where seconds are measured: the machine has two cores.
///
/// Waiting here counts towards a test's time limit: the limits are for hangs, and far above what a test takes.
actor Gate {
    static let shared = Gate(slots: 3)

    private let slots: Int
    private var free: Int
    private var waiting: [(need: Int, continuation: CheckedContinuation<Void, Never>)] = []

    init(slots: Int) {
        self.slots = slots
        free = slots
    }

    /// How many slots a test takes.
    func need(alone: Bool) -> Int {
        alone ? slots : 1
    }

    func enter(_ need: Int) async {
        if waiting.isEmpty, free >= need {
            free -= need
            return
        }
        await withCheckedContinuation { waiting.append((need, $0)) }
    }

    func leave(_ need: Int) {
        free += need
        while let next = waiting.first, free >= next.need {
            waiting.removeFirst()
            free -= next.need
            next.continuation.resume()
        }
    }
}

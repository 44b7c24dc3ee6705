import FoundationEssentials
import Glibc
import SystemPackage

/// Lets a few clusters run at once, and one alone where seconds are measured: the machine has two cores.
///
/// Waiting here counts towards a test's time limit: the limits are for hangs, and far above what a test takes.
actor Gate {
    static let shared = Gate(
        slots: ProcessInfo.processInfo.environment["FLEET_TEST_CLUSTERS"].flatMap { Int($0) } ?? 3)

    private let slots: Int
    private var free: Int
    private var waiting: [(need: Int, continuation: CheckedContinuation<Void, Never>)] = []

    init(slots: Int) {
        self.slots = slots
        free = slots
    }

    /// Waits for the slots that a test takes, then for the tests of other processes.
    func enter(alone: Bool) async throws -> Turn {
        let need = alone ? slots : 1
        await take(need)
        do {
            return Turn(slots: need, neighbours: try await Neighbours(alone: alone))
        } catch {
            give(need)
            throw error
        }
    }

    func leave(_ turn: Turn) {
        turn.neighbours.leave()
        give(turn.slots)
    }

    /// What a test has while its cluster is up.
    struct Turn: Sendable {
        fileprivate let slots: Int
        fileprivate let neighbours: Neighbours
    }

    private func take(_ need: Int) async {
        if waiting.isEmpty, free >= need {
            free -= need
            return
        }
        await withCheckedContinuation { waiting.append((need, $0)) }
    }

    private func give(_ need: Int) {
        free += need
        while let next = waiting.first, free >= next.need {
            waiting.removeFirst()
            free -= next.need
            next.continuation.resume()
        }
    }
}

/// The tests of other processes, which run on other releases of Slurm at the same time: whoever is alone is so among all of them.
///
/// Locks on files of the checkout, which every release's root file system has too; they are gone with the process that held them.
struct Neighbours: Sendable {
    private let among: FileDescriptor

    /// Waits until no other process runs a test that is alone; where this one is, until none runs any.
    init(alone: Bool) async throws {
        let folder = FilePath("\(Place.repository)/.build")
        // Whoever waits to be alone holds the door, so that no others come in before it.
        let door = try Self.open(folder.appending("cluster-gate-door"))
        defer { try? door.close() }
        try await Self.lock(door, alone ? LOCK_EX : LOCK_SH)
        among = try Self.open(folder.appending("cluster-gate"))
        do {
            try await Self.lock(among, alone ? LOCK_EX : LOCK_SH)
        } catch {
            try? among.close()
            throw error
        }
    }

    func leave() {
        try? among.close()
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
    }

    private static func lock(_ file: FileDescriptor, _ kind: Int32) async throws {
        while flock(file.rawValue, kind | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Errno(rawValue: errno) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

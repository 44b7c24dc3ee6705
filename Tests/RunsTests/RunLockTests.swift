import Probes
@testable import FanOut
import Foundation
@testable import Runs
import SlurmModel
@testable import TestSupport
import Testing

@Suite struct RunLockTests {
    @Test("Only one fleet watches a run")
    func excludes() throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        #expect(!RunLock.isHeld(stored))
        var lock = try RunLock.take(stored)
        #expect(lock != nil)
        #expect(try RunLock.take(stored) == nil)
        #expect(RunLock.isHeld(stored))
        // Looking takes nothing away.
        #expect(try RunLock.take(stored) == nil)
        lock = nil
        #expect(!RunLock.isHeld(stored))
        #expect(try RunLock.take(stored) != nil)
    }

    @Test func apart() throws {
        let first = try TestRun()
        let second = try TestRun()
        let lock = try RunLock.take(StoredRun(first.directory, kinds: .all))
        #expect(!RunLock.isHeld(StoredRun(second.directory, kinds: .all)))
        withExtendedLifetime(lock) {}
    }

    @Test func gone() throws {
        let run = try TestRun()
        let stored = StoredRun(RunDirectory(path: run.directory.path + "/none"), kinds: .all)
        #expect(!RunLock.isHeld(stored))
        #expect(throws: (any Error).self) { try RunLock.take(stored) }
    }

    @Test("Of many at once exactly one has it")
    func race() async throws {
        let run = try TestRun()
        let stored = StoredRun(run.directory, kinds: .all)
        let taken = try await withThrowingTaskGroup(of: RunLock?.self) { group in
            for _ in 0..<32 { group.addTask { try RunLock.take(stored) } }
            var locks: [RunLock] = []
            for try await lock in group { if let lock { locks.append(lock) } }
            return locks
        }
        #expect(taken.count == 1)
    }
}

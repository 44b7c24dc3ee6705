@testable import ClusterView
@testable import Commands
import Foundation
import Synchronization
import Testing

@Suite struct LastVerdictReaderTests {
    /// A failure that was seen stays seen while the history cannot be read.
    @Test func keepsWhatItRead() async {
        let isBroken = Mutex(false)
        let reader = LastVerdictReader(deadline: .seconds(60)) { _ in
            isBroken.withLock { $0 } ? ([:], "fleet: broken") : (StatusFixtures.verdicts, nil)
        }
        var answer = await reader.next(cluster: "demo")
        #expect(answer.verdicts == StatusFixtures.verdicts)
        #expect(answer.warning == nil)
        isBroken.withLock { $0 = true }
        answer = await reader.next(cluster: "demo")
        #expect(answer.verdicts == StatusFixtures.verdicts)
        #expect(answer.warning == "fleet: broken; those shown were read before")
        isBroken.withLock { $0 = false }
        #expect(await reader.next(cluster: "demo").warning == nil)
    }

    /// A dead file system holds up nobody, and no second thread; when it comes back, so do the verdicts.
    @Test(.timeLimit(.minutes(20))) func readThatHangs() async throws {
        let gate = DispatchSemaphore(value: 0)
        let reads = Mutex(0)
        let reader = LastVerdictReader(deadline: .milliseconds(50)) { _ in
            reads.withLock { $0 += 1 }
            gate.wait()
            return (StatusFixtures.verdicts, nil)
        }
        for _ in 0..<2 {
            let answer = await reader.next(cluster: "demo")
            #expect(answer.verdicts.isEmpty)
            let warning = try #require(answer.warning)
            #expect(warning.contains("is its file system alive?"))
        }
        #expect(reads.withLock { $0 } <= 1)
        for _ in 0..<100 { gate.signal() }
        var answer = await reader.next(cluster: "demo")
        while answer.warning != nil {
            try await Task.sleep(for: .milliseconds(10))
            answer = await reader.next(cluster: "demo")
        }
        #expect(answer.verdicts == StatusFixtures.verdicts)
    }

    /// Nothing is called well where the verdicts are not known.
    @Test func warningIsSeen() {
        let status = StatusFixtures.status(
            [StatusFixtures.nodes[0]], verdicts: [:], warnings: ["fleet: no last verdicts: x"])
        let calm = "Slurm has no complaint about 1 node, but not all were checked within a day"
        #expect(status.lines(width: nil).contains { $0.hasPrefix(calm) })
        var screen = WatchScreen(
            WatchScreen.Choice(view: .nodes([.node])), columns: 80, rows: 24, styled: false,
            clock: { "\($0)" })
        screen.show(status, at: StatusFixtures.now)
        #expect(screen.frame(at: StatusFixtures.now)[1] == "fleet: no last verdicts: x")
        var log = WatchLog()
        _ = log.show(StatusFixtures.status([StatusFixtures.nodes[0]], verdicts: [:]), at: 0)
        let changes = log.show(status, at: 2)
        #expect(
            StatusChange.lines(changes) == [
                "controller slurmctld: warnings - -> fleet: no last verdicts: x"
            ])
    }
}

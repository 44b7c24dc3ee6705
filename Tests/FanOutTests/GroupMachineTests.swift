@testable import FanOut
import TestSupport
import Testing

/// Which node of a group is waited for, and which is asked again alone.
@Suite struct GroupMachineTests {
    private static let names = (0..<8).map { "n\($0)" }

    @Test func everybodyAnswers() {
        var machine = GroupMachine(nodes: Self.names)
        for name in Self.names {
            machine.begun(name, now: .seconds(1))
            #expect(machine.hasBegun(name))
            let isTaken = machine.sent(name, now: .seconds(2))
            let isTakenAgain = machine.sent(name, now: .seconds(2))
            #expect(isTaken)
            #expect(!isTakenAgain)
        }
        #expect(machine.isDone)
        #expect(machine.silent(now: .seconds(100)).isEmpty)
    }

    @Test("One that is silent while the others have begun is given up after a while")
    func oneIsSilent() {
        var machine = GroupMachine(nodes: Self.names)
        for name in Self.names.dropLast() { machine.begun(name, now: .seconds(1)) }
        #expect(machine.silent(now: .seconds(1) + GroupMachine.patience / 2).isEmpty)
        #expect(machine.silent(now: .seconds(1) + GroupMachine.patience) == ["n7"])
        // Any news is a sign that the head node is slow, and not this node.
        let isTaken = machine.sent("n0", now: .seconds(2))
        #expect(isTaken)
        #expect(machine.silent(now: .seconds(1) + GroupMachine.patience).isEmpty)
    }

    @Test("A group of which little was heard is still starting: nobody is given up")
    func mostAreSilent() {
        var machine = GroupMachine(nodes: Self.names)
        #expect(machine.silent(now: .seconds(60)).isEmpty)
        for name in Self.names.prefix(3) { machine.begun(name, now: .seconds(1)) }
        #expect(machine.silent(now: .seconds(60)).isEmpty)
    }

    @Test("A group starts as long as something is heard of it")
    func starting() {
        let pause = GroupMachine.longestPause
        var machine = GroupMachine(nodes: Self.names)
        #expect(machine.isStarting(now: pause * 2))
        #expect(!machine.isStarting(now: GroupMachine.longestStart))
        machine.begun("n0", now: .seconds(1))
        #expect(machine.isStarting(now: .seconds(1) + pause / 2))
        #expect(!machine.isStarting(now: .seconds(1) + pause))
        for name in Self.names { machine.begun(name, now: .seconds(2)) }
        // A payload that works keeps no other group waiting.
        #expect(!machine.isStarting(now: .seconds(2) + pause))
        let isTaken = machine.sent("n1", now: .seconds(3))
        #expect(isTaken && machine.isStarting(now: .seconds(3)))
    }

    @Test("Strangers are passed over")
    func strangers() {
        var machine = GroupMachine(nodes: ["a", "b"])
        machine.begun("c", now: .zero)
        let isTaken = machine.sent("c", now: .zero)
        #expect(!isTaken)
        machine.giveUp(["c"])
        #expect(machine.open == ["a", "b"])
    }

    @Test("What ends with the group is asked again, unless its time was up or the run was stopped")
    func ended() {
        var machine = GroupMachine(nodes: ["a", "b", "c"])
        machine.begun("a", now: .zero)
        let isTaken = machine.sent("a", now: .zero)
        #expect(isTaken)
        machine.begun("b", now: .zero)
        var (aborted, outlived, cancelled) = (machine, machine, machine)
        #expect(aborted.ended(outlived: false, isCancelled: false) == (["b", "c"], []))
        #expect(outlived.ended(outlived: true, isCancelled: false) == (["c"], ["b"]))
        #expect(cancelled.ended(outlived: false, isCancelled: true) == ([], ["b", "c"]))
        #expect(aborted.isDone && outlived.isDone && cancelled.isDone)
    }

    @Test("Whatever happens, each node leaves once", arguments: UInt64(0)..<300)
    func anyOrder(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let names = (0..<Int.random(in: 2...9, using: &random)).map { "n\($0)" }
        var machine = GroupMachine(nodes: names)
        var left: [String: Int] = [:]
        var now = Duration.zero
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            now += .milliseconds(Int.random(in: 0...900, using: &random))
            let name = names.randomElement(using: &random) ?? "n0"
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1: machine.begun(name, now: now)
            case 2: if machine.sent(name, now: now) { left[name, default: 0] += 1 }
            default:
                let silent = machine.silent(now: now)
                #expect(silent.allSatisfy { machine.isOpen($0) && !machine.hasBegun($0) })
                machine.giveUp(silent)
                for name in silent { left[name, default: 0] += 1 }
            }
        }
        let (again, over) = machine.ended(
            outlived: seed.isMultiple(of: 2), isCancelled: seed.isMultiple(of: 5))
        for name in again + over { left[name, default: 0] += 1 }
        #expect(machine.isDone)
        #expect(left == Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    }
}

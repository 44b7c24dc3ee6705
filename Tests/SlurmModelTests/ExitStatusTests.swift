import SlurmModel
import Testing

/// Testing has a type of the same name.
private typealias Status = SlurmModel.ExitStatus

@Suite struct ExitStatusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let number: Int
        let status: SlurmModel.ExitStatus
        var testDescription: String { "\(number)" }

        init(_ number: Int, _ status: SlurmModel.ExitStatus) {
            self.number = number
            self.status = status
        }
    }

    @Test(arguments: [
        Case(0, .exited(0)), Case(0x100, .exited(1)), Case(0x7f00, .exited(127)),
        Case(0xff00, .exited(255)), Case(9, .signalled(9)), Case(15, .signalled(15)),
        // A core dump sets bit 7.
        Case(0x8b, .signalled(11)), Case(64, .signalled(64)),
        // Only 16 bits say something.
        Case(0xffff_0100, .exited(1)),
    ])
    func waitStatus(_ given: Case) {
        #expect(Status(waitStatus: UInt32(given.number)) == given.status)
    }

    @Test(arguments: [
        Case(0, .exited(0)), Case(1, .exited(1)), Case(127, .exited(127)),
        // 128 is no signal: there is none of number 0.
        Case(128, .exited(128)), Case(129, .signalled(1)), Case(137, .signalled(9)),
        Case(143, .signalled(15)), Case(192, .signalled(64)), Case(193, .exited(193)),
        Case(255, .exited(255)), Case(-1, .exited(-1)),
    ])
    func shellStatus(_ given: Case) {
        #expect(Status(shellStatus: given.number) == given.status)
    }
}

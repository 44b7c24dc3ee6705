import SlurmModel
import Testing

@Suite struct SlurmErrorTests {
    @Test func descriptions() {
        let bare = SlurmError(kind: .other, attempt: "cancel job 7", cause: "no such job")
        #expect(bare.description == "cannot cancel job 7: no such job")

        var full = bare
        full.code = 2017
        full.remedy = "Look at 'squeue'."
        #expect("\(full)" == "cannot cancel job 7: no such job (2017)\nLook at 'squeue'.")
    }

    /// A second job where the first may exist would run the command twice.
    @Test(
        arguments: [
            (1001, false), (1800, false), (1002, true), (1003, true), (1004, true), (1801, true),
            (1802, true), (1803, true), (1804, false), (5000, true), (5004, true), (5005, true),
            (11, false), (2050, false), (2002, false), (5006, false),
        ] as [(Int32, Bool)])
    func lostAnswers(_ code: Int32, _ isLost: Bool) {
        let error = SlurmError(kind: .controller, attempt: "submit", cause: "x", code: code)
        #expect(error.mayHaveSucceeded == isLost)
    }

    @Test func memberwise() {
        let partition = Partition(name: "gpu", state: .drain, isDefault: true, maxMinutes: 60)
        #expect(partition.state == .drain && partition.isDefault && partition.maxMinutes == 60)
        #expect(!partition.isHidden && !partition.refusesRoot && !partition.isRootOnly)
        let node = Node(name: "gpu-1")
        #expect(node.state.text == "idle" && node.gpus == [] && node.reason == nil)
        let job = Job(id: 7, state: .running)
        #expect(job.exit == nil && !job.isConfiguring && !job.isCompleting)
    }
}

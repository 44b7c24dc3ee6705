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

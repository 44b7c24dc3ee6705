import GPUCheck
import SlurmModel
import Verdicts

extension GPUEvidence {
    /// The evidence of a run that ended well, with as many GPUs expected as the document has.
    init(_ document: SMIDocument, expected: Int? = nil, requested: Int? = nil) {
        let expected = expected ?? document.gpus.count
        self.init(
            exit: .exited(0), stdout: document.bytes, expected: [.gpus(expected)],
            requested: requested ?? expected)
    }

    /// The evidence of a run that failed with a message.
    init(exit: Int, _ stdout: String, stderr: String = "", expected: Int = 8, requested: Int = 8) {
        self.init(
            exit: ExitStatus(shellStatus: exit), stdout: Array(stdout.utf8), stderr: stderr,
            expected: [.gpus(expected)], requested: requested)
    }

    /// What the check concludes.
    var judgement: Judgement { GPUCheck.judge(self).judgement }
}

extension GPUCount {
    /// GPUs without a type, none allocated.
    static func gpus(_ total: Int) -> GPUCount {
        GPUCount(type: nil, total: total, used: 0)
    }
}

extension Judgement {
    /// The codes of its findings.
    var codes: [String] { findings.map(\.code) }
}

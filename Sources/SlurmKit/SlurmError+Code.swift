import SlurmModel
internal import CSlurm

extension SlurmError {
    /// Makes an error of libslurm's number, with Slurm's own text and the next step.
    ///
    /// - Parameters:
    ///   - code: libslurm's errno.
    ///   - attempt: What was tried and on what.
    init(code: Int32, attempt: String) {
        let text = unsafe slurm_strerror(code).map { unsafe String(cString: $0) }
        let meaning = SlurmErrorMeaning.of(code)
        self.init(
            kind: meaning?.kind ?? .other, attempt: attempt, cause: text ?? "unknown error",
            code: code, remedy: meaning?.remedy)
    }
}

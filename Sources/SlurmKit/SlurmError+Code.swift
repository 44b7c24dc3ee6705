import SlurmModel
internal import CSlurm

extension SlurmError {
    /// Makes an error from libslurm's error number, with Slurm's own text and the next step.
    ///
    /// - Parameters:
    ///   - code: libslurm's errno.
    ///   - attempt: What was tried and on what.
    init(code: Int32, attempt: String) {
        self =
            SlurmLibrary.mismatch(for: code)?.named(.meaning(of: code, attempt: attempt))
            ?? .meaning(of: code, attempt: attempt)
    }

    /// What a number means by itself.
    private static func meaning(of code: Int32, attempt: String) -> SlurmError {
        let text = unsafe slurm_strerror(code).map { unsafe String(cString: $0) }
        let meaning = SlurmErrorMeaning.of(code)
        return SlurmError(
            kind: meaning?.kind ?? .other, attempt: attempt, cause: text ?? "unknown error",
            code: code, remedy: meaning?.remedy)
    }

    /// Makes an error from the message of a Slurm command; nil when fleet has nothing to add to the message.
    ///
    /// - Parameters:
    ///   - text: Slurm's own text for one of its numbers.
    ///   - attempt: What was tried and on what.
    package init?(text: some StringProtocol, attempt: String) {
        let known = SlurmErrorMeaning.byCode.keys.sorted()
            .map { SlurmError.meaning(of: $0, attempt: attempt) }
        guard let error = known.first(where: { $0.cause == text }) else { return nil }
        self = error
    }
}

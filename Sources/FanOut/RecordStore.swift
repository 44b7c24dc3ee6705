/// What the fan-out needs of the run directory.
package protocol RecordStore: Sendable {
    /// Looks which nodes have started and which have left a record.
    func scan() -> RecordScan
    /// Reads one record.
    func record(for key: RecordKey) throws(RecordProblem) -> Record
    /// What a payload wrote before it was ended without a record.
    func partialOutput(node: String, job: String) -> (stdout: [UInt8], stderr: [UInt8])
    /// More of what a payload is writing, from these offsets on.
    func output(node: String, job: String, from offsets: OutputOffsets) -> OutputPiece
    /// Takes an attempt away from its node, so that its payload can never begin.
    func claim(node: String, attempt: Int) -> ClaimResult
    /// The file that takes a step's standard output while it runs, as an absolute path.
    func streamPath(for key: RecordKey) -> String
    /// How far a step says it is while it runs; nil where it does not say.
    func stage(of key: RecordKey) -> String?
    /// Makes a step's whole standard output its record; false where it does not even tell that its payload began.
    func keepStream(for key: RecordKey) -> Bool
    /// Removes what the wrapper leaves beside a record.
    func tidy(node: String, job: String)
}

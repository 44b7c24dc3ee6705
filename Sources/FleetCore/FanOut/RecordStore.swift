/// What the fan-out needs of the run directory.
package protocol RecordStore: Sendable {
    /// Looks which nodes have started and which have left a record.
    func scan() -> RecordScan
    /// Reads one record.
    func record(for key: RecordKey) throws(RecordProblem) -> Record
    /// What a payload wrote before it was ended without a record.
    func partialOutput(node: String, job: UInt32) -> (stdout: [UInt8], stderr: [UInt8])
}

package import Platform

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
    /// One of the files that travel with the payload.
    ///
    /// - Throws: What the system says.
    func file(_ name: String) throws -> [UInt8]
    /// Why this machine cannot use the run directory now; nil where it can.
    func fault() -> HeadFault?
    /// Removes what the wrapper leaves beside a record.
    func tidy(node: String, job: String)
}

/// Who decides over one attempt at a node: a file that only one of wrapper and head can make.
package enum ClaimResult: Hashable, Sendable {
    /// The head: the payload of this attempt never began, and never will.
    case withdrawn
    /// The node: its payload has begun.
    case begun
    /// Nobody can tell: the run directory cannot be written.
    case unknown
}

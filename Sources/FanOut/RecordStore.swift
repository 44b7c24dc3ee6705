package import Platform

/// The operations on the run directory that the fan-out needs.
package protocol RecordStore: Sendable {
    /// Lists which nodes have started and which have left a record.
    func scan() -> RecordScan
    /// Reads one record.
    func record(for key: RecordKey) throws(RecordProblem) -> Record
    /// What a payload wrote before it was ended without a record.
    func partialOutput(node: String, job: String) -> (stdout: [UInt8], stderr: [UInt8])
    /// What a payload has written after these offsets.
    func output(node: String, job: String, from offsets: OutputOffsets) -> OutputPiece
    /// Claims an attempt for the head node, so that its payload can never begin on the node.
    func claim(node: String, attempt: Int) -> ClaimResult
    /// The file that takes a step's standard output while it runs, as an absolute path.
    func streamPath(for key: RecordKey) -> String
    /// The stage that a step reported while it runs; nil where it reported none.
    func stage(of key: RecordKey) -> String?
    /// Turns a step's whole standard output into its record; false when the output does not even say that the payload
    /// began.
    func keepStream(for key: RecordKey) -> Bool
    /// The file that takes the output of a group, named by its first node, as an absolute path.
    func groupPath(for key: RecordKey) -> String
    /// Keeps which nodes a group has, for whoever reads its output after this process.
    ///
    /// - Throws: The error of the system.
    func keepGroup(_ path: String, nodes: [String]) throws
    /// More of a group's output from an offset on, at most a MiB.
    func groupOutput(_ path: String, from offset: Int) -> [UInt8]
    /// Keeps what a node sent in a group as its record.
    ///
    /// - Throws: The error of the system.
    func keep(_ record: [UInt8], for key: RecordKey) throws
    /// Removes a group's output once its nodes have their own records.
    func removeGroup(_ path: String)
    /// One of the files that travel with the payload.
    ///
    /// - Throws: The error of the system.
    func file(_ name: String) throws -> [UInt8]
    /// Why this machine cannot use the run directory now; nil when it can.
    func fault() -> HeadFault?
    /// Removes what the wrapper leaves beside a record.
    func tidy(node: String, job: String)
}

/// Who got an attempt at a node: wrapper and head node both try to create the same file, and only one succeeds.
package enum ClaimResult: Hashable, Sendable {
    /// The head node got it: the payload of this attempt never began, and never will.
    case withdrawn
    /// The node got it: its payload has begun.
    case begun
    /// Not known: the head node cannot write to the run directory.
    case unknown
}

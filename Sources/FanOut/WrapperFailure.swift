/// Why a node's wrapper gave up, as the exit code of its job: the only message that needs no shared file.
package enum WrapperFailure: Int, CaseIterable, Hashable, Sendable {
    /// The run directory is not there.
    case noDirectory = 81
    /// A directory of that name is there, but it is not this run's.
    case otherDirectory = 82
    /// Files cannot be created in it.
    case notWritable = 83
    /// The record could not be written whole.
    case writeFailed = 84
    /// The head node had already withdrawn this attempt; nothing was run.
    case withdrawn = 85

    /// What was seen, in words.
    ///
    /// - Parameter directory: The run directory.
    /// - Returns: A clause for a row.
    package func reason(directory: String) -> String {
        switch self {
        case .noDirectory: "the run directory \(directory) is not on the node, or closed to it"
        case .otherDirectory: "the node's \(directory) is not the one on this machine"
        case .notWritable:
            "the node cannot write to the run directory \(directory) (rights, root_squash, or full)"
        case .withdrawn: "this attempt had been given up, or had begun once before"
        case .writeFailed: "the node could not write its record to \(directory) (disk full?)"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .noDirectory, .otherDirectory:
            "use storage that this machine and the nodes share: --run-dir, FLEET_RUN_DIR or run_directory in the configuration; as root, mind root_squash"
        case .notWritable: "check rights, export and free space of the shared storage"
        case .withdrawn: "run it again; a command is never begun twice by itself"
        case .writeFailed: "free space on the shared storage, or choose another --run-dir"
        }
    }
}

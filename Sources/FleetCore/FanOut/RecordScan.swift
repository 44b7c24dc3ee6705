/// One look at the run directory.
package struct RecordScan: Hashable, Sendable {
    /// The whole records, as `NODE.JOB`.
    package var finished: Set<String>
    /// The payloads that were started, as `NODE.JOB`.
    package var started: Set<String>

    /// Makes a scan.
    package init(finished: Set<String> = [], started: Set<String> = []) {
        self.finished = finished
        self.started = started
    }

    /// Sorts the names of the files in the records folder.
    ///
    /// Names that begin with a dot are still being written: `.NODE.JOB.out` appears when the payload starts.
    package init(fileNames: some Sequence<String>) {
        self.init()
        for name in fileNames {
            if !name.hasPrefix(".") {
                finished.insert(name)
            } else if name.hasSuffix(".out") {
                started.insert(String(name.dropFirst().dropLast(4)))
            }
        }
    }
}

import SlurmModel

/// One word of `--job`: a job's number, that of an array or heterogeneous job, or one task as in `1234_7`.
package struct JobSelector: Hashable, Sendable, CustomStringConvertible {
    /// The number.
    package var id: UInt32
    /// The task of the array of that number; nil for all of it.
    package var task: UInt32?

    /// Makes a selector.
    package init(id: UInt32, task: UInt32? = nil) {
        self.id = id
        self.task = task
    }

    /// Reads a word as squeue writes jobs.
    ///
    /// - Throws: ``SelectionError/malformed(flag:word:hint:)``.
    package init(_ word: String) throws(SelectionError) {
        let parts = word.split(separator: "_", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                ? UInt32(part) : nil
        }
        guard (1...2).contains(parts.count), numbers.count == parts.count, numbers[0] > 0 else {
            throw .malformed(flag: "--job", word: word, hint: "as in 1234 or 1234_7")
        }
        self.init(id: numbers[0], task: numbers.count == 2 ? numbers[1] : nil)
    }

    /// The word.
    package var description: String {
        task.map { "\(id)_\($0)" } ?? String(id)
    }

    /// Whether it selects this job.
    func means(_ job: Job) -> Bool {
        if let task { return job.group == id && job.arrayTask == task }
        return job.id == id || job.group == id
    }
}

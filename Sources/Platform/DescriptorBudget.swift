import Synchronization
import SystemPackage

/// How many file descriptors this process may have, and how they are used.
///
/// Starting a process needs some. Without free descriptors, the library that starts processes would end fleet itself,
/// so every start is checked here first.
package enum DescriptorBudget {
    /// The soft limit that this process was started with; fleet's child processes get it back.
    package static var inherited: Int? { raised.withLock { $0 } }

    private static let raised = Mutex<Int?>(nil)
    /// How many files were open already when this process began, besides its streams: a shell or a daemon left them to it.
    private static let foreign = Mutex(0)

    /// The limit that fleet wants: for the largest --fanout, with all descriptors that its steps need.
    private static let wanted = 65_536
    /// What one child process needs while it starts and runs: two files, a pipe, the descriptor that reports its end,
    /// and the pipes that report on the start itself.
    package static let perProcess = 12
    /// What fleet itself needs: its streams, the run directory, the journal, the history, a few connections to
    /// slurmctld.
    private static let reserve = 48

    /// Raises the soft limit as far as the hard one allows; call it before the first thread.
    ///
    /// - Throws: A ``HeadFault`` where even the hard limit is too low to work with, or what is open already leaves too few.
    package static func raise() throws(HeadFault) {
        let limit = FolderCalls.descriptorLimit()
        let needed = reserve + perProcess
        guard limit.hard >= needed else {
            throw HeadFault(
                "the limit of open files is \(limit.hard), and fleet needs \(needed)",
                remedy: "raise it: ulimit -n")
        }
        let soft = min(limit.hard, wanted)
        if limit.soft < soft {
            do {
                try FolderCalls.setDescriptorLimit(soft: soft)
                raised.withLock { $0 = limit.soft }
            } catch {
                // Then it stays as it is, and fewer processes run at once.
            }
        }
        do {
            let last = try open(needed)
            foreign.withLock { $0 = max(0, last + 1 - needed - 3) }
        } catch {
            throw HeadFault(
                "of the \(FolderCalls.descriptorLimit().soft) files that may be open fewer than the \(needed) that fleet needs are left: \(error)",
                remedy:
                    "raise the limit (ulimit -n), or start fleet from where fewer files are open"
            )
        }
    }

    /// Opens so many files at once, and closes them.
    ///
    /// - Returns: The largest number among their descriptors.
    private static func open(_ count: Int) throws -> Int {
        var taken: [FileDescriptor] = []
        defer { for file in taken { try? file.close() } }
        for _ in 0..<count {
            taken.append(
                try FileDescriptor.open(
                    FilePath("/dev/null"), .readOnly, options: .closeOnExec))
        }
        return Int(taken.map(\.rawValue).max() ?? 0)
    }

    /// How many processes may run at once.
    ///
    /// - Parameters:
    ///   - asked: How many were asked for.
    ///   - limit: How many descriptors there may be; nil for this process's own limit.
    /// - Returns: The number asked for, or fewer if the limit is lower; at least one.
    package static func window(_ asked: Int, limit: Int? = nil) -> Int {
        let most = limit ?? FolderCalls.descriptorLimit().soft
        let rest = most - reserve - foreign.withLock { $0 }
        return max(1, min(asked, rest / perProcess))
    }

    /// Makes sure that a process can be started now.
    ///
    /// - Throws: An `Errno` where there are not enough descriptors for it, or no more processes.
    package static func checkStart() throws {
        _ = try open(perProcess)
        try ProcessBudget.checkStart()
    }
}

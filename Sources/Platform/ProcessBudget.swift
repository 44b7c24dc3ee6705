import Glibc
import SystemPackage

/// How many threads and processes this process may start.
///
/// Where the limit is reached, the pool of threads that Swift's tasks run on waits for ever without a word: it tries
/// once a second. So fleet looks before it needs them. The kernel counts threads as processes, in each user's limit
/// (`ulimit -u`) and in the cgroup's `pids.max`.
package enum ProcessBudget {
    /// How many fleet needs to begin: the pool's threads, of which there may be one for each core, those that wait for
    /// child processes, and the first child process.
    package static var needed: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 8 }

    /// What one more child process needs: srun with its threads.
    private static let perProcess = 6

    /// Makes sure that fleet can work at all; call it before the first task.
    ///
    /// - Throws: A ``HeadFault`` where too few threads can be started.
    package static func check() throws(HeadFault) {
        let room = room(upTo: needed)
        guard room < needed else { return }
        throw HeadFault(
            "this machine lets \(Users.name(of: geteuid())) start only \(room) more processes and threads, and fleet needs \(needed)",
            remedy:
                "raise the limit of processes (ulimit -u, the cgroup's pids.max), or end what else runs of this user: ps -Lu \(Users.name(of: geteuid()))"
        )
    }

    /// Makes sure that one more process can be started now.
    ///
    /// - Throws: An `Errno` where it cannot.
    package static func checkStart() throws {
        guard room(upTo: perProcess) < perProcess else { return }
        throw Errno.resourceTemporarilyUnavailable
    }

    /// How many threads can be started now, beside those there are.
    ///
    /// Tried with real ones that end at once: who else counts towards the limit cannot be asked.
    ///
    /// - Parameter most: How many are tried.
    /// - Returns: How many there was room for.
    static func room(upTo most: Int) -> Int {
        guard let pipe = try? FileDescriptor.pipe() else { return most }
        defer { try? pipe.readEnd.close() }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        var threads: [pthread_t] = []
        while threads.count < most {
            var thread = pthread_t()
            let file = unsafe UnsafeMutableRawPointer(bitPattern: Int(pipe.readEnd.rawValue) + 1)
            let code = unsafe pthread_create(
                &thread, &attributes,
                { argument in
                    // Until the other end is closed: all are there at the same time.
                    var byte: UInt8 = 0
                    unsafe _ = read(Int32(Int(bitPattern: argument) - 1), &byte, 1)
                    return nil
                }, file)
            guard code == 0 else { break }
            threads.append(thread)
        }
        try? pipe.writeEnd.close()
        for thread in threads { _ = pthread_join(thread, nil) }
        return threads.count
    }

    /// What such a thread's stack may take, in bytes: it does nothing.
    private static let stackBytes = 256 << 10
}

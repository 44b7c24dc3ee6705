internal import CSlurm
import Glibc
import SlurmModel

/// Whether slurmctld takes connections at all, found out beside libslurm.
///
/// libslurm tries to connect for MessageTimeout, which large clusters set to minutes, and cannot be told to stop. A
/// slurmctld that is slow is worth that wait; one that is not there is not. So a call that takes long has its
/// controllers looked at: only where none of them takes a connection is the call given up.
struct ControllerReach: Sendable {
    private let configuration: SlurmConfiguration

    /// When to look: together with the look itself, within the 10 seconds that a person waits.
    private static let patience = Duration.milliseconds(8_500)
    /// How long a connection may take, in milliseconds.
    private static let connectMilliseconds: Int32 = 1_000

    init(_ configuration: SlurmConfiguration) {
        self.configuration = configuration
    }

    /// Waits for a call of libslurm; gives it up, without ending it, once it is clear that it has nobody to talk to.
    ///
    /// - Throws: What the call throws, or a ``SlurmError`` of kind `controller`.
    func bounded<Answer: Sendable>(
        _ call: @escaping @Sendable () async throws(SlurmError) -> Answer
    ) async throws(SlurmError) -> Answer {
        let (answers, answer) = AsyncStream.makeStream(of: Result<Answer, SlurmError>.self)
        Task.detached {
            do throws(SlurmError) {
                answer.yield(.success(try await call()))
            } catch {
                answer.yield(.failure(error))
            }
        }
        let watch = Task.detached {
            try await Task.sleep(for: Self.patience)
            if let error = refusal() { answer.yield(.failure(error)) }
        }
        defer { watch.cancel() }
        for await result in answers { return try result.get() }
        // The stream has no end of its own: the caller's task was cancelled.
        throw SlurmError(kind: .controller, attempt: attempt, cause: "it was interrupted")
    }

    private var attempt: String {
        "reach slurmctld (\(configuration.controllers.joined(separator: ", ")))"
    }

    /// The error of controllers of which none takes a connection; nil where one does.
    private func refusal() -> SlurmError? {
        guard !configuration.addresses.contains(where: takesConnection) else { return nil }
        return SlurmError(code: cslurm_no_connection, attempt: attempt)
    }

    private func takesConnection(_ address: String) -> Bool {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>? = nil
        guard unsafe getaddrinfo(address, String(configuration.port), &hints, &found) == 0 else {
            return false
        }
        defer { unsafe freeaddrinfo(found) }
        var next = unsafe found
        while let candidate = unsafe next {
            if unsafe Self.takesConnection(candidate.pointee) { return true }
            unsafe next = candidate.pointee.ai_next
        }
        return false
    }

    private static func takesConnection(_ candidate: addrinfo) -> Bool {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(candidate.ai_family, flags, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if unsafe connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 { return true }
        guard errno == EINPROGRESS else { return false }
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, connectMilliseconds) == 1 else { return false }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) == 0
            && failure == 0
    }
}

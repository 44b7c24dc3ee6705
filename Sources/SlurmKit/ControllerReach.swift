internal import CSlurm
import Glibc
import SlurmModel

/// Checks, in parallel to libslurm, whether slurmctld accepts connections at all.
///
/// libslurm tries to connect for MessageTimeout, which large clusters set to minutes, and cannot be told to stop. A
/// slow slurmctld is worth that wait, but a dead one is not. So when a call takes long, the controllers are contacted
/// directly, and if none of them accepts a connection, fleet gives up on the call.
struct ControllerReach: Sendable {
    private let configuration: SlurmConfiguration

    /// When to check: the call and the check together stay within the 10 seconds that a user waits.
    private static let patience = Duration.milliseconds(8_500)
    /// How long a connection may take, in milliseconds.
    private static let connectMilliseconds: Int32 = 1_000

    init(_ configuration: SlurmConfiguration) {
        self.configuration = configuration
    }

    /// Waits for a call of libslurm; stops waiting, without ending the call, when no controller accepts a connection.
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
        // The stream ends only when the caller's task is cancelled.
        throw SlurmError(kind: .controller, attempt: attempt, cause: "it was interrupted")
    }

    private var attempt: String {
        "reach slurmctld (\(configuration.controllers.joined(separator: ", ")))"
    }

    /// The error when none of the controllers accepts a connection; nil when one does.
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

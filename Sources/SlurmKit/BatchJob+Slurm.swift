internal import CSlurm
import Glibc
import SlurmModel

extension BatchJob {
    /// Passes the job to `body` as a C structure, which must not outlive the call.
    func withCStructure<Value>(_ body: (cslurm_batch_job) -> Value) -> Value {
        // strdup copies live until the call ends, because nested closures for ten strings would be unreadable.
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        func copy(_ text: String?) -> UnsafePointer<CChar>? {
            guard let text else { return nil }
            let pointer = unsafe strdup(text)
            unsafe copies.append(pointer)
            return unsafe UnsafePointer(pointer)
        }
        let variables = unsafe environment.map { unsafe copy($0) }
        return unsafe variables.withUnsafeBufferPointer { variables in
            var request = unsafe cslurm_batch_job()
            unsafe request.name = copy(name)
            unsafe request.node = copy(node)
            unsafe request.partition = copy(partition)
            unsafe request.script = copy(script)
            unsafe request.work_directory = copy("/")
            unsafe request.output_path = copy(outputPath)
            unsafe request.environment = variables.baseAddress
            unsafe request.environment_count = UInt32(variables.count)
            unsafe request.time_limit_minutes = UInt32(clamping: timeLimitMinutes)
            unsafe request.deadline = time_t(deadline ?? 0)
            unsafe request.memory_mib = UInt64(memoryMiB ?? 0)
            unsafe request.gres = copy(gres)
            unsafe request.account = copy(account)
            unsafe request.qos = copy(qos)
            unsafe request.reservation = copy(reservation)
            unsafe request.exclusive = isExclusive
            unsafe request.user = geteuid()
            unsafe request.group = getegid()
            return unsafe body(request)
        }
    }
}

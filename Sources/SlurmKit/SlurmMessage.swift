internal import CSlurm
import SlurmModel

/// An answer of libslurm that holds an array of records and must be freed once.
protocol SlurmResponse {
    /// The type of one record.
    associatedtype Record
    /// How many records there are.
    var recordTotal: UInt32 { get }
    /// The first record; nil where there are none.
    var firstRecord: UnsafeMutablePointer<Record>? { get }
    /// slurmctld's clock at its answer, in seconds since 1970; 0 where the answer has none.
    var updateTime: Int { get }
    /// Frees the answer.
    static func free(_ pointer: UnsafeMutablePointer<Self>)
}

/// Owns an answer of libslurm, and frees it at the end of its own life.
@safe
struct SlurmMessage<Response: SlurmResponse>: ~Copyable {
    private let pointer: UnsafeMutablePointer<Response>

    /// Calls libslurm and takes over the answer.
    ///
    /// - Throws: A ``SlurmError`` made of libslurm's number.
    init(
        attempt: String, _ load: (inout UnsafeMutablePointer<Response>?) -> Int32
    ) throws(SlurmError) {
        var answer: UnsafeMutablePointer<Response>? = nil
        let code = unsafe load(&answer)
        guard code == 0, let answer = unsafe answer else {
            throw SlurmError(code: code, attempt: attempt)
        }
        unsafe self.pointer = answer
    }

    deinit { unsafe Response.free(pointer) }

    /// How many records there are.
    var count: Int { unsafe Int(pointer.pointee.recordTotal) }

    /// slurmctld's clock at its answer, in seconds since 1970.
    var updateTime: Int { unsafe pointer.pointee.updateTime }

    /// One value per record, copied, so that no C memory is used outside.
    borrowing func map<Value>(_ transform: (Response.Record) -> Value?) -> [Value] {
        let count = unsafe Int(pointer.pointee.recordTotal)
        guard count > 0, let first = unsafe pointer.pointee.firstRecord else { return [] }
        let records = unsafe UnsafeBufferPointer(start: first, count: count)
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            if let value = unsafe transform(records[index]) { values.append(value) }
        }
        return values
    }

    /// Calls `body` with each record in place, in order; a record must not be kept.
    ///
    /// A node's record is larger than half a kilobyte, so 20,000 of them are not copied.
    borrowing func forEach(_ body: (UnsafePointer<Response.Record>) -> Void) {
        guard let first = unsafe pointer.pointee.firstRecord else { return }
        for index in 0..<count {
            unsafe body(UnsafePointer(first + index))
        }
    }
}

extension node_info_msg_t: @unsafe SlurmResponse {
    var recordTotal: UInt32 { unsafe record_count }
    var firstRecord: UnsafeMutablePointer<node_info_t>? { unsafe node_array }
    var updateTime: Int { unsafe Int(last_update) }
    static func free(_ pointer: UnsafeMutablePointer<Self>) {
        unsafe slurm_free_node_info_msg(pointer)
    }
}

extension partition_info_msg_t: @unsafe SlurmResponse {
    var recordTotal: UInt32 { unsafe record_count }
    var firstRecord: UnsafeMutablePointer<partition_info_t>? { unsafe partition_array }
    var updateTime: Int { unsafe Int(last_update) }
    static func free(_ pointer: UnsafeMutablePointer<Self>) {
        unsafe slurm_free_partition_info_msg(pointer)
    }
}

extension job_info_msg_t: @unsafe SlurmResponse {
    var recordTotal: UInt32 { unsafe record_count }
    var firstRecord: UnsafeMutablePointer<job_info_t>? { unsafe job_array }
    var updateTime: Int { unsafe Int(last_update) }
    static func free(_ pointer: UnsafeMutablePointer<Self>) {
        unsafe slurm_free_job_info_msg(pointer)
    }
}

extension reserve_info_msg_t: @unsafe SlurmResponse {
    var recordTotal: UInt32 { unsafe record_count }
    var firstRecord: UnsafeMutablePointer<reserve_info_t>? { unsafe reservation_array }
    var updateTime: Int { unsafe Int(last_update) }
    static func free(_ pointer: UnsafeMutablePointer<Self>) {
        unsafe slurm_free_reservation_info_msg(pointer)
    }
}

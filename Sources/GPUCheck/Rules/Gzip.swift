import CZlib

/// Unpacks gzip's format (RFC 1952) with zlib, within a limit.
///
/// zlib takes pointers, so this file has `unsafe` expressions. Each pointer is used only inside the closure that
/// gives it, and zlib is never told of more bytes than the array has.
enum Gzip {
    /// The unpacked bytes as far as they can be read, and whether they are complete and undamaged.
    ///
    /// - Parameters:
    ///   - bytes: One packed file and nothing behind it.
    ///   - limit: The most bytes that are made; of a larger file the beginning comes back, and it is not whole.
    /// - Returns: The bytes, and whether they are whole.
    static func unpacked(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], isWhole: Bool) {
        guard let inputCount = UInt32(exactly: bytes.count) else { return ([], false) }
        var output = [UInt8](repeating: 0, count: firstRoom(bytes, limit: limit))
        var made = 0
        var stream = unsafe z_stream()
        // zlib stores the stream's address and refuses another one, so all calls use one pointer.
        let isWhole = unsafe withUnsafeMutablePointer(to: &stream) { stream in
            guard unsafe czlib_begin_gunzip(stream) == Z_OK else { return false }
            defer { unsafe inflateEnd(stream) }
            return unsafe bytes.withUnsafeBufferPointer { input in
                unsafe stream.pointee.next_in = input.baseAddress
                unsafe stream.pointee.avail_in = inputCount
                while true {
                    let room = output.count - made
                    let status = unsafe inflate(stream, into: &output, from: made)
                    made = unsafe output.count - Int(stream.pointee.avail_out)
                    // At this point zlib has checked the checksum and the size.
                    if status == Z_STREAM_END { return unsafe stream.pointee.avail_in == 0 }
                    // If there is room left, the input has ended. If the last call left no room, the limit is
                    // reached.
                    guard status == Z_OK || status == Z_BUF_ERROR, made == output.count, room > 0
                    else { return false }
                    let more = min(output.count, limit - output.count)
                    output.append(contentsOf: repeatElement(0, count: more))
                }
            }
        }
        output.removeLast(output.count - made)
        return (output, isWhole)
    }

    /// Unpacks into the rest of an array, from an offset on.
    private static func inflate(
        _ stream: UnsafeMutablePointer<z_stream>, into output: inout [UInt8], from offset: Int
    ) -> CInt {
        unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe stream.pointee.next_out = buffer.baseAddress?.advanced(by: offset)
            unsafe stream.pointee.avail_out = UInt32(buffer.count - offset)
            return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        }
    }

    /// How many bytes to reserve at first: the size that the file names in its last four bytes.
    ///
    /// A false size does little harm, because deflate makes at most 1032 bytes from one, which bounds it.
    private static func firstRoom(_ bytes: [UInt8], limit: Int) -> Int {
        let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let most = min(limit, bytes.count.multipliedReportingOverflow(by: 1032).partialValue)
        return max(min(size, most), min(limit, 4096))
    }
}

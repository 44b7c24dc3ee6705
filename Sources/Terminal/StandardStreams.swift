import SystemPackage

/// The three descriptors that every program expects to be open.
package enum StandardStreams {
    /// Opens those that the caller closed, so that no other file gets their numbers.
    ///
    /// Each is opened in the wrong direction, as gnulib does: reading or writing it fails, just as on a closed
    /// descriptor.
    package static func fill() {
        for file: FileDescriptor in [.standardInput, .standardOutput, .standardError] {
            do {
                try file.duplicate().close()
            } catch {
                // The system uses the lowest free number, which is this one; child processes inherit it too.
                _ = try? FileDescriptor.open(
                    FilePath("/dev/null"), file == .standardInput ? .writeOnly : .readOnly)
            }
        }
    }
}

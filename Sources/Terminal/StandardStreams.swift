import SystemPackage

/// The three descriptors that every program takes for granted.
package enum StandardStreams {
    /// Fills those that the caller closed, so that no other file gets their numbers.
    ///
    /// Each is opened the wrong way round, as gnulib does: reading or writing it fails, as it does where it is closed.
    package static func fill() {
        for file: FileDescriptor in [.standardInput, .standardOutput, .standardError] {
            do {
                try file.duplicate().close()
            } catch {
                // The lowest number that is free is this one; whoever is started gets it too.
                _ = try? FileDescriptor.open(
                    FilePath("/dev/null"), file == .standardInput ? .writeOnly : .readOnly)
            }
        }
    }
}

extension String {
    /// Copies a string of libslurm; nil for NULL and for an empty one.
    init?(slurm pointer: UnsafePointer<CChar>?) {
        guard let pointer = unsafe pointer, unsafe pointer.pointee != 0 else { return nil }
        self = unsafe String(cString: pointer)
    }
}

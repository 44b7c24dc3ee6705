/// The answer of `nvidia-smi -q -x`, for the document types 8 to 13 (drivers 375 to 610).
package struct NvidiaSMIReport: Hashable, Sendable {
    /// The kernel driver's version.
    package var driver: GPUValue
    /// The newest CUDA version the driver supports.
    package var cuda: GPUValue
    /// How many GPUs nvidia-smi says it found.
    package var attached: GPUValue
    /// The GPUs it listed, in its order, which is the order of `nvidia-smi -L`.
    package var gpus: [GPUReport]

    /// The most GPUs read of one answer; a node has 16 at most.
    private static let most = 256

    /// Reads a document's outermost element, by element name: order and unknown elements do not matter.
    package init(_ root: XMLTree) {
        let driver = GPUValue(root.first("driver_version"))
        // Driver 610 deprecates driver_version in favour of kmd_version.
        self.driver = driver.word == nil ? GPUValue(root.first("kmd_version")) : driver
        let cuda = GPUValue(root.first("cuda_version"))
        self.cuda = cuda.word == nil ? GPUValue(root.first("cuda_umd_version")) : cuda
        attached = GPUValue(root.first("attached_gpus"))
        // Further GPUs are ignored: the count of attached GPUs then differs, and a finding reports it.
        gpus = root.all("gpu").prefix(Self.most).enumerated().map {
            GPUReport($0.element, index: $0.offset)
        }
    }

    /// The driver's version, such as `580.105.08`; nil where it was not said.
    package var driverVersion: String? { version(driver) }

    /// The CUDA version, such as `13.0`; nil where it was not said.
    package var cudaVersion: String? { version(cuda) }

    // Driver 610 appends "[Deprecated; …]" to both.
    private func version(_ value: GPUValue) -> String? {
        value.firstWord.flatMap { $0.first?.isNumber == true ? $0 : nil }
    }
}

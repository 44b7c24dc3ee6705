/// One named field of a GPU.
package struct GPUField: Hashable, Sendable {
    /// The name for people, near nvidia-smi's own.
    package var name: String
    /// What it says.
    package var value: GPUValue

    /// Makes a field.
    package init(_ name: String, _ value: GPUValue) {
        self.name = name
        self.value = value
    }
}

/// A GPU's PCIe link: its present state, and the best that slot and GPU can reach together.
///
/// Clouds give healthy GPUs half the lanes that they could use, and an idle GPU lowers its link's generation. So one
/// limit for all would be wrong, and the link is compared with the majority of equal nodes.
package struct GPULink: Hashable, Sendable {
    /// The lanes in use, such as `16x`.
    package var width: GPUValue
    /// The most lanes.
    package var highestWidth: GPUValue
    /// The generation in use, such as `5`.
    package var generation: GPUValue
    /// The highest generation.
    package var highestGeneration: GPUValue

    /// Reads a `gpu` element.
    init(_ gpu: XMLTree) {
        let link = gpu.first("pci", "pci_gpu_link_info")
        func lanes(_ name: String) -> GPUValue {
            // Without the `x`, so that the value can be read as a number.
            let value = GPUValue(link?.first("link_widths", name))
            guard let word = value.word, word.hasSuffix("x") else { return value }
            return .present(String(word.dropLast()))
        }
        width = lanes("current_link_width")
        highestWidth = lanes("max_link_width")
        generation = GPUValue(link?.first("pcie_gen", "current_link_gen"))
        highestGeneration = GPUValue(link?.first("pcie_gen", "max_link_gen"))
    }
}

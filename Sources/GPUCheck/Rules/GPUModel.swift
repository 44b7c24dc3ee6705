/// A GPU's model, as far as a GRES type and a product's name can be compared.
struct GPUModel: Hashable, Sendable {
    /// Such as `h100`, `a10g`, `gb200`.
    var name: String
    /// Whether boards of this name have NVLink that is always connected: SXM and Grace boards, not PCIe cards.
    var hasLinks: Bool
    /// Whether it is a PCIe card: its links go to another card through a bridge, if a bridge is installed.
    var isCard: Bool
    /// How many of a card's links its bridges can connect, when these are fewer than nvidia-smi lists; nil when all.
    ///
    /// H100 NVL: 12 of 18, at 26.562 GB/s the 600 GB/s of its data sheet (both directions).
    var wiredLinks: Int?
    /// Whether the links connect GPUs directly (before NVSwitch), so that a node with few GPUs leaves some unused.
    var isDirectlyLinked: Bool

    /// Data centre models; a site's own words (`big`, `gpu`) and MIG profiles are not in this list.
    private static let known: Set<String> = [
        "p4", "p40", "p100", "v100", "t4", "t4g", "a2", "a10", "a10g", "a16", "a30", "a40", "a100",
        "a800", "l4", "l20", "l40", "l40s", "h20", "h100", "h200", "h800", "gh200", "b100", "b200",
        "b300", "gb200", "gb300", "k80", "m60",
    ]

    private static let linked: Set<String> = [
        "h20", "h100", "h200", "h800", "gh200", "b100", "b200", "b300", "gb200", "gb300",
    ]

    /// GPUs on one chip with the processor: they use the node's memory, and nvidia-smi reports no memory size.
    private static let unified: Set<String> = [
        "gb10", "n1x", "thor", "orin", "xavier", "tegra",
    ]

    /// How the GRES types of other vendors' GPUs begin.
    private static let foreign = [
        "amd", "instinct", "radeon", "gfx9", "gfx10", "gfx11", "gfx12", "navi", "vega", "intel",
        "gaudi",
        "hpu", "pvc", "ponte", "max1100", "max1550", "flex140", "flex170", "habana", "trainium",
        "inferentia", "neuron", "tpu", "ascend", "mlu", "dcu",
    ]

    /// Whether a product has unified memory.
    static func hasUnifiedMemory(_ product: String?) -> Bool {
        !unified.isDisjoint(with: words(product ?? ""))
    }

    /// Whether a GRES type names another vendor's GPU, such as `mi210` or `gaudi2`; false for a site's own word.
    static func isForeign(type: String?) -> Bool {
        guard let type, GPUModel(type: type) == nil else { return false }
        return words(type).contains { word in
            foreign.contains { word.hasPrefix($0) } || isInstinct(word)
        }
    }

    /// `mi50` to `mi355x`.
    private static func isInstinct(_ word: String) -> Bool {
        var cursor = TextCursor(Substring(word))
        guard cursor.take("mi"), let number = cursor.number(), (8...999).contains(number) else {
            return false
        }
        return ["", "x", "a"].contains(cursor.text)
    }

    /// Reads a GRES type such as `h100`, `nvidia_h100_80gb_hbm3` or `tesla:v100`; nil for a word that names no model.
    init?(type: String?) { self.init(words: type) }

    /// Reads a product such as `NVIDIA H100 80GB HBM3`; nil for a product that is not in the list.
    init?(product: String?) { self.init(words: product) }

    private static func words(_ text: String) -> [String] {
        text.lowercased().utf8.split { byte in !byte.isSmallLetter && !byte.isDigit }
            .map { String(Substring($0)) }
    }

    private init?(words: String?) {
        guard let words else { return nil }
        let parts = Self.words(words)
        guard let name = parts.first(where: Self.known.contains) else { return nil }
        self.name = name
        isCard = parts.contains("pcie") || parts.contains("nvl")
        hasLinks =
            !isCard
            && (Self.linked.contains(name) || parts.contains { $0.hasPrefix("sxm") })
        wiredLinks = name == "h100" && parts.contains("nvl") ? 12 : nil
        isDirectlyLinked = ["p100", "v100"].contains(name)
    }
}

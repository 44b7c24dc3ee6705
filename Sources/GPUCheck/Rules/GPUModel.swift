/// A GPU's model, as far as a GRES type and a product's name can be compared.
struct GPUModel: Hashable, Sendable {
    /// Such as `h100`, `a10g`, `gb200`.
    var name: String
    /// Whether boards of this name have NVLink that is always connected: SXM and Grace boards, not PCIe cards.
    var hasLinks: Bool

    /// The data centre's models; a site's own words (`big`, `gpu`) and MIG profiles are not among them.
    private static let known: Set<String> = [
        "p4", "p40", "p100", "v100", "t4", "t4g", "a2", "a10", "a10g", "a16", "a30", "a40", "a100",
        "a800", "l4", "l20", "l40", "l40s", "h20", "h100", "h200", "h800", "gh200", "b100", "b200",
        "b300", "gb200", "gb300", "k80", "m60",
    ]

    private static let linked: Set<String> = [
        "h20", "h100", "h200", "h800", "gh200", "b100", "b200", "b300", "gb200", "gb300",
    ]

    /// Reads a GRES type such as `h100`, `nvidia_h100_80gb_hbm3` or `tesla:v100`; nil for a word that names none.
    init?(type: String?) { self.init(words: type) }

    /// Reads a product such as `NVIDIA H100 80GB HBM3`; nil for one that is not known here.
    init?(product: String?) { self.init(words: product) }

    private init?(words: String?) {
        guard let words else { return nil }
        let text = words.lowercased()
        let parts = text.utf8.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): false
            default: true
            }
        }.map { String(Substring($0)) }
        guard let name = parts.first(where: Self.known.contains) else { return nil }
        self.name = name
        let isCard = parts.contains("pcie") || parts.contains("nvl")
        hasLinks =
            !isCard
            && (Self.linked.contains(name) || parts.contains { $0.hasPrefix("sxm") })
    }
}

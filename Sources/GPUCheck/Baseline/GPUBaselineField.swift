import Verdicts

/// A fact that GPUs of one model have in common on a healthy fleet.
package struct GPUBaselineField: Sendable {
    /// The code of the finding about a GPU that differs.
    package let code: String
    /// The fact in words, such as `VBIOS`.
    package let title: String
    /// What to do about a GPU that differs.
    package let remedy: String
    /// The remedy for cards, which have no board with switches and firmware; nil when it is the same.
    let cardRemedy: String?
    /// The name of the fact among the node's facts or among each GPU's facts.
    let key: String
    /// Whether the fact belongs to the node, and not to each GPU.
    let isOfNode: Bool
    /// Whether the fact can be compared in the state that the GPU is in.
    let counts: @Sendable ([String: FactValue]) -> Bool
    /// How far a number may differ from the majority's, as a fraction of it.
    let tolerance: Double
    /// The unit behind the value in texts, such as ` MiB`.
    let unit: String

    init(
        _ code: String, _ title: String, key: String, isOfNode: Bool = false,
        tolerance: Double = 0, unit: String = "", remedy: String,
        cardRemedy: String? = nil,
        counts: @escaping @Sendable ([String: FactValue]) -> Bool = { _ in true }
    ) {
        self.code = "gpu.odd.\(code)"
        self.title = title
        self.key = key
        self.isOfNode = isOfNode
        self.tolerance = tolerance
        self.unit = unit
        self.remedy = remedy
        self.cardRemedy = cardRemedy
        self.counts = counts
    }

    /// Whether a value counts as equal to the majority's.
    func isSame(_ value: String, _ standard: String) -> Bool {
        if value == standard { return true }
        guard tolerance > 0, let value = Double(value), let standard = Double(standard) else {
            return false
        }
        return abs(value - standard) <= tolerance * abs(standard)
    }
}

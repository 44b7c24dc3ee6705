import Verdicts

/// A fact that GPUs of one model have in common on a healthy fleet.
package struct GPUBaselineField: Sendable {
    /// The code of the finding about a GPU that differs.
    package let code: String
    /// The fact in words, such as `VBIOS`.
    package let title: String
    /// What to do about a GPU that differs.
    package let remedy: String
    /// The same for cards, which have neither a board's switches nor its firmware; nil for no difference.
    let cardRemedy: String?
    /// The fact's name among the node's facts, or each GPU's.
    let key: String
    /// Whether the fact is the node's, and not each GPU's.
    let isOfNode: Bool
    /// Whether a GPU's fact says anything in the state it is in.
    let counts: @Sendable ([String: FactValue]) -> Bool
    /// The share by which a number may differ from the majority's.
    let tolerance: Double
    /// What stands behind the value for people, such as ` MiB`.
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

    /// Whether a value is as good as the majority's.
    func isSame(_ value: String, _ standard: String) -> Bool {
        if value == standard { return true }
        guard tolerance > 0, let value = Double(value), let standard = Double(standard) else {
            return false
        }
        return abs(value - standard) <= tolerance * abs(standard)
    }
}

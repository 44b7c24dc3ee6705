/// A limit of a rule that a site may set for itself.
package struct FindingLimit: Hashable, Sendable {
    /// What is counted or measured, such as `MiB`.
    package var unit: String
    /// The limits that make sense.
    package var range: ClosedRange<Double>
    /// What a value beyond it means, in a sentence.
    package var meaning: String

    /// Makes a limit.
    package init(unit: String, range: ClosedRange<Double>, meaning: String) {
        self.unit = unit
        self.range = range
        self.meaning = meaning
    }
}

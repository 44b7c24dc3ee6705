/// A field in which an unreadable value is a sign of a fault.
struct GPUWatchedField: Hashable, Sendable {
    /// How serious it is that the driver fails to read the field (`ERR!`, `Unknown Error`).
    enum Weight: Hashable, Sendable {
        /// The GPU does not answer: name, temperature, memory, utilization, errors, repairs.
        case vital
        /// A rule could not be applied.
        case judged
        /// A sensor that sometimes fails on healthy boards: power, fan.
        case sensor
    }

    /// The form that a present value must have.
    enum Form: Hashable, Sendable {
        case anything, number, count, memory, flag
    }

    /// The field.
    var field: GPUField
    /// How serious an error in it is.
    var weight: Weight
    /// The form that it must have.
    var form: Form

    init(_ name: String, _ value: GPUValue, _ weight: Weight, _ form: Form = .anything) {
        field = GPUField(name, value)
        self.weight = weight
        self.form = form
    }

    /// The longest value that is accepted, in bytes; a product's name takes 40.
    private static let longest = 512

    /// Whether the value is present but has the wrong form.
    var isGarbled: Bool {
        let value = field.value
        guard let word = value.word else { return false }
        if word.utf8.count > Self.longest { return true }
        switch form {
        case .anything: return false
        case .number: return value.number == nil
        case .count: return value.integer.map { $0 < 0 } ?? true
        case .memory: return value.mebibytes.map { $0 < 0 } ?? true
        case .flag: return value.flag == nil
        }
    }
}

/// A field whose unreadable values mean something, and what they mean.
struct GPUWatchedField: Hashable, Sendable {
    /// What it means that the driver fails to read the field (`ERR!`, `Unknown Error`).
    enum Weight: Hashable, Sendable {
        /// The GPU does not answer: name, temperature, memory, utilization, errors, repairs.
        case vital
        /// A rule could not be applied.
        case judged
        /// A sensor that fails on healthy boards now and then: power, fan.
        case sensor
    }

    /// What a present value must be.
    enum Form: Hashable, Sendable {
        case anything, number, count, memory, flag
    }

    /// The field.
    var field: GPUField
    /// What an error in it means.
    var weight: Weight
    /// What it must be.
    var form: Form

    init(_ name: String, _ value: GPUValue, _ weight: Weight, _ form: Form = .anything) {
        field = GPUField(name, value)
        self.weight = weight
        self.form = form
    }

    /// Bytes of the longest value that is believed; a product's name takes 40.
    private static let longest = 512

    /// Whether the value is there and not what it must be.
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

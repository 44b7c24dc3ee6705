import Glibc

/// Makes a value from a text in libslurm's records, and reuses the value while the text repeats.
///
/// Most nodes of a cluster share their operating system, features and resources. It may be used only for the records
/// of one answer and only while that answer exists, because it reads the previous text again.
@safe
struct RepeatedText<Value> {
    private var last: UnsafePointer<CChar>? = nil
    private var value: Value? = nil

    /// The value of a text; nil for NULL and for an empty text.
    mutating func value(
        of text: UnsafePointer<CChar>?, make: (String) -> Value
    ) -> Value? {
        guard let text = unsafe text, unsafe text.pointee != 0 else { return nil }
        if let last = unsafe last, unsafe last == text || strcmp(last, text) == 0 { return value }
        unsafe last = text
        value = unsafe make(String(cString: text))
        return value
    }
}

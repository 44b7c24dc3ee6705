import Glibc

/// Makes a value of a text of libslurm's, and the same one again while the text stays the same from record to
/// record: most nodes of a cluster share their operating system, features and resources.
///
/// Only for the records of one answer, while that answer lives: the last text is looked at again.
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

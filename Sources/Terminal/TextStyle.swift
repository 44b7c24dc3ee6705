/// How a piece of text stands out on a terminal that has colours; elsewhere it does not.
///
/// Escape sequences of ECMA-48 that every terminal since the VT220 knows: a library for them would bring a second
/// way of measuring and wrapping.
package enum TextStyle: String, Hashable, Sendable {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case warning = "33"
    case bad = "31"
    case unsure = "35"
    /// What differs from the picture before.
    case changed = "7"

    /// The text in this style, and after it the terminal as before.
    package func paint(_ text: String) -> String {
        text.isEmpty ? text : "\u{1b}[\(rawValue)m\(text)\u{1b}[0m"
    }
}

import Terminal

/// HTML that is put together so that no text can become markup: elements are written by name, texts and attributes are
/// escaped.
struct Markup {
    private(set) var text = ""

    /// Writes markup of the page's own: a literal, which no node can have written.
    mutating func literal(_ markup: StaticString) {
        text += "\(markup)"
    }

    /// Writes a text, whatever it holds.
    mutating func words(_ words: String) {
        text += Self.escaped(words)
    }

    /// Writes an element with attributes and what stands in it.
    ///
    /// - Parameters:
    ///   - name: Its name; a literal.
    ///   - attributes: Their names, literals too, with values of whatever kind.
    ///   - content: Writes what stands in it.
    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [],
        _ content: (inout Markup) -> Void = { _ in }
    ) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// Writes an element that holds a text alone.
    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [], words: String
    ) {
        element(name, attributes) { $0.words(words) }
    }

    /// The text with everything that steers a terminal or a browser made visible or escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in TerminalText.visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

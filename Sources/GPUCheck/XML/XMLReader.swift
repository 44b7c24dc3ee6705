/// Reads an XML document into a tree, within limits.
///
/// From a broken document it returns what comes before the break, and the problem. The document type is skipped, so
/// only XML's five entities and numeric ones exist: nothing can expand or be fetched.
///
/// Foundation's parser is not used, because it traps on an element name that is not UTF-8, and the garbled answer of
/// one node must never end the whole run. libexpat is not used, because it takes five times the CPU time, more than
/// judging a thousand nodes may take in all (bench/notes.md).
package struct XMLReader: Sendable {
    /// The largest document read, in bytes; 8 GPUs with every supported clock take 0.4 MB.
    package var largest = 32 * 1_048_576
    /// The deepest nesting read; nvidia-smi nests 7 deep.
    package var deepest = 64
    /// The most elements read; 8 GPUs with every supported clock have about 10,000.
    package var most = 250_000
    /// An element whose text is skipped up to its last end tag on the same line; empty for none.
    package var opaque = ""

    /// Makes a reader with the default limits.
    package init() {}

    /// The document's outermost element as far as it could be read, and what stopped the reading.
    package func read(_ bytes: [UInt8]) -> (root: XMLTree?, problem: XMLProblem?) {
        if bytes.isEmpty { return (nil, .empty) }
        if bytes.count > largest { return (nil, .tooLarge(limit: largest)) }
        var scanner = XMLScanner(bytes, deepest: deepest, most: most, opaque: Array(opaque.utf8))
        do {
            try scanner.scan()
            return (scanner.finish(), nil)
        } catch {
            return (scanner.finish(), error)
        }
    }
}
